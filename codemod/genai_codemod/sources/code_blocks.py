"""Where code stands in Markdown and in reStructuredText."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

_FENCE = re.compile(
    r"(?P<prefix>[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)"
)
_DIRECTIVE = re.compile(
    r"(?P<indent>[ \t]*)\.\.[ \t]+"
    r"(?:code-block|code|sourcecode|ipython|testcode|jupyter-execute)"
    r"::[ \t]*(?P<language>\S*)[ \t]*"
)
_LITERAL = re.compile(r"(?P<indent>[ \t]*)(?!\.\.[ \t]).*::[ \t]*")
_OPTION = re.compile(r"[ \t]*:[\w-]+:.*")
_PROMPT = re.compile(r"[ \t>]*>>>(?: |$)")
_LANGUAGE = re.compile(r"[{.]*(?:code-cell\}?[ \t]+)?([\w+-]*)")

_PYTHON = frozenset({"python", "python3", "py", "py3", "ipython", "ipython3", "pycon", "testcode"})
_COMMANDS = frozenset(
    {
        "bash", "sh", "shell", "console", "zsh", "shell-session", "cmd", "powershell", "text",
        "dockerfile", "docker", "yaml", "yml", "makefile",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines of a text, from ``start`` to before ``end`` (from 0), and the code on them.

    ``prefix`` is what stands before each line of the code: indentation, and marks of quotations.
    ``language`` is ``python``, ``commands``, empty where none is said, or that of other code.
    """

    start: int
    end: int
    prefix: str
    language: str
    code: str

    def rendered(self, lines: Sequence[str], code: str) -> list[str]:
        """The lines of the block with other code; those that stay the same stay as they are."""
        old, new = self.code.split("\n"), code.split("\n")
        raw = lines[self.start : self.end]
        ending = "\r" if raw and raw[0].endswith("\r") else ""
        found: list[str] = []
        matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
        for kind, first, last, new_first, new_last in matcher.get_opcodes():
            if kind == "equal":
                found += raw[first:last]
            else:
                changed = (f"{self.prefix}{line}" for line in new[new_first:new_last])
                found += [line.rstrip() + ending for line in changed]
        return found


def markdown_blocks(lines: Sequence[str]) -> Iterator[CodeBlock]:
    """The fenced blocks of Markdown, and the paragraphs of it that begin with a prompt."""
    number = 0
    while number < len(lines):
        opening = _FENCE.fullmatch(lines[number].rstrip())
        if opening is not None:
            start = number + 1
            end = _first(lines, start, partial(_closes, opening["fence"]))
            prefix = re.sub(r"[^ \t>]", " ", opening["prefix"])
            yield _block(lines, start, end, prefix, _language(opening["info"]))
            number = end + 1
        elif _PROMPT.match(lines[number]):
            number = yield from _session(lines, number)
        else:
            number += 1


def rst_blocks(lines: Sequence[str]) -> Iterator[CodeBlock]:
    """The literal blocks of reStructuredText, and the paragraphs that begin with a prompt."""
    number = 0
    while number < len(lines):
        line = lines[number].rstrip()
        opening = _DIRECTIVE.fullmatch(line) or _LITERAL.fullmatch(line)
        if opening is not None:
            language = opening.groupdict().get("language")
            start = _first(lines, number + 1, lambda line: not _OPTION.fullmatch(line.rstrip()))
            width = _width(opening["indent"])
            end = _first(lines, start, partial(_is_outside, width))
            while end > start and not lines[end - 1].strip():
                end -= 1
            yield _block(lines, start, end, "", _language(language or ""))
            number = max(end, number + 1)
        elif _PROMPT.match(lines[number]):
            number = yield from _session(lines, number)
        else:
            number += 1


def _session(lines: Sequence[str], start: int) -> Generator[CodeBlock, None, int]:
    end = _first(lines, start, lambda line: not line.strip(" \t>\r"))
    prefix = _PROMPT.match(lines[start])
    yield _block(lines, start, end, prefix[0].split(">>>")[0] if prefix else "", "python")
    return end


def _block(lines: Sequence[str], start: int, end: int, prefix: str, language: str) -> CodeBlock:
    code = [_without(prefix, line.rstrip("\r")) for line in lines[start:end]]
    indentation = _common_start([_indentation(line) for line in code if line.strip()])
    code = [line.removeprefix(indentation) if line.strip() else "" for line in code]
    return CodeBlock(start, end, prefix + indentation, language, "\n".join(code))


def _without(prefix: str, line: str) -> str:
    """A line without the prefix, or without as much of it as there is."""
    return line[len(_common_start([prefix, line])) :]


def _language(info: str) -> str:
    found = _LANGUAGE.match(info.strip())
    name = found[1].lower() if found else ""
    return "python" if name in _PYTHON else "commands" if name in _COMMANDS else name


def _first(lines: Sequence[str], start: int, test: Callable[[str], bool]) -> int:
    """The first line from ``start`` on for which a test holds, or the end."""
    return next((at for at in range(start, len(lines)) if test(lines[at])), len(lines))


def _closes(fence: str, line: str) -> bool:
    """Whether a line ends the block that a fence opened: a fence like it, at least as long."""
    text = line.strip(" \t>\r")
    return len(text) >= len(fence) and set(text) == {fence[0]}


def _is_outside(width: int, line: str) -> bool:
    """Whether a line is not indented further than the line above a block."""
    return bool(line.strip()) and _width(line) <= width


def _common_start(texts: Sequence[str]) -> str:
    if not texts:
        return ""
    first, last = min(texts), max(texts)
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(letter for letter, _ in same)


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _width(line: str) -> int:
    return len(_indentation(line).expandtabs())
