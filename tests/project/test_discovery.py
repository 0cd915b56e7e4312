import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from genai_codemod.project.discovery import Excludes, discover
from genai_codemod.project.patterns import Patterns

needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")

Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    def make(*names: str) -> Path:
        for name in names:
            path = tmp_path / "project" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / "project"

    return make


def found(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in discover([root]).files]


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_folder_gives_its_files_with_python_in_order(tree: Tree) -> None:
    root = tree("b.py", "a/z.py", "a.pyi", "notes.md", "try.ipynb", "a/data.json")
    assert found(root) == ["a/z.py", "a.pyi", "b.py", "notes.md", "try.ipynb"]


@pytest.mark.parametrize(
    "name",
    [
        ".tox/x.py",
        "lib/site-packages/x.py",
        "web/node_modules/tool/x.py",
        "a/__pycache__/x.py",
        "build/lib/x.py",
        "dist/x.py",
        "environment/lib/x.py",
    ],
)
def test_what_is_not_source_is_skipped(tree: Tree, name: str) -> None:
    root = tree("a.py", "pyproject.toml", "environment/pyvenv.cfg", name)
    assert found(root) == ["a.py"]


def test_a_folder_named_build_that_is_not_a_build_is_source(tree: Tree) -> None:
    assert found(tree("pyproject.toml", "src/build/a.py")) == ["src/build/a.py"]


def test_a_folder_that_is_named_is_walked_whatever_it_is(tree: Tree) -> None:
    root = tree(".hidden/a.py")
    assert found(root / ".hidden") == ["a.py"]


def test_a_file_that_is_named_is_taken_whatever_it_is(tree: Tree) -> None:
    script = tree(".hidden/script") / ".hidden/script"
    assert discover([script]).files == (script,)


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.py"):
        discover([tmp_path / "nowhere.py"])


def test_the_current_folder_gives_short_paths(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree("a/b.py"))
    assert discover([Path()]).files == (Path("a/b.py"),)


def test_each_file_once(tree: Tree) -> None:
    root = tree("a/x.py", "b.py")
    assert len(discover([root, root / "a", root / "b.py", root / "a" / ".." / "b.py"]).files) == 2


def test_a_link_is_known_by_the_name_of_its_file(tree: Tree) -> None:
    root = tree("z.py")
    (root / "a.py").symlink_to("z.py")
    assert found(root) == ["z.py"]


def test_a_link_to_a_file_outside_the_folder_is_not_followed(tree: Tree, tmp_path: Path) -> None:
    root = tree("a.py")
    (tmp_path / "outside.py").touch()
    (root / "link.py").symlink_to(tmp_path / "outside.py")
    assert found(root) == ["a.py"]


def test_links_to_folders_loops_and_broken_links(tree: Tree, tmp_path: Path) -> None:
    root = tree("a.py")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "b.py").touch()
    (root / "other").symlink_to(tmp_path / "other")
    (root / "again").symlink_to(root)
    (root / "broken.py").symlink_to("nothing")
    (root / "loop.py").symlink_to("loop.py")
    assert found(root) == ["a.py"]


def test_a_folder_named_like_a_module(tree: Tree) -> None:
    assert found(tree("package.py/a.py")) == ["package.py/a.py"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every folder"
)
def test_a_folder_that_cannot_be_read_is_reported(tree: Tree) -> None:
    root = tree("a.py", "secret/b.py")
    (root / "secret").chmod(0)
    try:
        discovery = discover([root])
    finally:
        (root / "secret").chmod(0o755)
    assert discovery.files == (root / "a.py",)
    assert [outcome.path for outcome in discovery.errors] == [root / "secret"]


@needs_git
def test_what_git_ignores_is_skipped(tree: Tree) -> None:
    root = tree("a.py", "generated/b.py", "sub/c.py", "sub/local.py")
    git(root, "init")
    (root / ".gitignore").write_text("generated/\n")
    (root / "sub" / ".gitignore").write_text("local.py\n")
    assert found(root) == ["a.py", "sub/c.py"]
    assert found(root / "sub") == ["c.py"]


@needs_git
def test_an_ignored_folder_that_is_named_is_walked(tree: Tree) -> None:
    root = tree("generated/b.py")
    git(root, "init")
    (root / ".gitignore").write_text("generated/\n")
    assert found(root / "generated") == ["b.py"]


@needs_git
def test_hidden_folders_are_taken_when_git_tracks_them(tree: Tree) -> None:
    root = tree(".github/scripts/review.py", ".cache/a.py", "vendor/site-packages/b.py")
    git(root, "init")
    git(root, "add", ".github", "vendor")
    assert found(root) == [".github/scripts/review.py"]


@needs_git
def test_a_tracked_file_that_was_deleted_is_not_looked_for(tree: Tree) -> None:
    root = tree("a.py", "gone.py")
    git(root, "init")
    git(root, "add", ".")
    (root / "gone.py").unlink()
    assert found(root) == ["a.py"]


@needs_git
def test_a_repository_inside_the_repository_has_its_own_ignores(tree: Tree) -> None:
    root = tree("a.py", "inner/b.py", "inner/skipped.py")
    git(root, "init")
    git(root / "inner", "init")
    (root / "inner" / ".gitignore").write_text("skipped.py\n")
    git(root / "inner", "add", ".")
    git(root / "inner", "commit", "-m", "inner")
    assert found(root) == ["a.py", "inner/b.py"]
    git(root, "add", ".")
    assert found(root) == ["a.py", "inner/b.py"]


@needs_git
def test_the_variables_of_a_git_hook_do_not_mislead(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree("a.py", "ignored.py")
    git(root, "init")
    (root / ".gitignore").write_text("ignored.py\n")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert found(root) == ["a.py"]


@needs_git
def test_names_that_git_would_quote(tree: Tree) -> None:
    root = tree("with blank.py", "größe.py", 'quo"te.py')
    git(root, "init")
    assert found(root) == sorted(["with blank.py", "größe.py", 'quo"te.py'])


def test_without_git_folders_are_walked(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert found(tree("a.py", ".venv/b.py")) == ["a.py"]


def skipped(root: Path) -> dict[str, str]:
    discovery = discover([root])
    return {each.path.relative_to(root).as_posix(): each.reason for each in discovery.skipped}


def excluding(root: Path, *patterns: str) -> Excludes:
    return lambda _: [Patterns(patterns, root)]


def test_each_skipped_folder_has_a_reason(tree: Tree) -> None:
    root = tree("a.py", "env/pyvenv.cfg", "env/x.py", "n/node_modules/x.py", "pip/_vendor/x.py")
    tree("conda/conda-meta/history", "conda/x.py", ".cache/x.py", "dist/x.py", "setup.py")
    assert found(root) == ["a.py", "setup.py"]
    assert skipped(root) == {
        ".cache": "hidden folder",
        "conda": "virtual environment",
        "dist": "output of a build",
        "env": "virtual environment",
        "n/node_modules": "third-party code",
        "pip/_vendor": "third-party code",
    }


def test_folders_that_only_sound_like_third_party_code_are_source(tree: Tree) -> None:
    names = ["third_party/a.py", "vendor/a.py", "venv/a.py"]
    assert found(tree(*names)) == names


@needs_git
def test_what_git_ignores_has_a_reason(tree: Tree) -> None:
    root = tree("a.py", "out/b.py", "local.py", "notes.txt")
    git(root, "init")
    (root / ".gitignore").write_text("out/\nlocal.py\nnotes.txt\n")
    assert skipped(root) == {"local.py": "ignored by git", "out": "ignored by git"}


def test_ignore_files_count_without_git(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    root = tree("a.py", "out/b.py", "sub/out/keep.py", "sub/c.py", "sub/d.py", "sub/deep/d.py")
    (root / ".gitignore").write_text("out/\nd.py\n!!\n\n# d.py\n")
    (root / "sub" / ".gitignore").write_text("!out/\n!/d.py\n/c.py\n")
    assert found(root) == ["a.py", "sub/d.py", "sub/out/keep.py"]
    assert skipped(root)["out"] == skipped(root)["sub/c.py"] == "ignored by .gitignore"


@pytest.mark.parametrize("name", ["api_pb2.py", "api_pb2_grpc.py", "api_pb2.pyi"])
def test_generated_names_are_skipped_unless_they_are_named(tree: Tree, name: str) -> None:
    root = tree(name)
    assert found(root) == []
    assert skipped(root) == {name: "generated file"}
    assert discover([root / name]).files == (root / name,)
    assert discover([root / name]).named == {root / name}
    assert discover([root / name], force_exclude=True).files == ()


def test_generated_content_is_forced_out(tree: Tree) -> None:
    path = tree("a.py") / "a.py"
    path.write_text("# @generated\n")
    assert discover([path]).files == (path,)
    assert discover([path], force_exclude=True).files == ()


def test_a_submodule_that_is_not_there_yet_has_no_files(tree: Tree, tmp_path: Path) -> None:
    root = tree("a.py")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "b.py").write_text("")
    for folder in (inner, root):
        git(folder, "init", "-q")
        git(folder, "add", ".")
        git(folder, "commit", "-qm", "all")
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub")
    git(root, "commit", "-qm", "with it")
    assert found(root) == ["a.py", "sub/b.py"]
    git(root, "submodule", "deinit", "-f", "-q", "sub")
    assert found(root) == ["a.py"]


def test_files_that_are_gone_are_not_listed(tree: Tree) -> None:
    root = tree("a.py", "b.py")
    git(root, "init", "-q")
    git(root, "add", ".")
    (root / "a.py").unlink()
    assert found(root) == ["b.py"]


def test_excluded_files_are_skipped_unless_they_are_named(tree: Tree) -> None:
    root = tree("a.py", "old/b.py", "old/deep/c.py")
    excludes = excluding(root, "old/")
    discovery = discover([root], excludes)
    assert discovery.files == (root / "a.py",)
    assert {each.reason for each in discovery.skipped} == {"excluded by old/"}
    assert len(discover([root / "old" / "b.py"], excludes).files) == 1
    assert len(discover([root / "old"], excludes).files) == 2
    assert discover([root / "old" / "b.py"], excludes, force_exclude=True).files == ()
    assert discover([root / "old"], excludes, force_exclude=True).files == ()


def test_third_party_code_that_is_named_is_taken_unless_forced_out(tree: Tree) -> None:
    path = tree("lib/site-packages/x.py") / "lib/site-packages/x.py"
    assert discover([path]).files == (path,)
    assert discover([path], force_exclude=True).files == ()


def test_a_path_that_does_not_exist_is_an_error_even_when_excluded(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        discover([tmp_path / "x.py"], excluding(tmp_path, "x.py"), force_exclude=True)
