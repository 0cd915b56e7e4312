"""git finds the files with some words in them: exactly those that reading each of them finds."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genai_codemod.engine.result import Migration, SourceError
from genai_codemod.project import ahead, git
from genai_codemod.project.discovery import discover
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.project.programs import Program
from genai_codemod.project.runner import migrate_files
from genai_codemod.sources.python import WORDS, is_relevant

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")

LEGACY = b"import google.generativeai as genai\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    run(root, "init", "-q")
    return root


def run(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    command = ["git", *identity, "-c", "protocol.file.allow=always", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def write(path: Path, data: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def commit(root: Path) -> None:
    run(root, "add", "--all", "--force")
    run(root, "commit", "-q", "--allow-empty", "-m", "All")


def silent(root: Path) -> set[str]:
    found = discover([root], words=WORDS)
    assert found.silent <= {*found.files}
    return {path.relative_to(root).as_posix() for path in found.silent}


def agrees(root: Path) -> None:
    """Nothing that reading finds is missed, and the outcomes of a run are the same."""
    found = discover([root], words=WORDS)
    assert not [path for path in found.silent if any(word in path.read_bytes() for word in WORDS)]
    assert run_over(found.files, found.silent) == run_over(found.files, frozenset())
    assert discover([root]).files == found.files


def run_over(files: tuple[Path, ...], unread: frozenset[Path]) -> list[tuple[Path, bool, object]]:
    """For each file whether it was migrated, and its error."""
    migrated: set[Path] = set()

    def migrate(program: Program) -> dict[Path, Migration | SourceError]:
        migrated.update(program.files)
        return {}

    outcomes = migrate_files(files, migrate, is_relevant=is_relevant, silent=unread)
    return [(each.path, each.path in migrated, each.error) for each in outcomes]


def test_only_files_without_the_words_are_silent(repository: Path) -> None:
    write(repository / "plain.py", b"print(1)\n")
    write(repository / "inner/plain.pyi", b"x: int\n")
    write(repository / "legacy.py", LEGACY)
    write(repository / "marked.py", b"# TODO(genai-codemod): look\n")
    write(repository / "notes.md", b"nothing\n")
    commit(repository)
    write(repository / "new.py", b"print(2)\n")
    assert silent(repository) == {"plain.py", "inner/plain.pyi"}
    assert silent(repository / "inner") == {"plain.pyi"}
    agrees(repository)


def changed_since(root: Path) -> None:
    write(root / "a.py", b"print(1)\n")
    commit(root)
    write(root / "a.py", LEGACY)


def taken_for_unchanged(root: Path) -> None:
    changed_since(root)
    run(root, "checkout", "-q", "a.py")
    run(root, "update-index", "--assume-unchanged", "a.py")
    write(root / "a.py", LEGACY)


def not_checked_out(root: Path) -> None:
    write(root / "a.py", LEGACY)
    commit(root)
    run(root, "update-index", "--skip-worktree", "a.py")


def ignored_and_tracked(root: Path) -> None:
    write(root / "a.py", LEGACY)
    write(root / ".gitignore", b"*.py\n")
    commit(root)


def binary_by_attribute(root: Path) -> None:
    write(root / "a.py", LEGACY)
    write(root / ".gitattributes", b"*.py binary\n")
    commit(root)


def of_an_encoding(root: Path) -> None:
    write(root / ".gitattributes", b"*.py working-tree-encoding=UTF-16LE\n")
    write(root / "a.py", LEGACY.decode().encode("utf-16-le"))
    write(root / "b.py", LEGACY if len(LEGACY) % 2 == 0 else LEGACY + b"\n")
    commit(root)


def with_null_bytes(root: Path) -> None:
    write(root / "a.py", b"\0\xff" + LEGACY + b"\0")
    commit(root)


def in_a_submodule(root: Path) -> None:
    other = root.parent / "other"
    other.mkdir()
    run(other, "init", "-q")
    write(other / "a.py", LEGACY)
    commit(other)
    run(root, "submodule", "add", "-q", str(other), "inner")
    commit(root)
    run(root, "config", "submodule.recurse", "true")


def behind_a_link(root: Path) -> None:
    write(root / "a.txt", LEGACY)
    (root / "a.py").symlink_to("a.txt")
    commit(root)


def replaced_by_a_link(root: Path) -> None:
    write(root / "a.txt", LEGACY)
    write(root / "a.py", b"print(1)\n")
    commit(root)
    (root / "a.py").unlink()
    (root / "a.py").symlink_to("a.txt")


def gone(root: Path) -> None:
    write(root / "a.py", LEGACY)
    write(root / "b.py", LEGACY)
    commit(root)
    (root / "a.py").unlink()


def meant_to_be_added(root: Path) -> None:
    write(root / "a.py", LEGACY)
    run(root, "add", "--intent-to-add", "a.py")


def in_conflict(root: Path) -> None:
    write(root / "a.py", b"one\n")
    commit(root)
    run(root, "checkout", "-q", "-b", "other")
    write(root / "a.py", b"two\n")
    commit(root)
    run(root, "checkout", "-q", "-")
    write(root / "a.py", b"three\n")
    commit(root)
    with pytest.raises(subprocess.CalledProcessError):
        run(root, "merge", "other")
    write(root / "a.py", LEGACY)


def oddly_named(root: Path) -> None:
    write(root / "a\nb \u00e9\t.py", LEGACY)
    write(root / "-e.py", LEGACY)
    write(root / "x/-e.py", b"print(1)\n")
    commit(root)


def with_settings(root: Path) -> None:
    write(root / "inner/a.py", LEGACY)
    commit(root)
    for name, value in {
        "color.ui": "always", "grep.patternType": "perl", "grep.fullName": "true",
        "grep.lineNumber": "true", "grep.column": "true", "core.quotePath": "true",
    }.items():  # fmt: skip
        run(root, "config", name, value)


@pytest.mark.parametrize(
    "make",
    [
        changed_since, taken_for_unchanged, not_checked_out, ignored_and_tracked,
        binary_by_attribute, of_an_encoding, with_null_bytes, in_a_submodule, behind_a_link,
        replaced_by_a_link, gone, meant_to_be_added, in_conflict, oddly_named, with_settings,
    ],
)  # fmt: skip
def test_nothing_is_missed(repository: Path, make: Callable[[Path], None]) -> None:
    make(repository)
    write(repository / "deep/legacy.py", LEGACY)
    agrees(repository)
    if (repository / "inner").is_dir():
        agrees(repository / "inner")


PIECES = st.sampled_from(
    [b"generative", b"generat", b"ive", b"ai", b"genai", b"gen", b"\n", b"\r", b"\0", b"\xff", b" "]
)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.lists(PIECES | st.binary(max_size=3)).map(b"".join), min_size=8, max_size=40))
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]) -> None:
    root = tmp_path_factory.mktemp("project")
    run(root, "init", "-q")
    for number, data in enumerate(contents):
        write(root / f"m{number}.py", data)
    commit(root)
    without = {
        f"m{number}.py"
        for number, data in enumerate(contents)
        if not any(word in data for word in WORDS)
    }
    assert silent(root) == without
    agrees(root)


def test_a_complaint_of_git_means_that_everything_is_read(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository / "a.py", b"print(1)\n")
    commit(repository)
    assert silent(repository) == {"a.py"}
    run(repository, "config", "grep.threads", "none")
    assert silent(repository) == set()
    monkeypatch.setenv("PATH", os.devnull)
    assert silent(repository) == set()
    agrees(repository)


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["--check"], "."),
        (["-j", "2", "inner"], "inner"),
        (["a.py"], None),
        (["inner", "a.py"], None),
        (["-"], None),
        (["--stdin-filename", "b.py"], None),
    ],
)
def test_the_folder_is_asked_about_ahead(
    repository: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], asked: str | None
) -> None:
    write(repository / "inner/a.py", b"print(1)\n")
    write(repository / "a.py", b"print(1)\n")
    commit(repository)
    monkeypatch.chdir(repository)
    ahead.ask_about(arguments)
    started = [str(each.folder) for each in git._asked_ahead]
    try:
        assert started == ([] if asked is None else [asked])
        if asked is not None:
            assert discover([Path(asked)], words=WORDS).silent
            assert not git._asked_ahead
    finally:
        git.forget()


def test_a_file_that_is_silent_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    assert migrate_files([path], lambda _: {}, is_relevant=is_relevant, silent={path}) == [
        FileOutcome(path)
    ]
