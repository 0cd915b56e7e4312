import ast
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from genai_codemod.cli.main import group
from genai_codemod.engine.result import Finding, Migration, SourceError
from genai_codemod.library import runs as command
from genai_codemod.project.programs import Program

LEGACY = b"import google.generativeai as genai\r\n"
MIGRATED = b"from google import genai\r\n"
MANUAL = b"import google.generativeai.tuning\n"
MARKED = b"# TODO(genai-codemod): by hand\n" + MANUAL


def stub_engine(data: bytes, **_options: bool) -> Migration:
    """Rewrites one import, marks another, and fails where any engine must."""
    try:
        ast.parse(data)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise SourceError(str(error).split(" (")[0], line) from error
    if b"provoke a bug" in data:
        raise KeyError("a bug")
    if data.endswith(MARKED):
        return Migration(data, data, (Finding(2, 0, "tuning", "manual", "by hand"),))
    if data.startswith(MANUAL):
        after = MARKED + data.removeprefix(MANUAL)
        return Migration(data, after, (Finding(1, 0, "tuning", "manual", "by hand"),), edits=1)
    if LEGACY in data:
        after = data.replace(LEGACY, MIGRATED)
        return Migration(data, after, (Finding(1, 0, "import", "rewritten"),), edits=1)
    return Migration(data, data)


def stub_program(program: Program, **_options: bool) -> dict[Path, Migration | SourceError]:
    results: dict[Path, Migration | SourceError] = {}
    for path, data in program.files.items():
        try:
            results[path] = stub_engine(data)
        except SourceError as error:
            results[path] = error
    return results


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "migrate_program", stub_program)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def migrate(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["migrate", *arguments])


def test_files_are_rewritten_in_place(project: Path) -> None:
    (project / "a.py").write_bytes(LEGACY)
    (project / "other.py").write_bytes(b"import os\n")
    result = migrate()
    assert (project / "a.py").read_bytes() == MIGRATED
    assert result.stdout == "migrated a.py\n"
    assert result.stderr.startswith("Changed 1 of 2 files: 1 place rewritten.\n")
    assert result.exit_code == 0


def test_a_second_run_has_nothing_to_do(project: Path) -> None:
    (project / "a.py").write_bytes(LEGACY)
    migrate()
    result = migrate()
    assert (result.stdout, result.exit_code) == ("", 0)
    assert result.stderr == "Nothing to change in 1 file.\n"


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_check_and_diff_write_nothing(project: Path, option: str) -> None:
    (project / "a.py").write_bytes(LEGACY)
    result = migrate(option)
    assert (project / "a.py").read_bytes() == LEGACY
    assert result.exit_code == 1
    assert result.stderr.startswith("Would change 1 of 1 file")


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_check_and_diff_succeed_when_nothing_would_change(project: Path, option: str) -> None:
    (project / "a.py").write_bytes(MIGRATED)
    result = migrate(option)
    assert (result.stdout, result.exit_code) == ("", 0)


def test_check_names_the_files(project: Path) -> None:
    (project / "a.py").write_bytes(MANUAL)
    assert migrate("--check").stdout == "would migrate a.py (1 marker left)\n"


def test_diff_prints_the_bytes(project: Path) -> None:
    (project / "a.py").write_bytes(LEGACY + b"x = 1")
    assert migrate("--diff").stdout_bytes == (
        b"--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n-"
        + LEGACY
        + b"+"
        + MIGRATED
        + b" x = 1\n\\ No newline at end of file\n"
    )


def test_diff_is_coloured_on_demand(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "a.py").write_bytes(LEGACY)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[32m+\x1b[0m\x1b[32;1mfrom\x1b[0m\x1b[32m google " in migrate("--diff").stdout


def test_a_marker_is_left_for_a_person(project: Path) -> None:
    (project / "a.py").write_bytes(MANUAL)
    result = migrate()
    assert (project / "a.py").read_bytes() == MARKED
    assert result.stdout == "migrated a.py (1 marker left)\n"
    assert "grep -rn 'TODO(genai-codemod)' ." in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize("content", [MARKED, MARKED.removesuffix(MANUAL) + b"tune()\n"])
def test_a_marker_of_an_earlier_run_still_counts(project: Path, content: bytes) -> None:
    (project / "a.py").write_bytes(content)
    result = migrate()
    assert "Nothing to change in 1 file." in result.stderr
    assert "1 place is left for you" in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (LEGACY + b"def f(:\n", "bad.py:2:1: error: invalid syntax"),
        (LEGACY + b"x = '\xff'\n", "bad.py:2:1: error: "),
        (LEGACY + b"\0", "bad.py:1:1: error: source code"),
        (LEGACY + b"# provoke a bug\n", "bad.py: error: internal error: KeyError: 'a bug'"),
    ],
)
def test_one_bad_file_does_not_stop_the_others(project: Path, content: bytes, message: str) -> None:
    (project / "bad.py").write_bytes(content)
    (project / "good.py").write_bytes(LEGACY)
    result = migrate()
    assert (project / "good.py").read_bytes() == MIGRATED
    assert (project / "bad.py").read_bytes() == content
    assert result.stderr.startswith(message)
    assert "1 file could not be processed" in result.stderr
    assert "Traceback" not in result.output
    assert result.exit_code == 2


def test_a_bad_file_that_does_not_mention_the_sdk_is_none_of_our_business(project: Path) -> None:
    (project / "bad.py").write_bytes(b"print 'hello'\n")
    assert migrate().exit_code == 0


def test_a_file_that_changed_meanwhile_is_left_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project / "a.py"
    path.write_bytes(LEGACY)

    def slow_engine(program: Program, **_options: bool) -> dict[Path, Migration | SourceError]:
        path.write_bytes(LEGACY + b"# edited meanwhile\n")
        return stub_program(program)

    monkeypatch.setattr(command, "migrate_program", slow_engine)
    result = migrate()
    assert path.read_bytes() == LEGACY + b"# edited meanwhile\n"
    assert result.stderr.startswith("a.py: error: changed on disk")
    assert result.exit_code == 2


def test_a_path_that_does_not_exist_is_one_line_and_nothing_is_written(project: Path) -> None:
    (project / "a.py").write_bytes(LEGACY)
    result = migrate("a.py", "nowhere")
    assert result.stderr == "Error: no such file or folder: nowhere\n"
    assert result.exit_code == 2
    assert (project / "a.py").read_bytes() == LEGACY


def test_retired_models_are_replaced_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.py"
    path.write_text("from google import genai\n\ngenai.Client().models.get(model='gemini-pro')\n")
    assert migrate().stderr == "Nothing to change in 1 file.\n"
    result = migrate("--upgrade-models", "--check")
    assert (result.stdout, result.exit_code) == ("would migrate a.py\n", 1)
    assert migrate("--upgrade-models").exit_code == 0
    assert "'gemini-3.6-flash'" in path.read_text()


def test_a_retired_model_alone_is_nothing_left_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.py"
    path.write_text("import google.generativeai as genai\n\ngenai.get_model('gemini-pro')\n")
    result = migrate("-v")
    assert result.exit_code == 0
    assert "a.py:3:17: note: model.retired: model gemini-pro is retired" in result.stderr
    assert "Noted, and left as it is (--upgrade-models" in result.stderr


def test_quiet_prints_nothing_but_the_exit_code_remains(project: Path) -> None:
    (project / "a.py").write_bytes(MANUAL)
    result = migrate("--quiet")
    assert (result.output, result.exit_code) == ("", 1)


def test_quiet_prints_errors(project: Path) -> None:
    (project / "a.py").write_bytes(LEGACY + b"(")
    assert migrate("-q").stderr.count("\n") == 1


def test_verbose_prints_findings(project: Path) -> None:
    (project / "a.py").write_bytes(MANUAL)
    assert "a.py:1:1: manual: tuning: by hand\n" in migrate("-v").stderr


def test_verbose_prints_the_traceback_of_an_internal_error(project: Path) -> None:
    (project / "a.py").write_bytes(LEGACY + b"# provoke a bug\n")
    assert "Traceback" in migrate("-v").stderr


def test_worker_processes_find_the_function_that_migrates() -> None:
    assert pickle.loads(pickle.dumps(command.migrate_program)) is command.migrate_program


def test_a_project_without_legacy_code_never_loads_the_engine(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(MIGRATED)
    script = (
        "import sys\n"
        "from genai_codemod.cli.main import run\n"
        "assert run(['migrate', '.']) == 0\n"
        "assert 'libcst' not in sys.modules\n"
        "assert 'rich' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, capture_output=True)
