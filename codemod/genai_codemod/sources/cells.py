"""The code cells of a notebook as one Python module, and the cells again from what became of it.

Between two cells stands a statement that nothing in the engine is interested in, so that a
definition made in one cell is known in the next, while each edit stays in its cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.result import SourceError
from genai_codemod.engine.syntax.nesting import check_nesting
from genai_codemod.sources.magics import cell_magic, hide, is_python, reveal

_STAND_IN = "_genai_codemod_"
_BOUNDARY = re.compile(r"^_genai_codemod_cell_(\d+)_\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CellProgram:
    """Python cells by their numbers, and the module that they make together.

    ``magics`` are those that are hidden in it, and ``places`` says for each line of the module
    which cell it is from, and which line of that (from 1).
    """

    module: str
    cells: Mapping[int, str]
    magics: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    def place(self, line: int) -> tuple[int, int]:
        """The cell that a line of the module (from 1) belongs to, and its line in that."""
        return self.places[min(line, len(self.places)) - 1]

    def split(
        self,
        after: str,
        change: Callable[[str], str],
        comment: Callable[[str], str] = lambda _: "",
    ) -> dict[int, str]:
        """The cells from what the module has become, with the magics put back and changed.

        ``comment`` gives what is to stand above one of them.

        Raises:
            ValueError: a boundary or a magic was lost.
        """
        if not self.cells:
            return {}
        parts = _BOUNDARY.split(reveal(after, self.magics, change, comment))
        if [int(number) for number in parts[1::2]] != list(self.cells)[1:]:
            raise ValueError("the cells cannot be told apart any more")
        found: dict[int, str] = {}
        for (number, before), text in zip(self.cells.items(), parts[0::2], strict=True):
            ending = before[len(before.rstrip("\n")) :]
            found[number] = cell_magic(before) + text.rstrip("\n") + ending
        return found


def join_cells(cells: Mapping[int, str]) -> CellProgram:
    """One module of the cells that hold Python; a cell of comments and magics alone does not."""
    texts: list[str] = []
    chosen: dict[int, str] = {}
    magics: list[str] = []
    places: list[tuple[int, int]] = []
    for number, cell in cells.items():
        magic = cell_magic(cell)
        hidden = hide(cell.removeprefix(magic), len(magics))
        if not is_python(cell) or not _has_code(hidden.text):
            continue
        if chosen:
            texts.append(f"_genai_codemod_cell_{number}_\n")
            places.append((number, 1))
        chosen[number] = cell
        magics += hidden.magics
        above = magic.count("\n")
        places += [(number, above + origin) for origin in hidden.origins]
        texts.append(hidden.text if hidden.text.endswith("\n") else hidden.text + "\n")
    return CellProgram("".join(texts), chosen, tuple(magics), tuple(places))


def runnable(module: str) -> str:
    """A module of cells that runs as a program: nothing happens where a magic or a boundary is."""
    return re.sub(rf"\b{_STAND_IN}\w+", "None", module)


def is_broken(cell: str) -> bool:
    """Whether a cell should be Python and is not."""
    return is_python(cell) and _parsed(hide(cell.removeprefix(cell_magic(cell)), 0).text) is None


def _has_code(text: str) -> bool:
    """Whether a text is Python with a statement that is not a stand-in for a magic."""
    module = _parsed(text)
    return module is not None and not all(_is_stand_in(statement) for statement in module.body)


def _parsed(text: str) -> cst.Module | None:
    try:
        check_nesting(text)
        return cst.parse_module(text)
    except (cst.ParserSyntaxError, RecursionError, SourceError, UnicodeEncodeError):
        return None


def _is_stand_in(statement: cst.BaseStatement | cst.BaseSmallStatement) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Name(value=name))]):
            return name.startswith(_STAND_IN)
    return False
