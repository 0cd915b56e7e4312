"""Jupyter notebooks (nbformat 4): the sources of code cells change, everything else stays."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from genai_codemod.engine.result import Migration
from genai_codemod.sources.cells import CellProgram, is_broken, join_cells
from genai_codemod.sources.documents import DocumentError, code_after, combined
from genai_codemod.sources.json_spans import JsonError, JsonValue, parse_json
from genai_codemod.sources.left_cells import left_code, placed
from genai_codemod.sources.magics import cell_magic

# Cells whose text is a program of its own: it is written to a file, or runs in another process.
_OWN_PROGRAM = re.compile(
    r"\s*%%(?:(?:write)?file[ \t]+(?:-a[ \t]+)?(?:\S+\.py|\"[^\"\n]+\.py\"|'[^'\n]+\.py')[ \t]*"
    r"|(?:script[ \t]+)?python3?(?:[ \t][^\n]*)?)\n"
)
# JSON can hold one half of a pair of surrogates, which no module can.
_LONE = "surrogatepass"


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook: its text, the places of the sources of its code cells, and their program."""

    data: bytes
    text: str
    sources: tuple[JsonValue, ...]
    program: CellProgram
    written: Mapping[int, str]
    """The cells that write their text to a Python file, or run it in another process."""

    @property
    def modules(self) -> tuple[bytes, ...]:
        bodies = (cell.removeprefix(cell_magic(cell)) for cell in self.written.values())
        return tuple(text.encode(errors=_LONE) for text in (self.program.module, *bodies))

    def place(self, module: int, line: int) -> tuple[int, int]:
        if module == 0:
            number, line = self.program.place(line)
            return number + 1, line
        number, cell = list(self.written.items())[module - 1]
        return number + 1, line + cell_magic(cell).count("\n")

    def restored(self, migrations: Sequence[Migration | None]) -> Migration:
        program, *bodies = code_after(self, migrations)
        codes = [_read(source) for source in self.sources]
        done = {*self.program.cells, *self.written}
        others = [code for number, code in enumerate(codes) if number not in done]
        left = left_code(self.modules, (program, *bodies), others, self.program.magics)
        cells = self.program.split(program.decode(), left.renamed, left.above)
        for (number, cell), body in zip(self.written.items(), bodies, strict=True):
            cells[number] = cell_magic(cell) + body.decode(errors=_LONE)
        findings = [
            placed(found, *self.place(0, found.line)) for found in left.in_program(self.program)
        ]
        for number, code in enumerate(codes):
            if number not in cells:
                cells[number] = left.cell(code)
                if found := left.finding(code):
                    findings.append(placed(found, number + 1, 1))
        after = self._with_cells(codes, cells)
        return combined(self, self.data, after, migrations, findings)

    def _with_cells(self, codes: Sequence[str], cells: Mapping[int, str]) -> bytes:
        parts: list[str] = []
        end = 0
        for number, source in enumerate(self.sources):
            if cells[number] != codes[number]:
                parts += self.text[end : source.start], _written(self.text, source, cells[number])
                end = source.end
        mark = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        return mark + "".join((*parts, self.text[end:])).encode()


def open_notebook(data: bytes) -> Notebook:
    """The code of a notebook.

    Raises:
        DocumentError: it is not a notebook of format 4.
    """
    try:
        text = data.decode("utf-8-sig")
        values = parse_json(text).members
    except UnicodeDecodeError as error:
        raise DocumentError(f"cannot be decoded: {error}") from None
    except JsonError as error:
        raise DocumentError(str(error), error.line, error.column) from None
    cells = values.get("cells")
    if cells is None or cells.items is None:
        raise DocumentError("is not a notebook of format 4")
    sources = tuple(
        cell.members["source"]
        for cell in cells.items
        if "source" in cell.members
        and (kind := cell.members.get("cell_type")) is not None
        and kind.value == "code"
    )
    codes = [_read(source) for source in sources] if _in_python(values) else []
    written = {
        number: code
        for number, code in enumerate(codes)
        if _OWN_PROGRAM.match(code) and not is_broken(code.removeprefix(cell_magic(code)))
    }
    program = join_cells(dict(enumerate(codes)))
    return Notebook(data, text, sources[: len(codes)], program, written)


def _in_python(notebook: Mapping[str, JsonValue]) -> bool:
    """Whether the kernel of a notebook runs Python; one that is not named does."""
    metadata = notebook.get("metadata")
    names = []
    for path in (("kernelspec", "language"), ("language_info", "name")):
        value = metadata
        for key in path:
            value = value.members.get(key) if value else None
        if value:
            names.append(value.value)
    return all(name == "python" for name in names)


def _read(source: JsonValue) -> str:
    """A cell: its source is one string, or a list of lines."""
    if source.items is None:
        return str(source.value)
    return "".join(str(line.value) for line in source.items)


def _written(text: str, source: JsonValue, code: str) -> str:
    """The JSON of a source, in the form that it had."""
    old = source.items
    if old is None:
        return _quoted(code, text)
    lines = _lines(code, old)
    if not old:
        return "[" + ", ".join(_quoted(line, text) for line in lines) + "]"
    if not lines:
        return "[]"
    opening = text[source.start : old[0].start]
    closing = text[old[-1].end : source.end]
    space = opening[1:] or (" " if text[source.start - 1] == " " else "")
    between = text[old[0].end : old[1].start] if len(old) > 1 else "," + space
    same = {line.value: text[line.start : line.end] for line in old}
    return opening + between.join(same.get(line) or _quoted(line, text) for line in lines) + closing


def _lines(code: str, old: Sequence[JsonValue]) -> list[str]:
    """The lines of a source, which Jupyter ends at line feeds only, and nbformat elsewhere too."""
    before = [str(line.value) for line in old]
    if len(before) > 1 and before == "".join(before).splitlines(keepends=True):
        return code.splitlines(keepends=True)
    return re.findall(r"[^\n]*\n|[^\n]+", code)


def _quoted(code: str, text: str) -> str:
    """A JSON string, with escapes for other letters than ASCII where the notebook has such."""
    return json.dumps(code, ensure_ascii=text.isascii())
