"""Files of which LibCST loses some bytes, or which are in odd encodings, are migrated exactly."""

from __future__ import annotations

from subprocess import run
from sys import executable

import libcst as cst
import pytest

from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.engine.result import SourceError
from genai_codemod.engine.syntax.reproduction import check_still_python, encoded, original_of

IMPORT = b"import google.generativeai as genai\n"
NEW_IMPORT = b"from google import genai\n"
USE = b"print(genai.GenerativeModel('gemini-1.5-flash').generate_content('Hello').text)\n"

LOST_BY_LIBCST = {
    "form feed first": (b"\f", b""),
    "form feed behind a byte order mark": (b"\xef\xbb\xbf\f", b""),
    "form feed behind an empty line": (b"\n\f", b"\n"),
    "form feed behind a docstring": (b'"""About."""\n\f', b"\n"),
    "form feed in front of other code": (b"", b"\fx = 1\n\fy = 2\n"),
    "form feed behind a block": (b"", b"if x:\n    y = 1\n\fz = 2\n"),
    "only a backslash in front": (b"\\\nimport os\n", b""),
    "only a backslash in between": (b"", b"x = 1\n\\\n\\\ny = 2\n"),
    "carriage return at the end": (b"", b"x = 1\r"),
    "comment and carriage return at the end": (b"", b"# end\r"),
    "spaces only at the end": (b"", b"   \n\t\n"),
    "an empty line and spaces at the end": (b"", b"x = 1\n\n  "),
    "comments ever further to the left": (b"", b"def f():\n    x = 1\n    # a\n  # b\n # c"),
}


def migrated(source: bytes) -> bytes:
    after = migrate_source(source, load_pack()).after
    assert migrate_source(after, load_pack()).after == after
    return after


@pytest.mark.parametrize(("head", "tail"), LOST_BY_LIBCST.values(), ids=LOST_BY_LIBCST)
def test_what_libcst_loses_is_given_back(head: bytes, tail: bytes) -> None:
    source = head + IMPORT + USE + tail
    assert cst.parse_module(source).bytes != source, "LibCST gives it back itself"
    after = migrated(source)
    assert after.startswith(head + NEW_IMPORT)
    assert after.endswith(tail)
    assert b".generate_content(" in after


def test_carriage_returns_only() -> None:
    after = migrated((IMPORT + USE).replace(b"\n", b"\r"))
    assert b"\n" not in after
    assert after.startswith(NEW_IMPORT.replace(b"\n", b"\r"))
    assert after.endswith(b"\r")


def test_an_encoding_is_found_where_lines_end_in_carriage_returns() -> None:
    source = b"#!python\n# coding: koi8-r\n" + IMPORT + USE + "x = 'да'\n".encode("koi8-r")
    after = migrated(source.replace(b"\n", b"\r"))
    assert NEW_IMPORT.rstrip() in after
    assert after.endswith("\rx = 'да'\r".encode("koi8-r"))


def test_a_form_feed_in_front_of_what_is_rewritten_stays() -> None:
    after = migrated(IMPORT + b"\f" + USE)
    assert b"\n\fprint(" in after
    assert after.startswith(NEW_IMPORT)


def test_code_that_is_indented_behind_a_form_feed_stays_as_it_is() -> None:
    block = b"if x:\n\f    y = 1\n"
    after = migrated(block + IMPORT + b"print(genai.types.Unknown)\n")
    assert after.startswith(block)
    assert b"[imports.legacy-stays]" in after


def test_findings_name_the_lines_of_the_file() -> None:
    source = IMPORT + b"\\\n\\\nx = 1\n" + USE
    findings = migrate_source(source, load_pack()).findings
    assert {finding.line for finding in findings} == {5}


MISREAD = b"def f():\n    return 1\n\\\nx = 1\n"


def test_what_libcst_reads_differently_is_refused() -> None:
    with pytest.raises(SourceError, match="written back"):
        migrated(IMPORT + USE + MISREAD)


def test_a_tree_of_another_program_is_refused() -> None:
    assert original_of(b"\fx = 1\n", b"x = 1\n")
    for held in (b"x = 2\n", b"", b"x = 1\nx = 1\n"):
        with pytest.raises(SourceError, match="written back"):
            original_of(b"\fx = 1\n", held)


def test_a_change_around_something_lost_keeps_it() -> None:
    original = original_of(b"a\n\\\n\fb\nc\r", b"a\nb\nc")
    assert original.edited(b"a\nB\nc") == b"a\n\\\n\fB\nc\r"
    assert original.edited(b"a\nC") == b"a\n\\\n\fC\r"
    assert original.edited(b"new\na\nb\nc\nend") == b"new\na\n\\\n\fb\nc\nend\r"


COOKIE = b"# coding: latin-1\n"


def test_what_would_be_no_python_any_more_is_refused() -> None:
    """LibCST takes a form feed for a part of the indentation, which Python begins anew at it."""
    check_still_python(b"x = (", b"x = (")
    with pytest.raises(SourceError, match="would not be valid Python"):
        check_still_python(b"x = 1", b"def f(x):\n\f if x:\n\f \f return\n")
    with pytest.raises(SourceError, match="valid Python"):
        check_still_python(b"x = 1", b"def f():\n    x = 1\n    global x\n")


def latin(code: str) -> cst.Module:
    return cst.parse_module(COOKIE.decode() + code).with_changes(encoding="latin-1")


def test_a_character_that_the_encoding_lacks_is_escaped_in_a_string() -> None:
    assert encoded(latin("x = 'é漢'  # 漢\n")) == COOKIE + b"x = '\xe9\\u6f22'  # \\u6f22\n"


@pytest.mark.parametrize("code", ["x = r'漢'\n", "漢 = 1\n", "x = f'{漢}'\n"])
def test_a_character_that_cannot_be_escaped_is_an_error(code: str) -> None:
    with pytest.raises(SourceError, match="latin-1 lacks a character"):
        encoded(latin(code))


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        (IMPORT + b"x = 1\nx = '\0'\n", 3, "null byte"),
        ((IMPORT + USE).decode().encode("utf-16"), 1, "null byte"),
        (IMPORT + b"\n# caf\xe9\n", 3, "invalid continuation byte, in utf-8"),
        (b"\xef\xbb\xbf" + IMPORT + b"# \xe9\n", 2, "in utf-8"),
        (b"# coding: ascii\n" + IMPORT + b"x = '\xe9'\n", 3, "in ascii"),
        (b"# coding: klingon\n" + IMPORT, 1, "klingon"),
        (b"\xef\xbb\xbf# coding: latin-1\n" + IMPORT, 1, "utf-8"),
    ],
)
def test_what_cannot_be_decoded_is_one_line_with_the_place(
    source: bytes, line: int, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        migrate_source(source, load_pack())
    assert caught.value.line == line


def test_a_syntax_error_prints_no_warning() -> None:
    importing = "from genai_codemod.engine.syntax.parsing import parse_module"
    code = importing + r"; parse_module(b'\"\\d\"; x =')"
    done = run([executable, "-W", "error", "-c", code], capture_output=True, check=False)
    assert b"SourceError" in done.stderr.splitlines()[-1]


def test_an_error_does_not_quote_the_whole_file() -> None:
    source = b"# coding: utf-16\n" + IMPORT * 99
    with pytest.raises(SourceError) as caught:
        migrate_source(source + b"\n" * (len(source) % 2), load_pack())
    assert len(caught.value.message) <= 200
