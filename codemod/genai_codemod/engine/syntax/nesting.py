"""How deeply code is nested, found without parsing it.

LibCST's parser is recursive and native: code that is nested some thousand levels deep ends the
process, or keeps it busy for hours, and nothing can interrupt it.  Nesting is not only brackets:
each operator of ``a + b + c`` and each name of ``a.b.c`` is a level, and so is each ``elif``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from genai_codemod.engine.result import SourceError

# CPython refuses more brackets.
DEEPEST = 200
# The parser's time doubles, and more, with each level of a pattern.
DEEPEST_PATTERN = 8
# Python gives up at a third of it when it walks the tree; the parser survives several times that.
LONGEST = 1_000

_STEP = r"\*\*|//|<<|>>|[<>=!]=|->|:=|[-+*/%@&|^~<>=.:]"
_WORD = r"(?:and|or|not|in|is|lambda|if|else|for|await|from)\b"
_TOKEN = re.compile(
    rf"""
    (?P<line>^|\r\n?|\n) (?P<indent>[ \t\f]*)
        (?: (?=(?P<branch>elif\b|else\b|case\b(?![ \t]*[=.,:]))) | (?=(?P<other>[^\s\#\\])) )?
    | \#[^\r\n]* | \\(?:\r\n|[\r\n])
    | (?P<string> [a-zA-Z]{{0,2}} (?:
        (?P<quotes>"{{3}}|'{{3}}) (?:[^\\]|\\.)*? (?P=quotes)
        | " (?:[^"\\\r\n]|\\(?:\r\n|.))* "?
        | ' (?:[^'\\\r\n]|\\(?:\r\n|.))* '?
    ))
    | (?P<open>[(\[{{]) | (?P<close>[)\]}}]) | (?P<comma>,) | (?P<end>;)
    | (?P<step>{_STEP}|{_WORD}) | \w+
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_F_STRING = re.compile(rf"[()\[\]{{}}'\"]|{_STEP}|\b{_WORD}")


@dataclass(slots=True)
class _Place:
    """How deep the place is that is being read.

    ``steps`` and ``parameters`` have an item for each open bracket: the steps of the element that
    is being read, and the lambdas whose parameters it still is in.  ``branches`` counts the
    ``elif`` at each indentation.
    """

    steps: list[int] = field(default_factory=lambda: [0])
    parameters: list[int] = field(default_factory=lambda: [0])
    total: int = 0
    branches: dict[int, int] = field(default_factory=dict)
    chained: int = 0
    deepest: int = DEEPEST

    def line(self, indent: int, branch: str | None) -> None:
        """The first word of a line, which begins a statement unless a bracket is open."""
        if len(self.steps) > 1:
            return
        self.end()
        self.deepest = DEEPEST_PATTERN if branch == "case" else DEEPEST
        before = self.branches.get(indent, 0)
        self.branches = {at: count for at, count in self.branches.items() if at < indent}
        if branch in ("elif", "else"):
            self.branches[indent] = before + (branch == "elif")
        self.chained = sum(self.branches.values())

    def end(self) -> None:
        self.steps, self.parameters, self.total = [0], [0], 0

    def step(self) -> None:
        self.steps[-1] += 1
        self.total += 1

    def open(self) -> None:
        self.step()
        self.steps.append(0)
        self.parameters.append(0)

    def close(self) -> None:
        if len(self.steps) > 1:
            self.total -= self.steps.pop()
            self.parameters.pop()

    def comma(self) -> None:
        """The next element; but the commas between the parameters of a lambda end nothing."""
        if not self.parameters[-1]:
            self.total -= self.steps[-1]
            self.steps[-1] = 0

    def operator(self, text: str) -> None:
        self.step()
        if text == "lambda":
            self.parameters[-1] += 1
        elif text == ":" and self.parameters[-1]:
            self.parameters[-1] -= 1

    def too_deep(self, inside: int) -> bool:
        return len(self.steps) > self.deepest + 1 or self.total + inside + self.chained > LONGEST


def check_nesting(text: str) -> None:
    """Do nothing for code that the parser can take.

    Raises:
        SourceError: it is nested too deeply.
    """
    place = _Place()
    for match in _TOKEN.finditer(text):
        inside = 0
        match match.lastgroup:
            case None | "indent":
                continue
            case "other" | "branch":
                place.line(len(match["indent"]), match["branch"])
            case "string":
                place.step()
                inside = _inside(match["string"])
            case "open":
                place.open()
            case "close":
                place.close()
            case "comma":
                place.comma()
            case "end":
                place.end()
            case "step":
                place.operator(match["step"])
        if place.too_deep(inside):
            raise SourceError("is nested too deeply", *_line_and_column(text, match.start()))


def _inside(string: str) -> int:
    """The most steps in a replacement field, where a string is an f-string."""
    most = steps = depth = 0
    if "{" not in string or not {"f", "F", "t", "T"} & set(string[:2]):
        return 0
    for match in _IN_F_STRING.finditer(re.sub(r"\{\{|\}\}", "", string)):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        steps = steps + 1 if depth > 0 else 0
        most = max(most, steps)
    return most


def _line_and_column(text: str, place: int) -> tuple[int, int]:
    lines = re.split(r"\r\n?|\n", text[:place])
    return len(lines), len(lines[-1])
