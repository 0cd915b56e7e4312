import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group
from genai_codemod.project.git import GitError, changed_files

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")

ALONE = "import google.generativeai as genai\n\nprint(genai.upload_file('a').uri)\n"
FACTORY = (
    "import google.generativeai as genai\n\n\n"
    "def make():\n    return genai.GenerativeModel('gemini-2.5-flash', tools='code_execution')\n"
)
USER = "from factory import make\n\nprint(make().generate_content('Hi').text)\n"


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git("init", "-b", "main")
    (tmp_path / "old.py").write_text(ALONE)
    git("add", ".")
    git("commit", "-m", "first")
    return tmp_path


def migrate(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["migrate", *arguments])


def names(folder: Path, commit: str = "HEAD") -> set[str]:
    return {path.relative_to(folder).as_posix() for path in changed_files(folder, commit)}


def test_what_differs_from_the_last_commit(repository: Path) -> None:
    (repository / "with blank.py").write_text("")
    (repository / "old.py").write_text("1\n")
    (repository / "staged.py").write_text("")
    git("add", "staged.py")
    assert names(repository) == {"old.py", "staged.py", "with blank.py"}


def test_a_deleted_file_has_nothing_to_write(repository: Path) -> None:
    (repository / "old.py").unlink()
    assert names(repository) == set()


def test_a_moved_file_counts_under_its_new_name(repository: Path) -> None:
    git("mv", "old.py", "new.py")
    assert names(repository) == {"new.py"}


def test_before_the_first_commit_everything_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    git("init")
    (tmp_path / "a.py").touch()
    git("add", "a.py")
    assert names(tmp_path) == {"a.py"}


def test_what_others_did_since_a_branch_left_does_not_count(repository: Path) -> None:
    git("checkout", "-b", "mine")
    (repository / "mine.py").touch()
    git("add", ".")
    git("commit", "-m", "mine")
    git("checkout", "main")
    (repository / "theirs.py").touch()
    git("add", ".")
    git("commit", "-m", "theirs")
    git("checkout", "mine")
    assert names(repository, "main") == {"mine.py"}


def test_only_changed_files_are_written(repository: Path) -> None:
    (repository / "new.py").write_text(ALONE)
    result = migrate("--changed")
    assert result.stdout == "migrated new.py\n"
    assert (repository / "old.py").read_text() == ALONE
    assert migrate("--changed=HEAD").exit_code == 0


def test_a_folder_in_the_work_tree_can_be_given(repository: Path) -> None:
    (repository / "sub").mkdir()
    (repository / "sub" / "new.py").write_text(ALONE)
    (repository / "other.py").write_text(ALONE)
    assert migrate("sub", "--changed").stdout == "migrated sub/new.py\n"


def test_a_file_waits_for_those_that_may_not_be_written(repository: Path) -> None:
    (repository / "factory.py").write_text(FACTORY)
    git("add", ".")
    git("commit", "-m", "factory")
    (repository / "user.py").write_text(USER)
    result = migrate("--changed")
    message = "factory.py would have to change too, and is not among the files that may\n"
    assert f"left user.py: {message}" in result.stderr
    assert result.exit_code == 1
    assert (repository / "user.py").read_text() == USER
    assert (repository / "factory.py").read_text() == FACTORY
    (repository / "factory.py").write_text(FACTORY + "\n")
    assert migrate("--changed").stdout == "migrated factory.py\nmigrated user.py\n"


def test_an_error_in_a_file_that_did_not_change_is_not_reported(repository: Path) -> None:
    (repository / "old.py").write_text("import google.generativeai (\n")
    git("commit", "-a", "-m", "broken")
    (repository / "new.py").write_text("")
    assert (migrate("--changed").exit_code, migrate().exit_code) == (0, 2)


@pytest.mark.usefixtures("repository")
def test_a_commit_that_does_not_exist() -> None:
    result = migrate("--changed=nowhere")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "there is no commit 'nowhere'" in result.stderr


def test_a_path_in_the_place_of_the_commit_is_explained(repository: Path) -> None:
    (repository / "sub").mkdir()
    assert "write --changed=HEAD before a path" in migrate("--changed", "sub").stderr


def test_without_a_work_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(GitError, match="is not in a git work tree"):
        changed_files(tmp_path, "HEAD")
    assert migrate("--changed").exit_code == 2
