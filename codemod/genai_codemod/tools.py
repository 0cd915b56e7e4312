"""What programs that are built on this one need beyond :mod:`genai_codemod`.

The command line is made of these two modules and of :mod:`genai_codemod.report`, which makes
reports of a run in each of the forms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_codemod.lazy import lazy_names

if TYPE_CHECKING:
    from genai_codemod.library.proving import (
        ALL_ANSWERS,
        DEFAULT_MAIN,
        Proofs,
        Recordings,
        prove_commit,
        prove_pair,
        record_program,
    )
    from genai_codemod.library.rule_list import migrate_example, nearest_rules
    from genai_codemod.library.runs import Plan, plan_paths
    from genai_codemod.library.scope import settings_of, settings_of_run
    from genai_codemod.library.single import migrate_input
    from genai_codemod.library.verifying import sdk_version
    from genai_codemod.project.answers import Answer, Answers
    from genai_codemod.project.budget import DEFAULT_SECONDS
    from genai_codemod.project.changes import Change, carry_out, changes_of
    from genai_codemod.project.reading import GENERATED
    from genai_codemod.settings import KEYS, Settings, shown
    from genai_codemod.shim.recording import Recording
    from genai_codemod.shim.server import ALIASES, ANSWERS
    from genai_codemod.sources.python import count_markers

__all__ = [
    "ALIASES",
    "ALL_ANSWERS",
    "ANSWERS",
    "DEFAULT_MAIN",
    "DEFAULT_SECONDS",
    "GENERATED",
    "KEYS",
    "Answer",
    "Answers",
    "Change",
    "Plan",
    "Proofs",
    "Recording",
    "Recordings",
    "Settings",
    "carry_out",
    "changes_of",
    "count_markers",
    "migrate_example",
    "migrate_input",
    "nearest_rules",
    "plan_paths",
    "prove_commit",
    "prove_pair",
    "record_program",
    "sdk_version",
    "settings_of",
    "settings_of_run",
    "shown",
]

_HOMES = {
    "ALIASES": "shim.server",
    "ALL_ANSWERS": "library.proving",
    "ANSWERS": "shim.server",
    "DEFAULT_MAIN": "library.proving",
    "DEFAULT_SECONDS": "project.budget",
    "GENERATED": "project.reading",
    "KEYS": "settings",
    "Answer": "project.answers",
    "Answers": "project.answers",
    "Change": "project.changes",
    "Plan": "library.runs",
    "Proofs": "library.proving",
    "Recording": "shim.recording",
    "Recordings": "library.proving",
    "Settings": "settings",
    "carry_out": "project.changes",
    "changes_of": "project.changes",
    "count_markers": "sources.python",
    "migrate_example": "library.rule_list",
    "migrate_input": "library.single",
    "nearest_rules": "library.rule_list",
    "plan_paths": "library.runs",
    "prove_commit": "library.proving",
    "prove_pair": "library.proving",
    "record_program": "library.proving",
    "sdk_version": "library.verifying",
    "settings_of": "library.scope",
    "settings_of_run": "library.scope",
    "shown": "settings",
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
