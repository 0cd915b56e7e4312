from pathlib import Path

import pytest

from genai_codemod.engine.rule_packs.selection import Selection
from genai_codemod.settings import KEYS, Settings, SettingsError, SettingsFiles

RULES = ("files.upload", "files.list", "chat.start", "client.configure")


def files() -> SettingsFiles:
    return SettingsFiles(lambda _: RULES)


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(text)
    return folder


def mistake(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(write(folder, text))
    with pytest.raises(SettingsError) as error:
        files().of(folder)
    return str(error.value)


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    assert files().of(tmp_path) == Settings()


def test_every_key_is_read(tmp_path: Path) -> None:
    text = (
        "[tool.genai-codemod]\n"
        'exclude = ["old/**"]\n'
        'select = ["files", "chat.start"]\n'
        'ignore = ["files.list"]\n'
        "upgrade-models = true\n"
        "only-complete = true\n"
        'client-name = "gemini"\n'
        'format = "markdown"\n'
        'output = "reports/plan.md"\n'
        "jobs = 2\n"
        "timeout = 5\n"
        "rules = []\n"
        "[tool.genai-codemod.per-file-ignores]\n"
        '"tests/*" = ["ALL"]\n'
    )
    found = files().of(write(tmp_path, text))
    assert found.exclude == ("old/**",)
    assert (found.select, found.ignore) == (("files", "chat.start"), ("files.list",))
    assert (found.upgrade_models, found.only_complete) == (True, True)
    assert found.per_file_ignores == {"tests/*": ("ALL",)}
    assert found.lines["exclude"] == 2
    assert found.lines["per-file-ignores"] == 13
    assert (found.client_name, found.jobs, found.timeout) == ("gemini", 2, 5.0)
    assert (found.format, found.output) == ("markdown", tmp_path / "reports" / "plan.md")
    assert set(found.lines) == set(KEYS)


def test_the_nearest_file_with_the_table_counts(tmp_path: Path) -> None:
    write(tmp_path, "[tool.genai-codemod]\nonly-complete = true\n")
    write(tmp_path / "a", "[tool.other]\n")
    write(tmp_path / "b", "[tool.genai-codemod]\nupgrade-models = true\n")
    found = files()
    assert found.of(tmp_path / "a" / "deep").only_complete
    assert not found.of(tmp_path / "b").only_complete


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[tool.x]\nexclud = 1\n\n[tool.genai-codemod]\nexclud = []\n",
            "pyproject.toml:5: there is no setting 'exclud' (did you mean exclude?)",
        ),
        (
            "[tool.genai-codemod]\nonly_complete = true\n",
            "pyproject.toml:2: there is no setting 'only_complete' (did you mean only-complete?)",
        ),
        (
            '[tool.genai-codemod]\nupgrade-models = "yes"\n',
            "pyproject.toml:2: upgrade-models must be true or false",
        ),
        (
            '[tool.genai-codemod]\nexclude = "old"\n',
            "pyproject.toml:2: exclude must be a list of strings",
        ),
        (
            '[tool.genai-codemod]\nignore = [\n  "chat",\n  "file.upload",\n]\n',
            "pyproject.toml:4: there is no rule 'file.upload' (did you mean files.upload?)",
        ),
        (
            '[tool.genai-codemod.per-file-ignores]\n"a.py" = ["files"]\n"b.py" = ["fles"]\n',
            "pyproject.toml:3: there is no rule 'fles' (did you mean files?)",
        ),
        (
            '[tool.genai-codemod]\nper-file-ignores = ["a.py"]\n',
            "pyproject.toml:2: per-file-ignores must be a table of patterns and lists of rules",
        ),
        (
            '[tool.genai-codemod]\nclient_name = "a"\n',
            "pyproject.toml:2: there is no setting 'client_name' (did you mean client-name?)",
        ),
        (
            '[tool.genai-codemod]\nclient-name = "my-client"\n',
            "pyproject.toml:2: client-name: 'my-client' cannot be the name of a variable",
        ),
        (
            "[tool.genai-codemod]\nclient-name = 1\n",
            "pyproject.toml:2: client-name must be a string",
        ),
        (
            '[tool.genai-codemod]\nformat = "markdwon"\n',
            "pyproject.toml:2: there is no format 'markdwon' (did you mean markdown?)",
        ),
        (
            '[tool.genai-codemod]\n\noutput = "a.md"\n',
            "pyproject.toml:3: output needs a format other than text",
        ),
        (
            '[tool.genai-codemod]\nformat = "json"\noutput = " "\n',
            "pyproject.toml:3: output must be the path of a file",
        ),
        (
            "[tool.genai-codemod]\njobs = true\n",
            "pyproject.toml:2: jobs must be a whole number from 1 on",
        ),
        (
            "[tool.genai-codemod]\njobs = 0\n",
            "pyproject.toml:2: jobs must be a whole number from 1 on",
        ),
        (
            "[tool.genai-codemod]\ntimeout = nan\n",
            "pyproject.toml:2: timeout must be a number of seconds, or 0 for no limit",
        ),
        (
            "[tool]\n[tool.'genai-codemod']\nexclude = [\n    'a',\n    '!',\n]\n",
            "pyproject.toml:5: '!' is",
        ),
        (
            "tool.genai-codemod.jobz = 1\n",
            "pyproject.toml:1: there is no setting 'jobz' (did you mean jobs?)",
        ),
        (
            '[tool]\ngenai-codemod = {jobs = 1, selekt = ["ALL"]}\n',
            "pyproject.toml:2: there is no setting 'selekt' (did you mean select?)",
        ),
        ("[tool]\ngenai-codemod = 1\n", "pyproject.toml:2: tool.genai-codemod must be a table"),
        ("[tool.genai-codemod]\nexclude = [\n", "pyproject.toml:3: Invalid value"),
        ("[tool.genai-codemod]\nselect = = 1\n", "pyproject.toml:2: Invalid value"),
    ],
)
def test_mistakes_are_one_line_with_their_place(
    tmp_path: Path, text: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mistake(tmp_path, text, monkeypatch).startswith(message)


def test_a_broken_file_without_the_table_is_not_ours(tmp_path: Path) -> None:
    assert files().of(write(tmp_path, "[project\n")) == Settings()


def test_patterns_are_relative_to_the_file(tmp_path: Path) -> None:
    text = '[tool.genai-codemod]\nexclude = ["/old"]\nper-file-ignores = {"a.py" = ["files"]}\n'
    write(tmp_path, text)
    found = files()
    assert found.excludes(tmp_path / "old" / "x.py").matching(tmp_path / "old" / "x.py") == "/old"
    inner = tmp_path / "sub" / "old" / "x.py"
    assert found.excludes(inner).matching(inner) is None
    assert found.selection(tmp_path / "sub" / "a.py").ignores("files.upload")
    assert found.selection(tmp_path / "b.py").whole


@pytest.mark.parametrize(
    ("selection", "ignored"),
    [
        (Selection(), set()),
        (Selection(ignore=("files",)), {"files.upload", "files.list"}),
        (Selection(select=("chat",)), {"files.upload", "files.list", "client.configure"}),
        (Selection(select=("ALL", "files.upload"), ignore=("files",)), {"files.list"}),
        (Selection(select=("files",), ignore=("files",)), set(RULES)),
        (Selection(select=("files.upload",), never=("ALL",)), set(RULES)),
    ],
)
def test_the_more_precise_name_decides(selection: Selection, ignored: set[str]) -> None:
    assert {rule for rule in RULES if selection.ignores(rule)} == ignored
