"""Cells and blocks that are no Python that the engine reads: commands, and what is broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from genai_codemod.engine.plan import MARKER, marker
from genai_codemod.engine.result import Finding
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.sources.cells import CellProgram, is_broken
from genai_codemod.sources.dependency_files.install_commands import rewrite_install_line
from genai_codemod.sources.dependency_files.planning import Needs
from genai_codemod.sources.magics import cell_magic, hidden_in, hide, is_python
from genai_codemod.sources.python import (
    imports_legacy,
    may_use_objects,
    mentions_legacy,
    module_names,
    shows_legacy_import,
)

BROKEN = Rule("code.broken", manual="this code is not valid Python: migrate it by hand.")
MAGIC = Rule("code.magic", manual="what this command runs is not migrated: do it by hand.")

# Cell magics that run or write code in which a line with # is a comment.
_OTHER_CODE = re.compile(r"\s*%%!?(?:python\d?|pypy|script|bash|sh|(?:write)?file)\b")


@dataclass(frozen=True, slots=True)
class LeftCode:
    """What becomes of code in a file that is no part of its programs.

    ``renamed`` names the new package in commands that install the old one; where one of the
    migrated modules or what is left needs the old one, that stays, with the new one beside it.
    ``names``
    are those of the legacy SDK in the programs before, and ``is_legacy`` says whether these use
    it, perhaps through objects of other modules.
    """

    renamed: Callable[[str], str]
    names: frozenset[bytes]
    is_legacy: bool

    def cell(self, code: str) -> str:
        """A cell, or a block, that is not part of a program."""
        rule = self._rule(code)
        changed = self.renamed(code)
        if rule is None:
            return changed
        magic = cell_magic(changed)
        return f"{magic}{_comment(rule)}\n{changed.removeprefix(magic)}"

    def finding(self, code: str) -> Finding | None:
        """What is to be said about a cell that is not part of a program."""
        rule = self._rule(code)
        return None if rule is None else _finding(rule, 1)

    def above(self, magic: str) -> str:
        """The comment that stands above a magic in a program; empty if it needs none."""
        return _comment(MAGIC) if self._runs_legacy(magic) else ""

    def in_program(self, program: CellProgram) -> Iterator[Finding]:
        """What is to be said about the magics in a program, by the lines of its module."""
        for line, magic in hidden_in(program.module, program.magics):
            if self._runs_legacy(magic):
                yield _finding(MAGIC, line)

    def _rule(self, code: str) -> Rule | None:
        if MARKER in code:
            return None
        data = code.encode(errors="surrogatepass")
        if is_broken(code):
            named = mentions_legacy(self.renamed(code).encode(errors="surrogatepass"))
            return BROKEN if named or self._uses(data) else None
        if _OTHER_CODE.match(code):
            return MAGIC if shows_legacy_import(data) else None
        body = code.removeprefix(cell_magic(code))
        if is_python(code):
            return MAGIC if any(map(self._runs_legacy, hide(body, 0).magics)) else None
        return MAGIC if self._uses(data) and not is_broken(body) else None

    def _runs_legacy(self, magic: str) -> bool:
        data = magic.encode(errors="surrogatepass")
        return shows_legacy_import(data) or (magic.startswith("%") and self._uses(data))

    def _uses(self, data: bytes) -> bool:
        """Whether code says a name of the legacy SDK, or calls a method of its objects."""
        if not self.is_legacy:
            return False
        named = any(re.search(rb"\b" + re.escape(name) + rb"\.", data) for name in self.names)
        return named or may_use_objects(data)


def left_code(
    before: Sequence[bytes], after: Sequence[bytes], others: Iterable[str], magics: Iterable[str]
) -> LeftCode:
    """For a file whose modules have become others, with its other cells and its magics."""
    ran = [*magics, *(code for code in others if is_broken(code) or _OTHER_CODE.match(code))]
    needed = any(map(imports_legacy, after)) or any(map(_shows_legacy, ran))
    renamed = partial(rewrite_install_line, needs=Needs(legacy="this file" if needed else ""))
    modules = [module for module in before if imports_legacy(module)]
    names = frozenset().union(*map(module_names, modules))
    return LeftCode(renamed, names, bool(modules) or [*before] != [*after])


def placed(finding: Finding, cell: int | None, line: int) -> Finding:
    """A finding at its place in the file."""
    return replace(finding, cell=cell, line=line)


def _shows_legacy(code: str) -> bool:
    return shows_legacy_import(code.encode(errors="surrogatepass"))


def _comment(rule: Rule) -> str:
    return marker(rule, rule.manual or "")


def _finding(rule: Rule, line: int) -> Finding:
    return Finding(line, 0, rule.id, "manual", rule.manual or "")
