"""Keys that stand in code: found, and kept out of whatever is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding
    from genai_codemod.project.outcome import FileOutcome

_ADVICE = "a key stands in the code: read it from the environment, and revoke this one"
MASK = "***"
# Keys of Google's APIs have a known form wherever they stand, and so have some others.
_KNOWN = (
    r"AIza[\w-]{35,}|AQ\.[\w-]{20,}|ya29\.[\w-]{20,}"
    r"|(?<![\w-])(?:sk-[\w-]{20,}|gsk_\w{20,}|hf_\w{30,}|gh[opsru]_\w{30,}|xox[abprs]-[\w-]{20,})"
    r"|(?<=://)[^\s:/@\"'{}$%]+:[^\s/@\"'{}$%]+(?=@)"
)
# Others are known by the name that they are given to.
_NAMED = (
    r"(?P<name>\b\w*(?:api[_-]?key|token|secret|password)\w*\\?[\"']?\]?[ \t]*[:=][ \t]*\\?[\"'])"
    r"(?P<value>[^\"'\s\\]{16,})(?=\\?[\"'])"
)
# In a shell, and in files for one, no quotes are needed.
_SET = (
    r"(?P<variable>\b(?-i:[A-Z0-9_]*(?:API_?KEY|TOKEN|SECRET|PASSWORD)[A-Z0-9_]*)=)"
    r"(?P<word>[\w+/-]{16,})(?![\w+/.(\[-])"
)
_SECRET = re.compile(rf"(?P<known>{_KNOWN})|{_NAMED}|{_SET}", re.IGNORECASE)


def masked(text: str) -> str:
    """The text without the keys in it; whatever reaches a report goes through here."""
    return _SECRET.sub(_mask, text)


def masked_values(value: Any) -> Any:
    """A JSON value without the keys in its texts; a value under the name of a key is one, too."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {name: _masked_item(name, item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked_values(item) for item in value]
    return value


def _masked_item(name: str, item: Any) -> Any:
    shown = masked_values(item)
    is_key = isinstance(shown, str) and masked(f'{name}="{shown}"') != f'{name}="{shown}"'
    return MASK if is_key else shown


def masked_bytes(data: bytes) -> bytes:
    """The same for bytes in any encoding that has ASCII in it, of which nothing else changes."""
    return masked(data.decode("latin-1")).encode("latin-1")


def key_lines(text: str) -> Iterator[int]:
    """The lines (from 1) that hold a key."""
    for number, line in enumerate(text.splitlines(), 1):
        if masked(line) != line:
            yield number


def with_keys_noted(outcome: FileOutcome) -> FileOutcome:
    """The outcome of a migrated file with a note at each line that holds a key."""
    migration = outcome.migration
    if migration is None or not migration.changed:
        return outcome
    from genai_codemod.engine.result import Finding

    lines = key_lines(migration.before.decode("utf-8", "replace"))
    notes = [Finding(line, 0, "secrets.key", "note", _ADVICE) for line in lines]
    if not notes:
        return outcome
    findings = tuple(sorted([*migration.findings, *notes], key=_place))
    return replace(outcome, migration=replace(migration, findings=findings))


def _place(finding: Finding) -> tuple[int, int, int]:
    return finding.cell or 0, finding.line, finding.column


def _mask(found: re.Match[str]) -> str:
    if found["known"]:
        return MASK
    name, value = found["name"] or found["variable"], found["value"] or found["word"]
    # A placeholder is made of words; a key mixes letters and digits.
    is_key = any(letter.isdigit() for letter in value) and any(map(str.isalpha, value))
    return f"{name}{MASK}" if is_key else found[0]
