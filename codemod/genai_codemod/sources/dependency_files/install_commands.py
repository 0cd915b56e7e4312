"""Commands that install packages, wherever a shell's language is written.

The engine renames the package in what a program tells people to type (its ``mentions``); there a
name is all that is written.  Here the line is going to be run, so that versions, quotes and other
packages in the same command count; the two have nothing but the names in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from genai_codemod.sources.dependency_files.listing import Edit, Listed, apply
from genai_codemod.sources.dependency_files.packages import BOUND, SUCCESSOR, is_of_interest
from genai_codemod.sources.dependency_files.planning import REPLACE_ALL, Needs, plan
from genai_codemod.sources.dependency_files.requirement import Requirement, requirement_at

_GAP = r"(?:[ \t]|\\\r?\n(?:[ \t]*\#[^\n]*\n)*)"
_OPTIONS = rf"(?:{_GAP}+-[^\s\\]+)*{_GAP}+"
_HEAD = re.compile(
    rf"""(?<![\w.-])(?:
        (?:pip[\d.]*(?:\.exe)?|\$[({{]?\w*PIP\w*[)}}]?["']?){_OPTIONS}(?:install|download|wheel)
      | uv{_OPTIONS}(?:pip{_GAP}+install|add|tool{_GAP}+install)
      | (?P<runs>uv{_OPTIONS}(?:tool{_GAP}+)?run|uvx|pipx{_OPTIONS}run)
      | (?:poetry|pdm|rye|pixi){_OPTIONS}add
      | pipenv{_OPTIONS}install
      | pipx{_OPTIONS}(?:install|inject)
      | (?:conda|mamba|micromamba){_OPTIONS}(?:install|create|update)
    )(?![\w-])""",
    re.VERBOSE,
)
_BLANKS = re.compile(rf"{_GAP}+")
# A shell takes `name>=1` for a redirection, but who writes it means a version.
_WORD = re.compile(
    r"""(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\\["'<>=~!\[\]]|[<>]=?(?=[\d.])|[^\s"'\\<>;|&)`])+"""
)
_QUOTED = re.compile(r"""(?P<quote>\\?["']|)(?P<content>.*)(?P=quote)""", re.DOTALL)
_CHANNEL = re.compile(r"[\w-]+::")
# What Poetry takes after a name.
_AT = re.compile(r"@(?P<wanted>[\w.^~*]+)")
_PUNCTUATION = re.compile(r"[.,:!?]*")
# What takes a requirement for a program to run with.
_WITH = frozenset({"--from", "--spec", "--with"})
# These take the name of a package, without versions.
_OF_A_NAME = frozenset(
    {
        "--no-binary", "--only-binary", "--upgrade-package", "-P", "--reinstall-package",
        "--no-build-isolation-package", "--refresh-package",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a command, with its quotes, and the gap in front of it."""

    gap: str
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def rewrite_install_line(line: str, needs: Needs = REPLACE_ALL) -> str:
    """A line for a shell, such as ``pip install -q google-generativeai==0.8.3``, for the new SDK.

    Whatever stands before the command (``!``, ``%``, ``RUN``, a prompt) and everything else in
    the line stays as it is; so does a line that installs nothing of the old SDK.  Several lines
    can be given at once, too.
    """
    return apply(line, plan(line, find_in_commands(line), needs).edits)


def find_in_commands(text: str, start: int = 0, end: int | None = None) -> list[Listed]:
    """The requirements in the commands between two places of a text, comments left out."""
    end = len(text) if end is None else end
    found: list[Listed] = []
    while (head := _HEAD.search(text, start, end)) is not None:
        start = head.end()
        quotes = _quotes_around(text, head.start())
        if quotes is None:
            continue
        limit = _closing(text, start, end, quotes)
        words = list(_words(text, start, limit))
        for option, word in zip(["", *(each.text for each in words)], words, strict=False):
            # What runs a program says what to install for that in some of its options only.
            if not head["runs"] or option in _WITH:
                listed = _listed(
                    text, word, head.start(), quotes, after_option=option in _OF_A_NAME
                )
                found += [listed] if listed is not None else []
        if words and not head["runs"]:
            start = words[-1].end
    return found


def _quotes_around(text: str, place: int) -> str | None:
    """The quotes that are open at a place, outermost first; None in a comment."""
    start = text.rfind("\n", 0, place) + 1
    while start and text[:start].rstrip("\r\n").endswith("\\"):
        start = text.rfind("\n", 0, start - 1) + 1
    opened: list[str] = []
    escaped = False
    for position in range(start, place):
        character = text[position]
        if escaped or character == "\\":
            escaped = not escaped
        elif character in opened:
            del opened[opened.index(character) :]
        elif character in "\"'":
            opened.append(character)
        elif character == "#" and not opened and text[position - 1 : position].strip() == "":
            return None
    return "".join(opened)


def _closing(text: str, start: int, end: int, quotes: str) -> int:
    """Where the text in quotes ends that a command stands in."""
    if not quotes:
        return end
    closing = re.compile(rf"(?<!\\){quotes[-1]}").search(text, start, end)
    return closing.start() if closing is not None else end


def _words(text: str, start: int, end: int) -> Iterator[_Word]:
    """The words after the name of a command, up to what ends it."""
    while (gap := _BLANKS.match(text, start, end)) is not None:
        word = _WORD.match(text, gap.end(), end)
        if word is None or word[0].startswith("#"):
            return
        yield _Word(gap[0], word.start(), word[0])
        start = word.end()


def _listed(
    text: str, word: _Word, group: int, quotes: str, *, after_option: bool
) -> Listed | None:
    quoted = _QUOTED.fullmatch(word.text)
    assert quoted is not None
    content = quoted["content"]
    channel = _CHANNEL.match(content)
    requirement = requirement_at(content, channel.end() if channel else 0)
    if requirement is None or not is_of_interest(requirement.name):
        return None
    quote, rest = quoted["quote"], content[requirement.end :]
    punctuation = rest if not quote and _PUNCTUATION.fullmatch(rest) else ""
    rest = rest.removesuffix(punctuation)
    written = _written(requirement, rest, after_option=after_option)
    if written is None:
        return None
    if not quote and ">" in written:
        quote, written = _in_quotes(written, quotes + text[word.end : word.end + 1])
    written = f"{quote}{content[: requirement.start]}{written}{quote}{punctuation}"
    commented = "#" in word.gap
    between = word.gap if "\n" in word.gap and not commented else " "
    replaced = Edit(word.start, word.end, written)
    removed = Edit(word.start - len(word.gap), word.end, "")
    return Listed(
        start=word.start,
        name=requirement.name,
        specifier=requirement.specifier,
        group=word.start if after_option else group,
        replaced=(replaced,),
        # A comment between two lines of a command must not be lost.
        removed=(replaced if commented else removed,),
        beside=(Edit(word.start, word.start, written + between),) if not after_option else (),
    )


def _written(requirement: Requirement, rest: str, *, after_option: bool) -> str | None:
    """What to write for a word; None for one that says more than a requirement."""
    wanted = _AT.fullmatch(rest)
    if wanted is not None:
        version = wanted["wanted"] if wanted["wanted"] in ("latest", "*") else f"^{BOUND}"
        return f"{SUCCESSOR}@{version}"
    if rest and not rest.lstrip().startswith(";"):
        return None
    return (SUCCESSOR if after_option else requirement.renewed()) + rest


def _in_quotes(written: str, taken: str) -> tuple[str, str]:
    """A quote that the text around does not use, and what to write in it."""
    free = [quote for quote in "\"'" if quote not in taken]
    if free:
        return free[0], written
    # The same without signs that a shell would take for its own.
    return "", re.sub(rf">=\s*{BOUND}(,\s*<\s*\d+)?", f"~={BOUND}", written)
