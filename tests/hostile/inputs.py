"""Files that nobody should have written, made from the fixtures; the same ones each time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.hostile.nested import NESTED

_FIXTURES = Path(__file__).parents[2] / "fixtures"
_IMPORT = b"import google.generativeai as genai\n"
_MEGABYTE = 1_000_000


class Hostile(NamedTuple):
    """A file, and what was done to it."""

    kind: str
    data: bytes


Change = Callable[[random.Random, bytes], bytes]

_ODD_BYTES = (b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x1a", b"\f", b"\r")
_ODD_CODE = (
    *(b"print 'a', b", b"exec 'a' in b", b"raise A, 'b'", b"x = `a`", b"x = ur'a'", b"x = 0777"),
    *(b"type X[T] = list[T]", b"def f[T: int](x: T): ...", b"class A[*Ts, **P]: ..."),
    *(b"match x:\n    case {'a': [1, *_], **rest} if rest: pass", b"match = case = type = 1"),
    *(b"try: pass\nexcept A, B: pass", b"try: pass\nexcept* A: pass", b"x = t'{genai}'"),
    *(b"x = f'{a['b']}'", b"x = f'{a!r:>{b}}' f'{{}}'", b"x = f'''{\na # c\n}'''"),
    *(b"x = '\\ud800\\udfff'", b"x = '\\N{BULLET}'", b"x = b'\\xff' 'a'", b"x = '\xed\xa0\x80'"),
    *(b"x = 1_000j if 0x_f else 1e400", b"async = await = 1", b"x: (yield) = 1", b"nonlocal x"),
    *(b"from __future__ import braces", b"from . import *", b"global genai", b"del genai"),
    *(b"genai = genai", b"genai: genai = genai", b"lambda genai=genai: genai", b"(genai := 1)"),
    *(b"def genai(genai=genai): return genai", b"class genai(genai): pass", b"with genai: pass"),
    *(b"return", b"yield genai", b"await genai.x()", b"break", b"*genai", b"genai.x = genai.y = 1"),
    *(b"@genai\n@genai.x\ndef f(): pass", b"for genai in genai: genai", b"import genai.genai"),
    *(b"try: genai\nfinally: genai", b"genai[genai:genai, ...]", b"assert genai, genai"),
)
_COOKIES = (b"latin-1", b"utf-16", b"ascii", b"rot13", b"klingon", b"utf-7", b"cp037", b"idna")
_CODECS = ("utf-16", "utf-16-le", "utf-32", "utf-7", "cp037", "utf-8-sig")


def _place(chance: random.Random, data: bytes) -> int:
    return chance.randint(0, len(data))


def _truncated(chance: random.Random, data: bytes) -> bytes:
    return data[: _place(chance, data)]


def _beheaded(chance: random.Random, data: bytes) -> bytes:
    return _IMPORT + data[_place(chance, data) :]


def _flipped(chance: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _noise(chance: random.Random, data: bytes) -> bytes:
    place = _place(chance, data)
    return data[:place] + chance.randbytes(chance.randint(1, 200)) + data[place:]


def _odd_bytes(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.randint(1, 4)):
        place = _place(chance, data)
        data = data[:place] + chance.choice(_ODD_BYTES) + data[place:]
    return data


def _odd_characters(chance: random.Random, data: bytes) -> bytes:
    """Some characters are gone, doubled, or others that matter to a tokenizer."""
    text = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(text))
        new = chance.choice(
            [b"", text[place : place + 1] * 2, *(b"%c" % c for c in b"()[]{}'\"\\:,#;@*.=\t")]
        )
        text[place : place + 1] = new
    return bytes(text)


def _moved_lines(chance: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    for _ in range(chance.randint(1, 6)):
        line = lines.pop(chance.randrange(len(lines))) if len(lines) > 1 else b""
        for _ in range(chance.randint(0, 2)):
            lines.insert(chance.randint(0, len(lines)), line)
    return b"".join(lines)


def _odd_code(chance: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    for _ in range(chance.randint(1, 3)):
        place = chance.randint(0, len(lines))
        above = lines[place] if place < len(lines) else b""
        indent = above[: len(above) - len(above.lstrip(b" "))]
        odd = chance.choice(_ODD_CODE).splitlines()
        lines[place:place] = [indent + line + b"\n" for line in odd]
    return b"".join(lines)


def _odd_indents(chance: random.Random, data: bytes) -> bytes:
    old, new = chance.choice(
        [(b"    ", b"\t"), (b"    ", b" "), (b"\n    ", b"\n\t  "), (b"    ", b"\f ")]
    )
    return data.replace(old, new, chance.choice([-1, 1, 3]))


def _line_ends(chance: random.Random, data: bytes) -> bytes:
    ends = chance.choice(
        [[b"\r"], [b"\r\n"], [b"\n", b"\r"], [b"\n", b"\r\n", b"\r", b"\\\n", b"\n\f"]]
    )
    return b"".join(line + chance.choice(ends) for line in data.splitlines())


def _one_line(_chance: random.Random, data: bytes) -> bytes:
    return b";".join(line for line in data.splitlines() if line and not line[:1].isspace())


def _declared(chance: random.Random, data: bytes) -> bytes:
    mark = chance.choice([b"", b"", b"\xef\xbb\xbf", b"\f"])
    tail = chance.choice([b"", b"# \xe9\n", b"x = '\xc3\xa9'\n"])
    return mark + b"# coding: " + chance.choice(_COOKIES) + b"\n" + data + tail


def _other_encoding(chance: random.Random, data: bytes) -> bytes:
    return data.decode().encode(chance.choice(_CODECS), "replace")


def _nested(chance: random.Random, data: bytes) -> bytes:
    build = chance.choice(list(NESTED.values()))
    code = build(chance.choice([10, 60, 95, 150, 300, 900, 3_000, 10_000, 30_000]))
    return chance.choice([data, _IMPORT]) + b"\n" + code + chance.choice([b"", data])


def _nested_calls(chance: random.Random, data: bytes) -> bytes:
    """A call of the legacy package deep inside of other code."""
    depth = chance.choice([10, 30, 60, 90, 120, 190])
    before, after = chance.choice(
        [
            (b"(", b")"),
            (b"[", b"]"),
            (b"f(a=", b")"),
            (b"{1: ", b"}"),
            (b"not ", b""),
            (b"lambda: ", b""),
            (b"1 + ", b""),
            (b"", b".x"),
            (b"", b" or y"),
            (b"(a := ", b")"),
            (b"x[", b"]"),
        ]
    )
    call = b"genai.GenerativeModel('gemini-1.5-flash').generate_content('a')"
    return (
        data
        + b"\nimport google.generativeai as genai\nx = "
        + before * depth
        + call
        + after * depth
        + b"\n"
    )


def _mixed(chance: random.Random, data: bytes) -> bytes:
    """Two programs in one, cut anywhere."""
    other = chance.choice(fixtures())
    return data[: _place(chance, data)] + other[_place(chance, other) :]


def _repeated(chance: random.Random, data: bytes) -> bytes:
    piece = data[_place(chance, data) :] or b"#"
    return _IMPORT + piece * min(chance.choice([10, 100]), 40_000 // len(piece) + 1)


def _huge(chance: random.Random, data: bytes) -> bytes:
    lines = chance.choice(
        [data, b"x = 1\n", b"# comment\n", b"\n", b"x = [1, 2, {'a': 3}]\n", b"#" * 1_000]
    )
    size = chance.choice([_MEGABYTE // 4, 5 * _MEGABYTE])
    if chance.random() < 0.3:
        lines, size = b"1, ", size // 2
        return _IMPORT + b"x = [" + lines * (size // len(lines)) + b"]\n"
    return _IMPORT + lines * (size // len(lines))


CHANGES: dict[str, tuple[Change, int]] = {
    "truncated": (_truncated, 8),
    "beheaded": (_beheaded, 6),
    "flipped": (_flipped, 8),
    "noise": (_noise, 5),
    "odd bytes": (_odd_bytes, 8),
    "odd characters": (_odd_characters, 12),
    "moved lines": (_moved_lines, 12),
    "odd code": (_odd_code, 14),
    "odd indents": (_odd_indents, 4),
    "line ends": (_line_ends, 6),
    "one line": (_one_line, 3),
    "declared": (_declared, 5),
    "other encoding": (_other_encoding, 2),
    "nested": (_nested, 12),
    "nested calls": (_nested_calls, 8),
    "mixed": (_mixed, 6),
    "repeated": (_repeated, 3),
    "huge": (_huge, 1),
}


@cache
def fixtures() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(_FIXTURES.glob("*/*/before.py")))


def hostile_input(number: int) -> Hostile:
    """The file of a number; all kinds are among the first hundred."""
    chance = random.Random(number)
    kinds = [kind for kind, (_, share) in CHANGES.items() for _ in range(share)]
    kind = kinds[number * 37 % len(kinds)]
    data = chance.choice([data for data in fixtures() if len(data) < 6_000])
    return Hostile(kind, CHANGES[kind][0](chance, data))


def hostile_inputs(numbers: range) -> Iterator[Hostile]:
    return map(hostile_input, numbers)
