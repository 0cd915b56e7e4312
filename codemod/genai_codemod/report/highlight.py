"""Syntax colours for the 16 colours that every terminal has, on dark and on light ground."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genai_codemod.report.terminal import Style

# A piece of a line, and its style besides that of the line.
Pieces = Sequence[tuple[str, "Style | None"]]

_LANGUAGES = {".py": "python", ".pyi": "python", ".toml": "toml", ".yml": "yaml", ".yaml": "yaml"}


def language_of(name: str) -> str | None:
    """The language of a file, by its name, if there are colours for it."""
    return _LANGUAGES.get(PurePath(name).suffix)


def lines_in_colour(code: str, language: str | None) -> list[Pieces]:
    """The lines of a text, which need not be valid, in pieces."""
    if language is None:
        return [[(line, None)] for line in code.split("\n")]
    lines: list[list[tuple[str, Style | None]]] = [[]]
    for style, text in _tokens(code, language):
        first, *others = text.split("\n")
        lines[-1].append((first, style))
        lines += [[(each, style)] for each in others]
    return [joined(line) for line in lines]


def _tokens(code: str, language: str) -> Iterator[tuple[Style | None, str]]:
    for kind, text in _lexer(language).get_tokens(code):
        yield _style(kind), text


@cache
def _lexer(language: str) -> Any:
    # Takes a twentieth of a second, which only those pay who see colours.
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(language, stripnl=False, stripall=False, ensurenl=False)


def _style(kind: Any) -> Style | None:
    from pygments.token import Comment, Keyword, Literal, Name, Operator

    if kind in Comment:
        return "dim"
    if kind in Literal:
        return "cyan"
    if kind in Keyword or kind in Operator.Word or kind in Name.Function or kind in Name.Class:
        return "bold"
    return None


def joined(pieces: Sequence[tuple[str, Style | None]]) -> Pieces:
    """The pieces with neighbours of the same style in one."""
    found: list[tuple[str, Style | None]] = []
    for text, style in pieces:
        if found and found[-1][1] == style:
            found[-1] = (found[-1][0] + text, style)
        elif text:
            found.append((text, style))
    return found
