"""The packages that are exchanged, and the release that the migrated code needs."""

from __future__ import annotations

import re

from packaging.utils import canonicalize_name
from packaging.version import Version

LEGACY = "google-generativeai"
# What the legacy package is built on; a project lists it for that, or uses it directly.
LEGACY_PROTOS = "google-ai-generativelanguage"
SUCCESSOR = "google-genai"
# The release that every rule is proved against; older ones lack what some rules write.
BOUND = Version("3.4")
# What that release runs on.
OLDEST_PYTHON = Version("3.11")

_NAMES = r"google[-_.]+(?:generativeai|ai[-_.]+generativelanguage)"
_NAMED = re.compile(_NAMES.encode(), re.IGNORECASE)
_LOCKED = re.compile(
    rf"""\bname[ \t]*[=:][ \t]*["']?{_NAMES}["']?[ \t]*\r?$|"{_NAMES}":[ \t]*\{{""",
    re.IGNORECASE | re.MULTILINE,
)
_EXACTLY = re.compile(rf"(?<![\w./-]){_NAMES}(?![\w-])", re.IGNORECASE)


def names_legacy(data: bytes) -> bool:
    """Whether a file can list a legacy package at all; false decides, true does not."""
    # Windows writes UTF-16 when the output of a command is sent to a file.
    return _NAMED.search(data.replace(b"\0", b"")) is not None


def places_of_legacy(text: str) -> list[int]:
    """Where a text names a legacy package, or a module of it, and not one with a longer name."""
    return [found.start() for found in _EXACTLY.finditer(text)]


def place_in_lock(text: str) -> int | None:
    """Where a lock file has an entry for a legacy package."""
    found = _LOCKED.search(text)
    return found.start() if found is not None else None


def is_legacy(name: str) -> bool:
    """Whether a name is that of a legacy package, in any of its spellings."""
    return canonicalize_name(name) in (LEGACY, LEGACY_PROTOS)


def is_of_interest(name: str) -> bool:
    """Whether a name is that of a legacy package or of the one that succeeds it."""
    return canonicalize_name(name) in (LEGACY, LEGACY_PROTOS, SUCCESSOR)
