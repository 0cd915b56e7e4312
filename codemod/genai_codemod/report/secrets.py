"""Keys that stand in code, kept out of whatever is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

MASK = "***"
Span = tuple[int, int]

# Compiled, and then kept by ``re``, when there is something to show: a command starts without.
# Keys of Google's APIs have a known form wherever they stand, and so have some others.
_KNOWN = (
    r"(?i)"
    r"AIza[\w-]{35,}|AQ\.[\w-]{20,}|ya29\.[\w-]{20,}"
    r"|(?<![\w-])(?:sk-[\w-]{20,}|gsk_\w{20,}|hf_\w{30,}|gh[opsru]_\w{30,}|xox[abprs]-[\w-]{20,})"
    r"|(?<=://)[^\s:/@\"'{}$%]+:[^\s/@\"'{}$%]+(?=@)"
)
_PRIVATE = r"(?<=PRIVATE KEY-----)[\w+/=\s\\\"',]{40,}+(?=-----END)"
_IN_ADDRESS = r"(?i)(?<=[?&])[\w-]*(?:key|secret|token)=([\w+/=.~%-]{12,}+)"
# Others are known by the name before them.
_NAME = (
    r"(?i)"
    r"(?:(?:api|access)[_-]?key|token|secret|passw(?:or)?d|credential|authorization|bearer)"
    r"[\w-]{0,40}+"
)
_WEAK_NAME = r"(?i)(?<![a-zA-Z])keys?(?![\w-])"
# What ``key`` in ``configure(api_key=key)`` is given to is a key as well.
_READ = r"(?i)\bapi_?key[\"']?\]?[ ]?[=:][ ]?([A-Za-z_]\w*+)(?![.(\[])"
_GIVEN = r"(?:(?<![\w.])|(?<=\\n)){}[ ]?(?::[^=\n]{{0,40}})?(?==(?!=))"
_WORDS = r"or|default|type|value|str|bytes|Final|Optional|None|bearer|basic"
# What can stand between a name and a key.  Lines of a notebook end with ``\n",`` in JSON.
_BETWEEN = (
    r"(?i)"
    rf"(?:\\n|[\s\"'`\\()\[\]{{}},:=|+?>-]|\b(?:{_WORDS})\b|\b[bfru]{{1,2}}(?=\\?[\"'])){{1,80}}"
)
# What joins the parts of a text that is put together.
_JOIN = r"\\?[\"'](?:\\n\",|\\n|[\s\\+()\"])*[bfruBFRU]{0,2}\\?[\"']"
_VALUE = rf"[\w+/=.~-]{{2,}}+(?:{_JOIN}[\w+/=.~-]++)*+(?![(\[])"
_PART = rf"(?:^|{_JOIN})([\w+/=.~-]+)"
_SPLIT = rf"AIza[\w-]*+(?:{_JOIN}[\w-]++)+"
_WORD = r"[A-Za-z0-9]+"

_LENGTH = 16
_KNOWN_LENGTH = 39


def masked(text: str, known: Collection[str] = ()) -> str:
    """The text without the keys in it; whatever reaches a report goes through here.

    ``known`` are keys that stand elsewhere, and are not to be shown here either.
    """
    pieces = []
    at = 0
    for start, end in key_spans(text, known):
        pieces += [text[at:start], MASK]
        at = end
    return "".join([*pieces, text[at:]])


def masked_bytes(data: bytes) -> bytes:
    """The same for bytes in any encoding that has ASCII in it, of which nothing else changes."""
    return masked(data.decode("latin-1")).encode("latin-1")


def masked_values(value: Any, known: Collection[str] = ()) -> Any:
    """A JSON value without the keys in its texts; a value under the name of a key is one, too."""
    if isinstance(value, str):
        return masked(value, known)
    if isinstance(value, Mapping):
        return {name: _masked_item(name, item, known) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked_values(item, known) for item in value]
    return value


def _masked_item(name: str, item: Any, known: Collection[str]) -> Any:
    shown = masked_values(item, known)
    is_key = isinstance(shown, str) and masked(f'{name}="{shown}"') != f'{name}="{shown}"'
    return MASK if is_key else shown


def key_values(text: str) -> frozenset[str]:
    """The keys in a text that are long enough to be looked for elsewhere."""
    return frozenset(key.value for key in _found(text) if len(key.value) >= _LENGTH)


def key_places(text: str) -> Iterator[tuple[int, int]]:
    """The lines (from 1) that hold a key, or a part of one, and the columns where it begins."""
    before = 0
    for start, _ in key_spans(text):
        line = text.count("\n", 0, start) + 1
        if line > before:
            yield line, start - text.rfind("\n", 0, start) - 1
        before = line


def key_spans(text: str, known: Collection[str] = ()) -> list[Span]:
    """Where keys, and parts of keys, stand in a text, in their order and apart from each other."""
    keys = list(_found(text))
    found = [span for key in keys for span in key.spans]
    for value in {key.value for key in keys if len(key.value) >= _LENGTH}.union(known):
        found += [match.span() for match in re.finditer(re.escape(value), text)]
    spans: list[Span] = []
    for start, end in sorted(found):
        if spans and start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


class _Key(NamedTuple):
    """A key, and where its parts stand, if there are several."""

    value: str
    spans: list[Span]


def _found(text: str) -> Iterator[_Key]:
    for known in re.finditer(_KNOWN, text):
        yield _Key(known[0], [known.span()])
    for private in re.finditer(_PRIVATE, text):
        for part in re.finditer(r"[\w+/=]+", private[0]):
            yield _Key(part[0], [_moved(part.span(), private)])
    for address in re.finditer(_IN_ADDRESS, text):
        if _mixed(address[1]) >= 8:
            yield _Key(address[1], [address.span(1)])
    for split in re.finditer(_SPLIT, text):
        if len(_joined(split).value) >= _KNOWN_LENGTH:
            yield _joined(split)
    for name in re.finditer(_NAME, text):
        yield from _after(text, name.end(), _is_key)
    for name in re.finditer(_WEAK_NAME, text):
        yield from _after(text, name.end(), _is_surely_key)
    for read in {match[1] for match in re.finditer(_READ, text)}:
        for given in re.finditer(_GIVEN.format(re.escape(read)), text):
            yield from _after(text, given.end(), _is_key)


def _after(text: str, at: int, is_key: Callable[[str, bool], bool]) -> Iterator[_Key]:
    """The keys that follow a name which ends at a place, one after the other."""
    while between := re.compile(_BETWEEN).match(text, at):
        value = re.compile(_VALUE).match(text, between.end())
        quoted = between[0][-1] in "\"'`"
        # Without quotes and behind these, it is the name of something.
        if value is None or not (quoted or set(between[0]).isdisjoint("(),\\")):
            return
        key = _joined(value)
        if not is_key(key.value, quoted):
            return
        yield key
        at = value.end()


def _joined(value: re.Match[str]) -> _Key:
    """A key that may be put together from parts."""
    parts = list(re.finditer(_PART, value[0]))
    return _Key("".join(part[1] for part in parts), [_moved(p.span(1), value) for p in parts])


def _moved(span: Span, match: re.Match[str]) -> Span:
    """A span in what was matched as one of the text."""
    return span[0] + match.start(), span[1] + match.start()


def _is_key(value: str, quoted: bool) -> bool:
    """Whether a text that has the name of a key can be one: keys mix letters and digits."""
    return len(value) >= _LENGTH and _mixed(value) >= (12 if quoted else _LENGTH)


def _is_surely_key(value: str, quoted: bool) -> bool:
    """The same where the name says less."""
    mixes_cases = value != value.lower() and value != value.upper()
    return quoted and mixes_cases and len(value) >= _LENGTH <= _mixed(value)


def _mixed(value: str) -> int:
    """How many characters are in words of letters and digits, unlike ``gemini-2.5-flash-001``."""
    words = re.findall(_WORD, value)
    return sum(len(word) for word in words if not (word.isalpha() or word.isdigit()))
