"""Markdown and reStructuredText: code in blocks and sessions, and the commands that install."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from genai_codemod.engine.result import Finding, Migration
from genai_codemod.sources.cells import CellProgram, is_broken, join_cells
from genai_codemod.sources.code_blocks import CodeBlock, markdown_blocks, rst_blocks
from genai_codemod.sources.documents import (
    Document,
    DocumentError,
    code_after,
    combined,
    left_with_note,
)
from genai_codemod.sources.left_cells import LeftCode, left_code, placed
from genai_codemod.sources.python import imports_legacy, shows_legacy_import
from genai_codemod.sources.sessions import Session, parse_session

_NEW_IMPORT = re.compile(
    r"^[ \t]*(?:(?:from|import) google\.genai\b|from google import\b[^#\n]*\bgenai\b)", re.MULTILINE
)
_LEFT = "the old SDK is imported here, in a text that is not taken for Python and stays as it is"
_INLINE_CODE = re.compile(r"(?P<ticks>`+)[^`]+(?P=ticks)")


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of a text, the session that it is, if it is one, and its cells by their numbers."""

    block: CodeBlock
    session: Session | None
    cells: Mapping[int, str]

    def first_line(self, cell: int) -> int:
        """The line of the text (from 0) on which a cell begins."""
        if self.session is None:
            return self.block.start
        return self.block.start + self.session.examples[list(self.cells).index(cell)][0]

    def rendered(self, lines: Sequence[str], cells: Mapping[int, str], left: LeftCode) -> list[str]:
        """The lines of the block, with those of its cells that became others."""
        code = self.block.code
        if self.block.language == "commands":
            code = left.renamed(code)
        elif self.cells:
            own = [
                cells[number] if number in cells else left.cell(before)
                for number, before in self.cells.items()
            ]
            code = self.session.rendered(own) if self.session else "".join(own)
        if code == self.block.code:
            return list(lines[self.block.start : self.block.end])
        return self.block.rendered(lines, code)


@dataclass(frozen=True, slots=True)
class Markup:
    """A text with code in it, of which a block that imports the legacy SDK begins a program."""

    data: bytes
    lines: tuple[str, ...]
    passages: tuple[Passage, ...]
    programs: tuple[CellProgram, ...]

    @property
    def modules(self) -> tuple[bytes, ...]:
        return tuple(program.module.encode() for program in self.programs)

    def place(self, module: int, line: int) -> tuple[None, int]:
        cell, line = self.programs[module].place(line)
        passage = next(passage for passage in self.passages if cell in passage.cells)
        return None, passage.first_line(cell) + line

    def restored(self, migrations: Sequence[Migration | None]) -> Migration:
        modules = code_after(self, migrations)
        magics = [magic for program in self.programs for magic in program.magics]
        others = [code for _, _, code in self._others()]
        left = left_code(self.modules, modules, others, magics)
        cells: dict[int, str] = {}
        for program, after in zip(self.programs, modules, strict=True):
            cells |= program.split(after.decode(), left.renamed, left.above)
        lines: list[str] = []
        done = 0
        for passage in self.passages:
            start, end = passage.block.start, passage.block.end
            lines += (_prose(line, left.renamed) for line in self.lines[done:start])
            lines += passage.rendered(self.lines, cells, left)
            done = end
        lines += (_prose(line, left.renamed) for line in self.lines[done:])
        mark = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        return combined(
            self, self.data, mark + "\n".join(lines).encode(), migrations, self._left(left)
        )

    def _others(self) -> Iterator[tuple[Passage, int, str]]:
        """The cells that are in no program, and their passages."""
        done = {number for program in self.programs for number in program.cells}
        for passage in self.passages:
            for number, code in passage.cells.items():
                if number not in done:
                    yield passage, number, code

    def _left(self, left: LeftCode) -> Iterator[Finding]:
        """What is to be said about what is left as it is."""
        for number, program in enumerate(self.programs):
            for found in left.in_program(program):
                yield placed(found, *self.place(number, found.line))
        for passage, cell, code in self._others():
            if said := left.finding(code):
                yield placed(said, None, passage.first_line(cell) + 1)
        shown = set(_lines_of(self.passages))
        for number, line in enumerate(self.lines):
            if number not in shown and shows_legacy_import(line.encode()):
                yield Finding(number + 1, 0, "text.left", "note", _LEFT)


def open_markdown(data: bytes) -> Document:
    """The code in Markdown.

    Raises:
        DocumentError: it is not UTF-8.
    """
    return _open(data, markdown_blocks)


def open_rst(data: bytes) -> Document:
    """The code in reStructuredText.

    Raises:
        DocumentError: it is not UTF-8.
    """
    return _open(data, rst_blocks)


def _open(data: bytes, find_blocks: Callable[[Sequence[str]], Iterator[CodeBlock]]) -> Document:
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DocumentError(f"cannot be decoded: {error}") from None
    passages = tuple(_passages(find_blocks(lines)))
    joined = (join_cells(cells) for cells in _programs(passages))
    programs = tuple(program for program in joined if program.cells)
    codes = [code for program in programs for code in program.cells.values()]
    if any(map(_imports_new, codes)) and any(map(_imports_old, codes)):
        return left_with_note(data, "text.both", "this text shows both SDKs and is left as it is")
    return Markup(data, tuple(lines), passages, programs)


def _passages(blocks: Iterator[CodeBlock]) -> Iterator[Passage]:
    number = 0
    for block in blocks:
        if not block.language:
            language = "commands" if is_broken(block.code) else "python"
            block = replace(block, language=language)
        session = parse_session(block.code) if block.language == "python" else None
        codes = session.codes if session else [block.code]
        cells = dict(enumerate(codes, number)) if block.language == "python" else {}
        yield Passage(block, session, cells)
        number += len(cells)


def _lines_of(passages: Iterable[Passage]) -> Iterator[int]:
    """The lines (from 0) of the blocks of Python."""
    for passage in passages:
        if passage.cells:
            yield from range(passage.block.start, passage.block.end)


def _prose(line: str, renamed: Callable[[str], str]) -> str:
    """A line of prose, with the commands changed that stand in it as code."""
    return _INLINE_CODE.sub(lambda code: renamed(code[0]), line)


def _programs(passages: Sequence[Passage]) -> Iterator[dict[int, str]]:
    """The cells in their order, those that follow a second import of an SDK apart."""
    program: dict[int, str] = {}
    begun = False
    for passage in passages:
        for number, code in passage.cells.items():
            begins = _imports_old(code) or _imports_new(code)
            if begun and begins:
                yield program
                program = {}
            begun = begun or begins
            program[number] = code
    yield program


def _imports_old(code: str) -> bool:
    return imports_legacy(code.encode())


def _imports_new(code: str) -> bool:
    return _NEW_IMPORT.search(code) is not None
