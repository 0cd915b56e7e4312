import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_codemod.diffs import unified_diff
from genai_codemod.report.diff import changed_lines, print_diff

PATH = Path("src/a.py")
END_MARK = b"\n\\ No newline at end of file\n"
END = b"<no newline>\n"
MODULES = st.lists(st.sampled_from([b"a\n", b"b\r\n", b"\xe9", b"\r", b"\n", b"\0c\n"])).map(
    b"".join
)


def test_nothing_changed_is_an_empty_diff() -> None:
    assert unified_diff(PATH, b"a\r\n", b"a\r\n") == b""


def test_line_ends_stay_in_the_diff() -> None:
    diff = unified_diff(PATH, b"a\r\nb\r\n", b"a\r\nc\r\n")
    assert diff == b"--- a/src/a.py\n+++ b/src/a.py\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"


def test_a_missing_line_end_is_marked_on_both_sides() -> None:
    diff = unified_diff(PATH, b"a", b"b")
    mark = b"\n\\ No newline at end of file\n"
    assert diff.endswith(b"-a" + mark + b"+b" + mark)


def test_bytes_of_any_encoding_pass() -> None:
    assert b"+caf\xe9\n" in unified_diff(PATH, b"cafe\n", b"caf\xe9\n")


def test_a_lone_carriage_return_ends_no_line() -> None:
    assert b"-a\rb\n+a\rc\n" in unified_diff(PATH, b"a\rb\n", b"a\rc\n")


def test_an_absolute_path_below_the_current_folder_is_shown_relative() -> None:
    assert unified_diff(Path.cwd() / "a.py", b"a\n", b"b\n").startswith(b"--- a/a.py\n")


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@pytest.mark.parametrize("name", ["a.py", "with blank.py"])
@pytest.mark.parametrize(
    ("before", "after"),
    [(b"a\r\nb", b"a\r\nc"), (b"a\nb", b"a\nb\n"), (b"\xe9\n", b"\xe8\n"), (b"a\rb\n", b"c\r")],
)
def test_git_applies_the_diff(tmp_path: Path, name: str, before: bytes, after: bytes) -> None:
    (tmp_path / name).write_bytes(before)
    diff = unified_diff(Path(name), before, after)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff, check=True)
    assert (tmp_path / name).read_bytes() == after


def apply(diff: bytes, before: bytes) -> bytes:
    """What a patch tool makes of a diff, in a few lines."""
    old = io.BytesIO(before).readlines()
    new: list[bytes] = []
    position = 0
    for line in io.BytesIO(diff.replace(END_MARK, END)).readlines()[2:]:
        text = line[1:].replace(END, b"")
        if line.startswith(b"@@"):
            start, _, length = line.split()[1][1:].partition(b",")
            first = int(start) - (length != b"0")
            new += old[position:first]
            position = first
        elif line.startswith(b"+"):
            new.append(text)
        else:
            assert old[position] == text
            position += 1
            if line.startswith(b" "):
                new.append(text)
    return b"".join(new + old[position:])


@given(MODULES, MODULES)
def test_a_diff_holds_every_byte_of_both_sides(before: bytes, after: bytes) -> None:
    assert apply(unified_diff(PATH, before, after), before) == after


def test_plain_output_is_the_very_bytes() -> None:
    buffer = io.BytesIO()
    diff = unified_diff(PATH, b"a\r\n\xe9", b"b\r\n\xe9")
    stream = io.TextIOWrapper(buffer, encoding="ascii", newline="\r\n")
    print_diff(diff, stream, colour=False)
    assert buffer.getvalue() == diff


def test_colours() -> None:
    stream = io.StringIO()
    print_diff(unified_diff(PATH, b"old\n", b"new\n"), stream, colour=True)
    assert "\x1b[32m+new\x1b[0m" in stream.getvalue()
    assert "\x1b[31m-old\x1b[0m" in stream.getvalue()


def test_coloured_lines_are_neither_wrapped_nor_interpreted() -> None:
    stream = io.StringIO()
    line = b"'[red]:smile: " + b"long " * 60 + b"'"
    print_diff(unified_diff(PATH, b"", line + b"\n"), stream, colour=True)
    assert line.decode() in stream.getvalue()


@pytest.mark.parametrize("steering", ["\x1b]0;title\x07", "\x9b31m", "\u202e"])
def test_a_terminal_does_not_obey_what_a_source_holds(steering: str) -> None:
    stream = io.StringIO()
    print_diff(unified_diff(PATH, b"", f"{steering}\n".encode()), stream, colour=True)
    assert steering not in stream.getvalue()
    assert ascii(steering).strip("'")[:4] in stream.getvalue()


def coloured(before: str, after: str, name: str = "a.py") -> str:
    stream = io.StringIO()
    diff = unified_diff(Path(name), before.encode(), after.encode())
    print_diff(diff, stream, colour=True)
    return stream.getvalue()


def test_code_has_the_colours_of_its_language_beside_those_of_its_line() -> None:
    text = coloured("x = 1\ny = 0\n", "x = 'a'  # b\ny = 0\n")
    assert "\x1b[31m-x = \x1b[0m\x1b[31;36m1\x1b[0m" in text
    assert "\x1b[32m+x = \x1b[0m\x1b[32;36m'a'\x1b[0m\x1b[32m  \x1b[0m\x1b[32m# b\x1b[0m" in text
    assert "\n y = \x1b[36m0\x1b[0m\n" in text


def test_a_text_over_several_lines_is_one_on_each_side() -> None:
    text = coloured('"""a\nimport b\n"""\n', '"""a\nimport c\n"""\n')
    assert "\x1b[31;36mimport b\x1b[0m" in text
    assert "\x1b[32;36mimport c\x1b[0m" in text


def test_what_is_in_no_known_language_has_the_colours_of_its_lines() -> None:
    assert "\x1b[31m-if 1\x1b[0m\n\x1b[32m+if 2\x1b[0m\n" in coloured("if 1\n", "if 2\n", "a.txt")


def test_code_that_looks_like_the_name_of_a_file_is_code() -> None:
    text = coloured("-- a\n++ b\n", "", "a.sql")
    assert "\x1b[31m--- a\x1b[0m\n\x1b[31m-++ b\x1b[0m\n" in text


def test_a_diff_without_names_is_in_the_language_that_is_given() -> None:
    stream = io.StringIO()
    print_diff(changed_lines(b"pass\n", b""), stream, colour=True, language="python")
    assert stream.getvalue() == "\x1b[31m-\x1b[0m\x1b[31;1mpass\x1b[0m\n"
