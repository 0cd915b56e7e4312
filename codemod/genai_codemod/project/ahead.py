"""Asks git about a folder while Python still imports what a run needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from genai_codemod.project import git
from genai_codemod.sources.python import WORDS

_INPUT = "-"


def ask_about(arguments: Sequence[str]) -> None:
    """Ask about the folder that the arguments of ``migrate`` name, as far as that can be guessed.

    A wrong guess does no harm: nobody uses the answer.
    """
    if any(each == _INPUT or each.startswith("--stdin") for each in arguments):
        return
    words = [Path(each) for each in arguments if not each.startswith("-")]
    folders = [each for each in words if each.is_dir()] or [Path()]
    if len(folders) == 1 and not any(each.is_file() for each in words):
        git.ask_ahead(folders[0], WORDS)
