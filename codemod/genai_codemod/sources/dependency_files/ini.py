"""INI files: ``setup.cfg`` and ``tox.ini``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from genai_codemod.sources.dependency_files.install_commands import find_in_commands
from genai_codemod.sources.dependency_files.listing import Listed
from genai_codemod.sources.dependency_files.requirement_lines import find_in_lines

_SECTION = re.compile(r"\[([^\]\n]+)\][^\n]*\n?")
_OPTION = re.compile(
    r"""(?P<key>[^\s=:\#;\[][^=:\n]*?)[ \t]*[=:][ \t]*
        (?P<value>[^\n]*\n?(?:(?:[ \t]+[^\n]*|[\#;][^\n]*|\r?)\n|[ \t]+[^\n]+\Z)*)""",
    re.VERBOSE,
)
_LINE = re.compile(r"[^\n]*\n?")
_REQUIREMENTS = frozenset(
    {"install_requires", "setup_requires", "tests_require", "deps", "requires"}
)
_ALL_REQUIREMENTS = "options.extras_require"


@dataclass(frozen=True, slots=True)
class _Option:
    section: str
    key: str
    start: int
    end: int


def find_in_ini(text: str) -> list[Listed]:
    """The requirements in the options that list some, and in the commands of all others."""
    found: list[Listed] = []
    for option in _options(text):
        if option.section == _ALL_REQUIREMENTS or option.key in _REQUIREMENTS:
            found += find_in_lines(text, option.start, option.end, factors=option.key == "deps")
        else:
            found += find_in_commands(text, option.start, option.end)
    return found


def _options(text: str) -> Iterator[_Option]:
    position, section = 0, ""
    while position < len(text):
        if (header := _SECTION.match(text, position)) is not None:
            section = header[1].strip()
            position = header.end()
        elif (option := _OPTION.match(text, position)) is not None:
            yield _Option(section, option["key"].strip().lower(), *option.span("value"))
            position = option.end()
        else:
            line = _LINE.match(text, position)
            assert line is not None
            position = max(line.end(), position + 1)
