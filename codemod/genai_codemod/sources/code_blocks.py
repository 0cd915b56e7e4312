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
_LANGUAGE = re.compile(r"[{.]*([\w+-]*)")
# The directives of MyST, which have options above their code.
_MYST = re.compile(
    r"\{(?P<directive>code-cell|code-block|code|sourcecode|testcode|doctest|jupyter-execute)\}"
    r"[ \t]*(?P<language>[\w+-]*).*"
)
_PYTHON_DIRECTIVES = frozenset({"code-cell", "testcode", "doctest", "jupyter-execute"})

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
            quoted = opening["prefix"].lstrip().startswith(">")
            if quoted:
                end = min(end, _first(lines, start, lambda line: line.lstrip()[:1] != ">"))
            prefix = re.sub(r"[^ \t>]", " ", opening["prefix"])
            myst = _MYST.match(opening["info"])
            language = opening["info"]
            if myst is not None:
                start = _after_options(lines, start, end)
                language = "python" if myst["directive"] in _PYTHON_DIRECTIVES else myst["language"]
            yield _block(lines, start, end, prefix, _language(language))
            closed = end < len(lines) and _closes(opening["fence"], lines[end])
            number = end + closed
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
            start = _after_fields(lines, number + 1)
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


def _after_options(lines: Sequence[str], start: int, end: int) -> int:
    """The line after the options of a directive of MyST: fields, or YAML between dashes."""
    if start < end and lines[start].strip(" \t>\r") == "---":
        closing = _first(lines, start + 1, lambda line: line.strip(" \t>\r") == "---")
        return closing + 1 if closing < end else start
    return _after_fields(lines, start)


def _after_fields(lines: Sequence[str], start: int) -> int:
    """The line after a list of fields, of which each goes on where lines are indented further."""
    width = None
    for number in range(start, len(lines)):
        line = lines[number].replace(">", " ").rstrip()
        if _OPTION.fullmatch(line):
            width = _width(line)
        elif width is None or not line or _width(line) <= width:
            return number
    return len(lines)


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
