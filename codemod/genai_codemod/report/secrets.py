"""Keys that stand in code: found, and kept out of whatever is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

MASK = "***"
# Keys of Google's APIs have a known form wherever they stand.
_KNOWN = r"AIza[\w-]{35}|AQ\.[\w-]{20,}|ya29\.[\w-]{20,}"
# Others are known by the name that they are given to.
_NAMED = (
    r"(?P<name>\b\w*(?:api[_-]?key|token|secret|password)\w*[\"']?\]?[ \t]*[:=][ \t]*[\"'])"
    r"(?P<value>[^\"'\s]{16,})(?=[\"'])"
)
_SECRET = re.compile(rf"(?P<known>{_KNOWN})|{_NAMED}", re.IGNORECASE)


def masked(text: str) -> str:
    """The text without the keys in it; whatever reaches a report goes through here."""
    return _SECRET.sub(_mask, text)


def key_lines(text: str) -> Iterator[int]:
    """The lines (from 1) that hold a key."""
    for number, line in enumerate(text.splitlines(), 1):
        if masked(line) != line:
            yield number


def _mask(found: re.Match[str]) -> str:
    if found["known"]:
        return MASK
    value = found["value"]
    # A placeholder is made of words; a key mixes letters and digits.
    is_key = any(letter.isdigit() for letter in value) and any(map(str.isalpha, value))
    return f"{found['name']}{MASK}" if is_key else found[0]
