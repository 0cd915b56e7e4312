"""The encoding that a module says it has."""

from __future__ import annotations

import re
import tokenize

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")


def encoding_of(data: bytes) -> str:
    """What the first two lines declare, or UTF-8; lines may end in a carriage return alone.

    Raises:
        SyntaxError: there is no such encoding.
    """
    first = _LINE.match(data)
    assert first
    second = _LINE.match(data, first.end())
    lines = [match.group().rstrip(b"\r\n") + b"\n" for match in (first, second) if match]
    return tokenize.detect_encoding(iter(lines).__next__)[0]


def decoded(data: bytes) -> str:
    """The text of a module; a byte order mark stays.

    Raises:
        SyntaxError: there is no such encoding.
        UnicodeDecodeError: it is not in the encoding that it says.
    """
    return data.decode(_plain(encoding_of(data)))


def encoded(text: str) -> bytes:
    """The bytes of a text, in the encoding that it says it has.

    Raises:
        SyntaxError: there is no such encoding.
        UnicodeEncodeError: it has characters that this encoding lacks.
    """
    return text.encode(_plain(encoding_of(text.encode("utf-8", "surrogatepass"))))


def _plain(encoding: str) -> str:
    return "utf-8" if encoding == "utf-8-sig" else encoding
