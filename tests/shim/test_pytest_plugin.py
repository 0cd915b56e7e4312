from __future__ import annotations

import tomllib
from pathlib import Path

import google.genai  # noqa: F401  (so that the tests inside of these need not import it anew)
import pytest

pytest_plugins = ("pytester",)

PLUGIN = ("-p", "genai_codemod.shim.pytest_plugin", "-p", "no:randomly")
CLIENT = """
from google import genai
client = genai.Client(api_key="offline")
def ask():
    return client.models.generate_content(model="m", contents="Hi").text
"""


@pytest.fixture(autouse=True)
def _only_this_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a plugin it may be installed already, and cannot be loaded twice."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def test_the_fixture_answers_one_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CLIENT
        + """
import sys
def test_answer(genai_offline):
    assert ask().startswith("Hello")
    assert genai_offline.requests[0].path == "models/m:generateContent"
def test_blocked(genai_offline):
    genai_offline.answer("blocked-prompt")
    assert ask() is None
    assert len(genai_offline.requests) == 1
def test_unanswered(genai_offline):
    client.models.update(model="m", config={"display_name": "x"})
def test_unanswered_and_swallowed(genai_offline):
    try:
        client.models.update(model="m", config={"display_name": "x"})
    except BaseException:
        pass
"""
    )
    result = pytester.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*google.genai sent PATCH models/m, which the canned server*"] * 2)


def test_the_option_answers_all_tests_and_their_imports(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        CLIENT
        + """
import unittest
import pytest
first = ask()
@pytest.mark.parametrize("name", "ab")
def test_answer(name, genai_offline):
    assert first.startswith("Hello")
    assert genai_offline.requests == ()
    ask()
class Test(unittest.TestCase):
    def test_answer(self):
        assert ask().startswith("Hello")
    def test_unanswered(self):
        try:
            client.models.update(model="m", config={"display_name": "x"})
        except BaseException:
            pass
"""
    )
    result = pytester.runpytest_inprocess(*PLUGIN, "--genai-offline")
    result.assert_outcomes(passed=3, failed=1)


def test_without_both_nothing_is_imported_or_changed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
import sys
def test_nothing():
    loaded = {name for name in sys.modules if name.startswith(("genai_codemod", "google.genai"))}
    package = {"genai_codemod", "genai_codemod.lazy"}
    assert loaded == package | {"genai_codemod.shim", "genai_codemod.shim.pytest_plugin"}
    assert not any(type(finder).__name__ == "ImportHook" for finder in sys.meta_path)
"""
    )
    pytester.runpytest_subprocess(*PLUGIN).assert_outcomes(passed=1)


def test_pytest_finds_the_plugin_once_the_package_is_installed() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"genai-codemod": PLUGIN[1]}
