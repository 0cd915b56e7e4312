"""What is left for a person, as a terminal shows it."""

from __future__ import annotations

import json
from pathlib import Path

from genai_codemod.engine.result import Finding, Migration
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.report.frames import as_groups
from genai_codemod.report.places import Place, found_places, left_places
from genai_codemod.report.terminal import PLAIN, Look

MARKER = "# TODO(genai-codemod): {} [palm.chat]\n"
KEY = "AIza" + "x1" * 18


def outcome(name: str, statements: int, message: str = "PaLM is gone.") -> FileOutcome:
    """A file with some statements, each of which gets a marker."""
    lines = [f"reply = chat({number})\n" for number in range(1, statements + 1)]
    findings = [
        Finding(number, 8, "palm.chat", "manual", message) for number in range(1, statements + 1)
    ]
    after = "".join(MARKER.format(message) + line for line in lines)
    return FileOutcome(
        Path(name),
        Migration("".join(lines).encode(), after.encode(), findings, edits=statements),
    )


def shown(outcomes: list[FileOutcome], look: Look = PLAIN, *, written: bool = True) -> list[str]:
    return list(as_groups(left_places(outcomes, written=written), look, Path.as_posix))


def test_one_place() -> None:
    assert shown([outcome("a.py", 1)]) == [
        "by hand: palm.chat",
        "  PaLM is gone.",
        "  a.py:2",
        "    > 2 | reply = chat(1)",
    ]


def test_what_is_not_written_is_shown_as_it_is() -> None:
    lines = shown([outcome("a.py", 3)], written=False)
    assert lines[2:6] == [
        "  a.py:1",
        "    > 1 | reply = chat(1)",
        "      2 | reply = chat(2)",
        "  also a.py:2, 3",
    ]


def test_forty_equal_places_are_one_group() -> None:
    outcomes = [outcome(f"{name}.py", 10) for name in "abcd"]
    lines = shown(outcomes, Look(width=80))
    assert lines[0] == "by hand: palm.chat (40 places in 4 files)"
    assert len(lines) < 10
    assert "b.py:2, 4, 6, 8, 10, 12, 14, 16 and 2 more" in " ".join(map(str.strip, lines))
    assert " ".join(" ".join(lines).split()).endswith("; and in 1 more file")


def test_messages_that_differ_in_a_name_are_equal() -> None:
    outcomes = [
        outcome("a.py", 1, "take 'x' into a variable"),
        outcome("b.py", 1, "take 'y' into a variable"),
    ]
    assert shown(outcomes)[0] == "by hand: palm.chat (2 places in 2 files)"


def test_a_screen_is_enough_and_what_follows_from_others_comes_last() -> None:
    follows = outcome("z.py", 4, "migrate this together with a(...), which is marked too.")
    words = "abcdefghijklmnopqrstuvwxyz"
    outcomes = [follows, *(outcome(f"{word}.py", 2, f"reason {word}") for word in words)]
    lines = shown(outcomes, Look(width=80, lines=30))
    assert len(lines) <= 32
    assert lines[1] == "  reason a"
    shown_groups = sum(line.startswith("by hand") for line in lines)
    rest = 4 + 2 * (26 - shown_groups)
    assert lines[-1] == (
        f"And {rest} more places, for {27 - shown_groups} other reasons; -v shows all."
    )


def test_a_marker_of_an_earlier_run_counts() -> None:
    data = b"# TODO(genai-codemod) look at this\nx = 1\n"
    found = FileOutcome(Path("a.py"), Migration(data, data))
    assert shown([found])[:2] == ["marked: by an earlier run", "  look at this"]


def test_keys_and_control_characters_are_not_shown() -> None:
    data = f"# TODO(genai-codemod): see {KEY} [a.b]\nx = '{KEY}'  # \x1b[31m\n".encode()
    text = "\n".join(shown([FileOutcome(Path("a.py"), Migration(data, data))]))
    assert KEY not in text
    assert "\x1b" not in text
    assert "***" in text


def test_every_line_fits() -> None:
    data = f"# TODO(genai-codemod): {'word ' * 50}[a.b]\nx = '{'long' * 90}'\n".encode()
    for width in (40, 80, 200):
        lines = shown([FileOutcome(Path("a.py"), Migration(data, data))], Look(width=width))
        assert max(map(len, lines)) <= width


def test_code_is_coloured_and_says_the_same_without() -> None:
    coloured = shown([outcome("a.py", 2)], Look(colour=True))
    assert "    \x1b[1;33m> 2 |\x1b[0m reply = chat(\x1b[36m1\x1b[0m)" in coloured
    plain = shown([outcome("a.py", 2)])
    assert plain[3] == "    > 2 | reply = chat(1)"


def test_places_in_a_notebook_are_in_cells() -> None:
    def notebook(*cells: str) -> bytes:
        sources = [{"cell_type": "code", "source": cell} for cell in cells]
        return json.dumps({"cells": sources, "nbformat": 4}).encode()

    before = notebook("x = 1", "y = 2\nz = chat()")
    after = notebook("x = 1", "y = 2\n" + MARKER.format("gone") + "z = chat()")
    finding = Finding(2, 4, "palm.chat", "manual", "gone", cell=2)
    found = FileOutcome(Path("a.ipynb"), Migration(before, after, (finding,), edits=1))
    assert shown([found])[2:] == [
        "  a.ipynb:cell 2:3",
        "    > 3 | z = chat()",
    ]
    assert "  a.ipynb:cell 2:2" in shown([found], written=False)
    assert found.migration
    ((_, place),) = found_places(found.path, found.migration)
    assert isinstance(place, Place)
    assert place.text[place.row] == "z = chat()"
