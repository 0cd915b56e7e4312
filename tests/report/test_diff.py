import io
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_codemod.diffs import unified_diff
from genai_codemod.report.diff import print_diff, wants_colour

PATH = Path("src/a.py")
END_MARK = b"\n\\ No newline at end of file\n"
END = b"<no newline>\n"
MODULES = st.lists(st.sampled_from([b"a\n", b"b\r\n", b"\xe9", b"\r", b"\n", b"\0c\n"])).map(
    b"".join
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


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


@pytest.mark.parametrize(
    ("environment", "on_terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_when_to_colour(environment: dict[str, str], on_terminal: bool, expected: bool) -> None:
    stream = Terminal() if on_terminal else io.StringIO()
    assert wants_colour(stream, environment) is expected


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
    line = b"x = '[red]:smile: " + b"long " * 60 + b"'\n"
    print_diff(unified_diff(PATH, b"", line), stream, colour=True)
    assert line.decode().rstrip("\n") in stream.getvalue()


def test_a_terminal_does_not_obey_escape_sequences_of_the_source() -> None:
    stream = io.StringIO()
    print_diff(unified_diff(PATH, b"", b"\x1b]0;title\x07\n"), stream, colour=True)
    assert "\x1b]" not in stream.getvalue()
