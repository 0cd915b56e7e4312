"""Migrate Python code from ``google.generativeai`` to ``google.genai``.

This module is the library: its names are stable, and documented with an example each.  So are
:mod:`genai_codemod.testing`, for the authors of rules, and :mod:`genai_codemod.tools`, for programs
that are built on this one.  Everything else is private and can change in each version.

Nothing here prints, reads the network, or writes a file that it was not asked to write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_codemod.lazy import lazy_names

if TYPE_CHECKING:
    from genai_codemod.engine.custom.checking import Example as RuleExample
    from genai_codemod.engine.result import Finding, Migration, SourceError, Status
    from genai_codemod.engine.rule_packs.catalogue import Entry as RuleEntry
    from genai_codemod.errors import CodemodError, OptionError, RuleFileError, RulesError
    from genai_codemod.library.analysis import analyse_paths, analyse_source
    from genai_codemod.library.facts import FunctionFacts, LegacyUse, ModuleFacts, ProgramFacts
    from genai_codemod.library.options import Options
    from genai_codemod.library.progress import Progress
    from genai_codemod.library.proving import ProofOptions, prove
    from genai_codemod.library.rule_list import (
        UnknownRuleError,
        check_rules,
        explain_rule,
        list_rules,
    )
    from genai_codemod.library.runs import Run, migrate_paths
    from genai_codemod.library.single import migrate_source
    from genai_codemod.library.verifying import (
        CheckedFile,
        SdkError,
        verify_paths,
        verify_source,
    )
    from genai_codemod.project.discovery import Skipped
    from genai_codemod.project.executors import ExecutorError
    from genai_codemod.project.outcome import FileError, FileOutcome, Reason
    from genai_codemod.settings import SettingsError
    from genai_codemod.shim.comparison import Comparison
    from genai_codemod.shim.proof import Proof
    from genai_codemod.shim.recording import ProofError
    from genai_codemod.shim.static_checks.findings import Finding as Problem

__version__ = "0.1.0"

__all__ = [
    "CheckedFile",
    "CodemodError",
    "Comparison",
    "ExecutorError",
    "FileError",
    "FileOutcome",
    "Finding",
    "FunctionFacts",
    "LegacyUse",
    "Migration",
    "ModuleFacts",
    "OptionError",
    "Options",
    "Problem",
    "ProgramFacts",
    "Progress",
    "Proof",
    "ProofError",
    "ProofOptions",
    "Reason",
    "RuleEntry",
    "RuleExample",
    "RuleFileError",
    "RulesError",
    "Run",
    "SdkError",
    "SettingsError",
    "Skipped",
    "SourceError",
    "Status",
    "UnknownRuleError",
    "__version__",
    "analyse_paths",
    "analyse_source",
    "check_rules",
    "explain_rule",
    "list_rules",
    "migrate_paths",
    "migrate_source",
    "prove",
    "verify_paths",
    "verify_source",
]

# Where each name lives; importing the package imports none of these.
_HOMES = {
    "CheckedFile": "library.verifying",
    "CodemodError": "errors",
    "Comparison": "shim.comparison",
    "ExecutorError": "project.executors",
    "FileError": "project.outcome",
    "FileOutcome": "project.outcome",
    "Finding": "engine.result",
    "FunctionFacts": "library.facts",
    "LegacyUse": "library.facts",
    "Migration": "engine.result",
    "ModuleFacts": "library.facts",
    "OptionError": "errors",
    "Options": "library.options",
    "Problem": "shim.static_checks.findings:Finding",
    "ProgramFacts": "library.facts",
    "Progress": "library.progress",
    "Proof": "shim.proof",
    "ProofError": "shim.recording",
    "ProofOptions": "library.proving",
    "Reason": "project.outcome",
    "RuleEntry": "engine.rule_packs.catalogue:Entry",
    "RuleExample": "engine.custom.checking:Example",
    "RuleFileError": "errors",
    "RulesError": "errors",
    "Run": "library.runs",
    "SdkError": "library.verifying",
    "SettingsError": "settings",
    "Skipped": "project.discovery",
    "SourceError": "engine.result",
    "Status": "engine.result",
    "UnknownRuleError": "library.rule_list",
    "analyse_paths": "library.analysis",
    "analyse_source": "library.analysis",
    "check_rules": "library.rule_list",
    "explain_rule": "library.rule_list",
    "list_rules": "library.rule_list",
    "migrate_paths": "library.runs",
    "migrate_source": "library.single",
    "prove": "library.proving",
    "verify_paths": "library.verifying",
    "verify_source": "library.verifying",
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
