"""Cells and blocks that are no Python that the engine reads: commands, and what is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from genai_codemod.engine.plan import MARKER, marker
from genai_codemod.engine.rules import Rule
from genai_codemod.sources.cells import is_broken
from genai_codemod.sources.dependency_files.install_commands import find_in_commands
from genai_codemod.sources.dependency_files.listing import apply
from genai_codemod.sources.dependency_files.planning import Needs, plan
from genai_codemod.sources.magics import cell_magic
from genai_codemod.sources.python import imports_legacy, mentions_legacy

BROKEN = Rule("code.broken", manual="this code is not valid Python: migrate it by hand.")


def install_lines(modules: Iterable[bytes]) -> Callable[[str], str]:
    """Names the new package in commands that install the old one.

    Where one of the migrated modules beside them needs the old one still, that stays, with the new
    one beside it.
    """
    needs = Needs(legacy="this file" if any(map(imports_legacy, modules)) else "")

    def renamed(text: str) -> str:
        return apply(text, plan(text, find_in_commands(text), needs).edits)

    return renamed


def left_cell(code: str, renamed: Callable[[str], str]) -> str:
    """What becomes of code that is not part of a program."""
    changed = renamed(code)
    if (
        mentions_legacy(changed.encode(errors="surrogatepass"))
        and is_broken(code)
        and MARKER not in code
    ):
        magic = cell_magic(code)
        return f"{magic}{marker(BROKEN, BROKEN.manual or '')}\n{code.removeprefix(magic)}"
    return changed
