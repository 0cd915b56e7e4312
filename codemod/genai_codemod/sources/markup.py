"""Markdown and reStructuredText: code in blocks and sessions, and the commands that install."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from genai_codemod.engine.result import Migration
from genai_codemod.sources.cells import CellProgram, is_broken, join_cells
from genai_codemod.sources.code_blocks import CodeBlock, markdown_blocks, rst_blocks
from genai_codemod.sources.documents import DocumentError, code_after, combined
from genai_codemod.sources.left_cells import install_lines, left_cell
from genai_codemod.sources.python import imports_legacy, may_read_answers, mentions_legacy
from genai_codemod.sources.sessions import Session, parse_session

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

    def rendered(
        self, lines: Sequence[str], cells: Mapping[int, str], renamed: Callable[[str], str]
    ) -> list[str]:
        """The lines of the block, with those of its cells that became others."""
        code = self.block.code
        if self.block.language == "commands":
            code = renamed(code)
        elif self.cells:
            own = [
                cells[number] if number in cells else left_cell(before, renamed)
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
        renamed = install_lines(needed=any(map(imports_legacy, modules)))
        cells: dict[int, str] = {}
        for program, after in zip(self.programs, modules, strict=True):
            cells |= program.split(after.decode(), renamed)
        lines: list[str] = []
        done = 0
        for passage in self.passages:
            start, end = passage.block.start, passage.block.end
            lines += (_prose(line, renamed) for line in self.lines[done:start])
            lines += passage.rendered(self.lines, cells, renamed)
            done = end
        lines += (_prose(line, renamed) for line in self.lines[done:])
        mark = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        return combined(self, self.data, mark + "\n".join(lines).encode(), migrations)


def open_markdown(data: bytes) -> Markup:
    """The code in Markdown.

    Raises:
        DocumentError: it is not UTF-8.
    """
    return _open(data, markdown_blocks)


def open_rst(data: bytes) -> Markup:
    """The code in reStructuredText.

    Raises:
        DocumentError: it is not UTF-8.
    """
    return _open(data, rst_blocks)


def _open(data: bytes, find_blocks: Callable[[Sequence[str]], Iterator[CodeBlock]]) -> Markup:
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DocumentError(f"cannot be decoded: {error}") from None
    passages = tuple(_passages(find_blocks(lines)))
    programs = [join_cells(cells) for cells in _programs(passages)]
    found = tuple(program for program in programs if program.cells)
    return Markup(data, tuple(lines), passages, found)


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


def _prose(line: str, renamed: Callable[[str], str]) -> str:
    """A line of prose, with the commands changed that stand in it as code."""
    return _INLINE_CODE.sub(lambda code: renamed(code[0]), line)


def _programs(passages: Sequence[Passage]) -> Iterator[dict[int, str]]:
    """The cells that matter, from each that imports the legacy SDK to the next one."""
    program: dict[int, str] = {}
    for passage in passages:
        for number, code in passage.cells.items():
            data = code.encode()
            if imports_legacy(data) and any(imports_legacy(c.encode()) for c in program.values()):
                yield program
                program = {}
            if mentions_legacy(data) or may_read_answers(data):
                program[number] = code
    yield program
