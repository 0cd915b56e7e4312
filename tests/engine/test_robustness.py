"""Files of all kinds: what is not migrated in them stays, and what cannot be read is refused."""

from __future__ import annotations

import sys
from subprocess import run

import pytest
from tests.checks import line_ends
from tests.engine.sound import IMPORT, assert_sound, migrated

from genai_codemod.engine.result import SourceError

PROGRAM = (
    IMPORT
    + b"""
genai.configure(api_key="KEY")  # the key
model = genai.GenerativeModel("gemini-1.5-flash", system_instruction="Be brief.")
print(model.generate_content("Hello").text)
"""
)


UNTOUCHED = {
    "empty": b"",
    "one line end": b"\n",
    "one CRLF": b"\r\n",
    "spaces": b"   \n\t\n",
    "only a comment": b"# nothing here",
    "only comments": b"#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n\n# end\n",
    "only a docstring": b'"""import google.generativeai as genai"""\n',
    "a comment that names the package": b"# import google.generativeai as genai\nx = 1\n",
    "byte order mark": b"\xef\xbb\xbfimport os\n",
    "latin-1": b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
    "form feed": b"import os\n\f\nx = 1\n",
    "the new package": b"from google import genai\nclient = genai.Client()\n",
    "a neighbour": b"import google.generativeai_tools as genai\n",
    "relative": b"from .google import generativeai\nfrom . import generativeai\n",
    "mixed line ends": b"import os\r\nx = 1\ny = 2\r\n",
}


@pytest.mark.parametrize("source", UNTOUCHED.values(), ids=UNTOUCHED)
def test_a_file_without_the_legacy_package_is_not_touched(source: bytes) -> None:
    migration = migrated(source)
    assert migration.after == source
    assert migration.edits == 0
    assert not migration.findings


def test_crlf_stays() -> None:
    after = assert_sound(PROGRAM.replace(b"\n", b"\r\n"))
    assert line_ends(after) == {b"\r\n"}
    assert b"genai.Client(" in after


def test_mixed_line_ends_stay_where_nothing_is_changed() -> None:
    after = assert_sound(PROGRAM + b"x = 1\r\ny = 2\r\n")
    assert after.endswith(b"x = 1\r\ny = 2\r\n")


def test_a_byte_order_mark_stays() -> None:
    after = assert_sound(b"\xef\xbb\xbf" + PROGRAM)
    assert after.startswith(b"\xef\xbb\xbf")
    assert not after.startswith(b"\xef\xbb\xbf\xef\xbb\xbf")
    assert b"genai.Client(" in after


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        (b"# -*- coding: latin-1 -*-\n", "latin-1"),
        (b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\n", "cp1252"),
        (b"# coding: utf-8\n", "utf-8"),
    ],
)
def test_the_declared_encoding_stays(declaration: bytes, encoding: str) -> None:
    after = assert_sound(declaration + PROGRAM + "print('é')  # ü\n".encode(encoding))
    assert after.startswith(declaration)
    assert after.endswith("print('é')  # ü\n".encode(encoding))


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n\n", b"  # end", b"\n# end"])
def test_the_end_of_the_file_stays(end: bytes) -> None:
    after = assert_sound(PROGRAM.rstrip() + end)
    assert after.endswith(b".text)" + end)


def test_a_form_feed_stays() -> None:
    source = PROGRAM.replace(b"\nmodel", b"\n\f\nmodel")
    assert b"\f" in assert_sound(source)


def test_a_leading_form_feed_stays() -> None:
    assert assert_sound(b"\f" + PROGRAM).startswith(b"\f")


@pytest.mark.parametrize("indent", [b"\t", b"  ", b"        "])
def test_the_indentation_of_the_file_is_used(indent: bytes) -> None:
    body = b"".join(indent + line for line in PROGRAM[len(IMPORT) + 1 :].splitlines(True))
    after = assert_sound(IMPORT + b"def main():\n" + body + b"main()\n")
    lines = after[after.index(b"def main") :].splitlines()[1:]
    assert {line[: len(indent)] for line in lines if line.startswith((b"\t", b" "))} == {indent}


def test_statements_on_one_line_stay_in_order() -> None:
    after = assert_sound(IMPORT + b"; ".join(PROGRAM[len(IMPORT) + 1 :].splitlines()[1:]))
    assert after.index(b"GenerateContentConfig(") < after.index(b".generate_content(")


def test_a_docstring_a_future_import_and_a_shebang_stay_first() -> None:
    head = b'#!/usr/bin/env python\n"""About."""\n\nfrom __future__ import annotations\n\n'
    after = assert_sound(head + PROGRAM)
    assert after.startswith(head.rstrip())


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (IMPORT + b"def f(:\n", 2),
        (IMPORT + b"x = 1\nprint 'old'\n", 3),
        (IMPORT + b"x = (\n", None),
        (IMPORT + b"  x = 1\n", None),
        (IMPORT + b"if x:\n\ty = 1\n        z = 2\n  a = 3\n", None),
        (IMPORT + b"x = 'no end\n", 2),
    ],
)
def test_a_syntax_error_says_where_it_is(source: bytes, line: int | None) -> None:
    with pytest.raises(SourceError) as caught:
        migrated(source)
    assert caught.value.message
    assert caught.value.line >= 1
    if line is not None:
        assert caught.value.line == line


UNREADABLE = {
    "null byte": IMPORT + b"x = 1\x00\n",
    "null byte in a comment": IMPORT + b"# \x00\n",
    "null bytes only": b"\x00\x00",
    "invalid utf-8": IMPORT + b"x = '\xff\xfe'\n",
    "invalid utf-8 in a comment": IMPORT + b"# \xe9\n",
    "utf-16": PROGRAM.decode().encode("utf-16"),
    "unknown encoding": b"# -*- coding: klingon -*-\n" + PROGRAM,
    "declared ascii that is not": b"# coding: ascii\n" + IMPORT + b"# \xc3\xa9\n",
}
ODD = {
    "carriage returns only": PROGRAM.replace(b"\n", b"\r"),
    "carriage return at the end": PROGRAM + b"\r",
    "text and bytes in one literal": PROGRAM + b"print('a' b'b')\n",
}


@pytest.mark.parametrize("source", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_cannot_be_read_is_refused(source: bytes) -> None:
    with pytest.raises(SourceError, match=r"contains a null byte|cannot be decoded"):
        migrated(source)


@pytest.mark.parametrize("source", ODD.values(), ids=ODD)
def test_an_odd_file_is_migrated(source: bytes) -> None:
    migration = migrated(source)
    assert migration.before == source
    assert b"genai.Client(" in migration.after


TOO_DEEP = {
    "deep brackets": IMPORT + b"x = " + b"[" * 1_000 + b"]" * 1_000 + b"\n",
    "deep calls": IMPORT + b"x = " + b"f(" * 3_000 + b")" * 3_000 + b"\n",
    "long sum": IMPORT + b"x = " + b"1 + " * 3_000 + b"1\n",
    "long chain": IMPORT + b"x = genai" + b".a" * 3_000 + b"\n",
    "long elif": IMPORT + b"if x:\n    y\n" + b"elif x:\n    y\n" * 2_000,
    "long sum without the legacy package": b"x = " + b"1 + " * 3_000 + b"1\n",
}
# Deep recursion can end the whole process, which must not be the one that runs the tests.
MIGRATE = """
import sys
from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.engine.result import SourceError
source = sys.stdin.buffer.read()
try:
    migrate_source(source, load_pack())
except SourceError as error:
    print(error.message)
"""


@pytest.mark.parametrize("source", TOO_DEEP.values(), ids=TOO_DEEP)
def test_a_file_that_is_nested_too_deeply_is_refused(source: bytes) -> None:
    finished = run([sys.executable, "-c", MIGRATE], input=source, capture_output=True, check=False)
    assert finished.stdout.decode() == "is nested too deeply\n", finished.stderr.decode()[-500:]


def test_many_blocks_in_each_other_are_migrated() -> None:
    blocks = b"".join(b" " * n + b"if x:\n" for n in range(90))
    assert assert_sound(IMPORT + blocks + b" " * 90 + b"y\n").strip() == (blocks + b" " * 90 + b"y")


def test_a_change_is_counted_and_reported() -> None:
    migration = migrated(IMPORT)
    assert (migration.edits, migration.after) == (1, b"")
    assert [finding.line for finding in migration.findings] == [1]
