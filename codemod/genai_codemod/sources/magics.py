"""IPython's own syntax in cells: hidden from the engine behind plain statements, and put back.

``!ls`` becomes the statement ``_genai_codemod_magic_0_``, ``files = !ls`` an assignment of that
name, and ``%time x = f()`` becomes ``_genai_codemod_magic_1_; x = f()``.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# Cell magics whose cell is Python code that runs in the notebook's own namespace.
_PYTHON_CELLS = frozenset({"capture", "debug", "prun", "time", "timeit"})
_CELL_MAGIC = re.compile(r"\s*%%(\w+)[^\n]*\n?")

# A line magic that is followed by a statement, and the other forms.
_BEFORE_STATEMENT = re.compile(
    r"([ \t]*)(%(?:time|timeit|prun)[ \t]+"
    r"(?:(?:-[sTD][ \t]+\S+|-[a-z]+[ \t]*\d*|--no-raise-error)[ \t]+)*)"
    r"(?![-\s])(.+)"
)
_ASSIGNED = re.compile(r"([ \t]*[\w.,* \t\[\]()]+?[ \t]*=[ \t]*)([%!].*)")
_ALONE = re.compile(
    r"([ \t]*)([%!?].*|[%\w.*]+\?{1,2}[ \t]*|(?:pip|conda|mamba|micromamba|uv)[ \t]+[a-z-].*)"
)
_HIDDEN = re.compile(r"_genai_codemod_magic_(\d+)_(?:; )?")


@dataclass(frozen=True, slots=True)
class Hidden:
    """Plain Python, the magics hidden in it, and the line (from 1) that each of its lines was."""

    text: str
    magics: tuple[str, ...]
    origins: tuple[int, ...]


def cell_magic(cell: str) -> str:
    """The line with the cell magic that a cell begins with; empty if there is none."""
    found = _CELL_MAGIC.match(cell)
    return found[0] if found else ""


def is_python(cell: str) -> bool:
    """Whether the code of a cell runs as Python in the notebook's own namespace."""
    found = _CELL_MAGIC.match(cell)
    return found is None or found[1] in _PYTHON_CELLS


def hide(code: str, first: int) -> Hidden:
    """Plain Python for code with line magics, numbered from ``first``."""
    lines: list[str] = []
    magics: list[str] = []
    origins: list[int] = []
    statement = ""
    rest = code.splitlines(keepends=True)
    total = len(rest)
    while rest:
        origins.append(total - len(rest) + 1)
        line = rest.pop(0)
        parts = _parts(line)
        if parts is None or _is_open(statement):
            statement += line
        else:
            before, magic, after = parts
            while magic.endswith("\\") and rest:
                magic += "\n" + rest.pop(0).rstrip("\n")
            name = f"_genai_codemod_magic_{first + len(magics)}_"
            magics.append(magic)
            line = f"{before}{name}{'; ' if after else ''}{after}" + (
                "\n" if line.endswith("\n") else ""
            )
            statement = ""
        lines.append(line)
    return Hidden("".join(lines), tuple(magics), tuple(origins))


def reveal(
    text: str,
    magics: Sequence[str],
    change: Callable[[str], str],
    comment: Callable[[str], str] = lambda _: "",
) -> str:
    """Put the magics of a whole notebook back into what became of it, each of them changed.

    Above each stands its comment, if it gets one.

    Raises:
        ValueError: one of them is not there any more, or twice.
    """
    found = sorted(int(match[1]) for match in _HIDDEN.finditer(text))
    if found != list(range(len(magics))):
        raise ValueError("a magic command cannot be kept")
    commented = _commented(_on_one_line(text), magics, comment)
    return _HIDDEN.sub(lambda match: change(magics[int(match[1])]), commented)


def hidden_in(module: str, magics: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines (from 1) of a module on which magics are hidden, and these."""
    for number, line in enumerate(module.split("\n"), 1):
        for match in _HIDDEN.finditer(line):
            yield number, magics[int(match[1])]


def _commented(text: str, magics: Sequence[str], comment: Callable[[str], str]) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        found = _HIDDEN.search(line)
        above = comment(magics[int(found[1])]) if found else ""
        if above and not (lines and lines[-1].strip() == above):
            lines.append(line[: len(line) - len(line.lstrip())] + above)
        lines.append(line)
    return "\n".join(lines)


def _on_one_line(text: str) -> str:
    """A text in which each statement behind a magic ends on the line that it begins on.

    IPython hands such a magic no more than its line.
    """
    for match in reversed([*_HIDDEN.finditer(text)]):
        if match[0].endswith(" "):
            lines = _statement(text[match.end() :])
            text = text[: match.end()] + _joined(lines) + text[match.end() + len("".join(lines)) :]
    return text


def _statement(text: str) -> list[str]:
    """The lines of the statement that a text begins with, without the last line break."""
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        lines.append(line)
        if not _is_open("".join(lines)):
            break
    return [*lines[:-1], lines[-1].rstrip("\n")] if lines else []


def _joined(lines: Sequence[str]) -> str:
    """The lines of a statement as one; as they are where that is not the same."""
    joined = ""
    for line in map(str.strip, lines):
        if line[:1] in ")]}":
            joined = joined.removesuffix(",")
        elif joined and joined[-1] not in "([{":
            joined += " "
        joined += line
    whole = "".join(lines)
    return joined if len(lines) > 1 and _is_same(joined, whole) else whole


def _is_same(first: str, second: str) -> bool:
    try:
        return ast.dump(ast.parse(first)) == ast.dump(ast.parse(second))
    except SyntaxError:
        return False


def _parts(line: str) -> tuple[str, str, str] | None:
    """What stands before, in and after the magic of a line that looks like one."""
    text = line.rstrip("\n")
    if found := _BEFORE_STATEMENT.fullmatch(text):
        return found[1], found[2], found[3]
    if found := _ASSIGNED.fullmatch(text) or _ALONE.fullmatch(text):
        return found[1], found[2], ""
    return None


def _is_open(code: str) -> bool:
    """Whether the last statement of some code goes on: in a string, brackets or behind ``\\``."""
    try:
        for _ in tokenize.generate_tokens(io.StringIO(code).readline):
            pass
    except tokenize.TokenError as error:
        return "multi-line" in str(error) or "triple-quoted" in str(error)
    except SyntaxError:
        return False
    return False
