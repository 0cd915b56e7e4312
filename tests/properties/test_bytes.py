"""Outside of what is edited, no byte changes."""

from __future__ import annotations

import ast
import warnings

from hypothesis import given, note, settings
from tests.properties.surroundings import Spliced, spliced
from tests.properties.test_migration import many

from genai_codemod import load_pack, migrate_source

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
    assert after.count(b"\f") == program.source.count(b"\f")
    assert migrate_source(after, load_pack()).after == after
