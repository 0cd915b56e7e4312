"""Interactive sessions, as doctest reads them: code behind prompts, and what it printed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PROMPT = re.compile(r"([ \t]*)>>>(?: |$)")


@dataclass(frozen=True, slots=True)
class Session:
    """The lines of a session: each example is a range of lines, the rest is output or prose.

    ``examples`` are pairs of the first line (from 0) and the one after the last.
    """

    lines: tuple[str, ...]
    examples: tuple[tuple[int, int], ...]

    @property
    def codes(self) -> list[str]:
        """What was typed, an example each."""
        return [
            "".join(_typed(line) + "\n" for line in self.lines[start:end])
            for start, end in self.examples
        ]

    def rendered(self, codes: Sequence[str]) -> str:
        """The session with other examples."""
        parts: list[str] = []
        done = 0
        for (start, end), before, after in zip(self.examples, self.codes, codes, strict=True):
            parts += self.lines[done : start if before != after else end]
            if before != after:
                parts += _prompted(after, _indentation(self.lines[start]))
                parts += self._empty_end(start, end)
            done = end
        return "\n".join([*parts, *self.lines[done:]])

    def _empty_end(self, start: int, end: int) -> tuple[str, ...]:
        """The lines at the end of an example on which nothing was typed."""
        first = end
        while first > start + 1 and not _typed(self.lines[first - 1]).strip():
            first -= 1
        return self.lines[first:end]


def parse_session(text: str) -> Session | None:
    """The examples of a session; None where there is no prompt."""
    lines = text.split("\n")
    examples = tuple(_examples(lines))
    return Session(tuple(lines), examples) if examples else None


def _examples(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    number = 0
    while number < len(lines):
        start = number
        number += 1
        if (prompt := _PROMPT.match(lines[start])) is None:
            continue
        continued = prompt[1] + "..."
        while number < len(lines) and lines[number].startswith(continued):
            number += 1
        yield start, number


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _typed(line: str) -> str:
    return line.lstrip()[4:]


def _prompted(code: str, indentation: str) -> Iterator[str]:
    """The lines of code with prompts, those that go on with a statement with the second one."""
    lines = code.rstrip("\n").split("\n")
    first = _first_lines(code) or {1}
    for number, line in enumerate(lines, 1):
        prompt = ">>>" if number in first else "..."
        yield (
            f"{indentation}{prompt} {line}".rstrip()
            if not line
            else f"{indentation}{prompt} {line}"
        )


def _first_lines(code: str) -> set[int]:
    """The lines on which statements begin, or comments that stand between them."""
    try:
        statements = ast.parse(code).body
    except SyntaxError:
        return set()
    inner = {
        line
        for statement in statements
        for line in range(_start(statement) + 1, (statement.end_lineno or statement.lineno) + 1)
    }
    return set(range(1, code.count("\n") + 2)) - inner


def _start(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])
