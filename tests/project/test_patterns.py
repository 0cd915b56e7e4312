from pathlib import Path

import pytest

from genai_codemod.project.patterns import PatternError, Patterns


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("old.py", "a/old.py", True),
        ("old", "a/old/b.py", True),
        ("/old", "a/old/b.py", False),
        ("./old", "old/b.py", True),
        ("./old", "a/old/b.py", False),
        ("a/*.py", "a/b.py", True),
        ("a/*.py", "a/b/c.py", False),
        ("a/**/c.py", "a/b/c.py", True),
    ],
)
def test_patterns_mean_what_they_mean_to_git(
    tmp_path: Path, pattern: str, name: str, matches: bool
) -> None:
    assert (Patterns([pattern], tmp_path).matching(tmp_path / name) is not None) == matches


def test_the_last_pattern_decides(tmp_path: Path) -> None:
    patterns = Patterns(["*.py", "!keep.py"], tmp_path)
    assert patterns.matching(tmp_path / "a.py") == "*.py"
    assert patterns.matching(tmp_path / "keep.py") is None


def test_a_whole_path_is_one_from_the_folder(tmp_path: Path) -> None:
    patterns = Patterns([f"{tmp_path}/old"], tmp_path)
    assert patterns.matching(tmp_path / "old" / "a.py")
    assert not patterns.matching(tmp_path / "new" / "old" / "a.py")


def test_what_is_outside_of_the_folder_still_has_a_name(tmp_path: Path) -> None:
    assert Patterns(["a.py"], tmp_path / "inner").matching(tmp_path / "a.py")


def test_within_a_folder_that_was_named_it_is_not_excluded_itself(tmp_path: Path) -> None:
    patterns = Patterns(["old", "*_gen.py"], tmp_path).within(tmp_path / "old")
    assert patterns.matching(tmp_path / "old" / "a.py") is None
    assert patterns.matching(tmp_path / "old" / "a_gen.py") == "*_gen.py"


def test_a_pattern_that_means_nothing(tmp_path: Path) -> None:
    with pytest.raises(PatternError, match=r"not a pattern as in \.gitignore"):
        Patterns(["!"], tmp_path).matching(tmp_path / "a.py")
