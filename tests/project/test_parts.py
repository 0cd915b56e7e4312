"""Very large programs in parts: who is with whom."""

from __future__ import annotations

from pathlib import Path

from genai_codemod.project.parts import Part, Room, in_parts


def parts(imports: dict[str, str], *, size: int = 10_000, wanted: str = "") -> list[Part]:
    """The parts, of four files each, where ``imports`` are the names that each file imports."""
    names = sorted({*imports, *"".join(imports.values())})
    files = {Path(name): b"x" * (1_000 if name.isupper() else 10) for name in names}
    targets = {Path(name): {each: Path(each) for each in imports.get(name, "")} for name in names}
    chosen = [Path(name) for name in wanted or names]
    return list(in_parts(files, targets, chosen, Room(4, size)))


def shown(found: list[Part]) -> list[tuple[str, str]]:
    return [("".join(map(str, part.files)), "".join(map(str, part.around))) for part in found]


def test_each_file_is_migrated_once_with_those_around_it() -> None:
    chain = {"a": "b", "b": "c", "c": "d", "d": "e", "e": "f"}
    assert shown(parts(chain)) == [("ab", "cd"), ("cd", "eb"), ("ef", "dc")]


def test_what_a_file_imports_is_nearer_than_what_imports_it() -> None:
    assert shown(parts({"m": "xy", "n": "xy", "x": "z", "y": "z"}, wanted="x")) == [("x", "zmn")]


def test_what_many_import_is_read_for_each() -> None:
    star = dict.fromkeys("abcdefgh", "s")
    found = parts(star, wanted="abcdefgh")
    assert [len(part.files) for part in found] == [2, 2, 2, 2]
    assert all(Path("s") in part.around for part in found)


def test_files_that_are_not_connected_fill_the_parts() -> None:
    assert shown(parts(dict.fromkeys("abc", ""))) == [("ab", ""), ("c", "")]


def test_large_files_are_alone() -> None:
    big = {"A": "Bc", "B": "c", "c": ""}
    assert shown(parts(big, size=1_100)) == [("A", "c"), ("B", "c"), ("c", "A")]
    assert shown(parts(big, size=500)) == [("A", ""), ("B", ""), ("c", "")]
