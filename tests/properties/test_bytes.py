"""Outside of what is edited, no byte changes."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable

import pytest
from hypothesis import given, note, settings
from tests.fixtures.cases import DEFAULT_PAIRS
from tests.properties.surroundings import Spliced, spliced
from tests.properties.test_migration import many

from genai_codemod.engine import load_pack, migrate_source

PROGRAM = (
    "import google.generativeai as genai",
    "genai.configure(api_key='KEY')  # the key",
    "model = genai.GenerativeModel('gemini-1.5-flash', system_instruction='Be brief.')",
    "\fdef ask(question):\n    return model.generate_content(question).text",
    "\fprint(ask('Hello'))",
)


def is_python(source: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True


@settings(many, max_examples=25)
@given(spliced(PROGRAM))
def test_every_piece_stays_as_it_is_and_in_order(program: Spliced) -> None:
    note(repr(program.source))
    assert is_python(program.source)
    after = migrate_source(program.source, load_pack()).after
    note(repr(after))
    place = 0
    for piece in program.pieces:
        found = after.find(piece, place)
        assert found >= 0, piece
        place = found + len(piece)
    assert is_python(after)
    assert b"from google import genai" in after
    assert after.count(b"\f") == program.source.count(b"\f")
    assert migrate_source(after, load_pack()).after == after


SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "CRLF": lambda source: source.replace(b"\n", b"\r\n"),
    "CR": lambda source: source.replace(b"\n", b"\r"),
    "byte order mark": lambda source: b"\xef\xbb\xbf" + source,
    "no line end at the end": lambda source: source.rstrip(b"\n"),
}
PROGRAMS = [
    pytest.param(source, id=name)
    for name, case in DEFAULT_PAIRS.items()
    for source in [case.before.read_bytes()]
    if b"\r" not in source and source.isascii()
]


def assert_spelled_the_same(source: bytes) -> None:
    after = migrate_source(source, load_pack()).after
    assert after != source
    for name, spelled in SPELLINGS.items():
        assert migrate_source(spelled(source), load_pack()).after == spelled(after), name


@pytest.mark.parametrize("source", PROGRAMS[::100])
def test_the_new_text_is_spelled_as_the_file_is(source: bytes) -> None:
    assert_spelled_the_same(source)


@pytest.mark.thorough
@pytest.mark.parametrize("source", PROGRAMS)
def test_the_new_text_of_every_fixture_is_spelled_as_the_file_is(source: bytes) -> None:
    assert_spelled_the_same(source)
