"""The environments with older SDKs: what a run without them is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests import old_sdks
from tests.old_sdks import MissingSdkError, environment_with, python_with

OLD = "google-genai==1.0"
FAILS = "import sys; sys.stderr.write('hint: 1\\nERROR: no index'); sys.exit(1)"


@pytest.fixture(autouse=True)
def _no_index(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def install(place: Path, _: str) -> list[list[str]]:
        place.mkdir()
        return [[sys.executable, "-c", FAILS]]

    monkeypatch.setattr(old_sdks, "FOLDER", tmp_path)
    monkeypatch.setattr(old_sdks, "_ways", lambda: [install])


def test_what_cannot_be_installed_is_told_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(MissingSdkError) as told:
        environment_with(OLD, tmp_path)
    assert f"{OLD} cannot be installed (ERROR: no index)" in str(told.value)
    assert f"-m pip install {OLD}" in str(told.value)
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(MissingSdkError):
        environment_with(OLD, tmp_path)
    (lock,) = tmp_path.iterdir()
    lock.with_suffix("").mkdir()
    assert Path(environment_with(OLD, tmp_path)).is_relative_to(lock.with_suffix(""))


@pytest.mark.parametrize(("variable", "kind"), [("", "Skipped"), ("true", "MissingSdkError")])
def test_only_ci_fails_for_want_of_an_index(
    variable: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", variable)
    with pytest.raises(BaseException, match="cannot be installed") as told:
        python_with(OLD)
    assert type(told.value).__name__ == kind
