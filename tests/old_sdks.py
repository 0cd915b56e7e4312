"""Pythons with an older release of an SDK, for programs that need what newer ones have dropped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / ".sdks"
_SECONDS = 300


class MissingSdkError(Exception):
    """An environment that could not be made, and how a person makes it."""


@cache
def python_with(requirement: str) -> str:
    """The interpreter of an environment with a release such as ``google-genai==1.33.0``.

    The environment is made when it is missing, and kept for the next run.  Without a package index
    the test that needs it is skipped, and in CI fails.
    """
    try:
        return environment_with(requirement, FOLDER)
    except MissingSdkError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


def environment_with(requirement: str, folder: Path) -> str:
    """The interpreter of the environment for a requirement in a folder of such environments.

    Raises:
        MissingSdkError: it is not there, and cannot be made.
    """
    place = folder / f"{requirement.replace('==', '-')}-{sys.implementation.cache_tag}"
    if not place.exists():
        folder.mkdir(exist_ok=True)
        with _alone(place.with_name(f"{place.name}.lock")):
            if not place.exists():
                _make(requirement, place)
    return str(_python(place))


def _make(requirement: str, place: Path) -> None:
    """Make an environment; what is half made has another name."""
    half = place.with_name(f"{place.name}.part")
    shutil.rmtree(half, ignore_errors=True)
    said = ""
    for install in _ways():
        try:
            for command in install(half, requirement):
                subprocess.run(
                    command, check=True, capture_output=True, text=True, timeout=_SECONDS
                )
        except subprocess.CalledProcessError as error:
            said = error.stderr.strip().rpartition("\n")[2]
        except (OSError, subprocess.TimeoutExpired) as error:
            said = str(error)
        else:
            half.rename(place)
            return
        shutil.rmtree(half, ignore_errors=True)
    raise MissingSdkError(
        f"{requirement} cannot be installed ({said}). With a package index, any run of the tests "
        f"does it; by hand: {sys.executable} -m venv {place} && "
        f"{_python(place)} -m pip install {requirement}"
    )


def _ways() -> Iterator[Callable[[Path, str], list[list[str]]]]:
    if shutil.which("uv"):
        yield _by_uv
    yield _by_pip


def _by_uv(place: Path, requirement: str) -> list[list[str]]:
    python = str(_python(place))
    return [
        ["uv", "venv", "--quiet", "--python", sys.executable, str(place)],
        ["uv", "pip", "install", "--quiet", "--python", python, requirement],
    ]


def _by_pip(place: Path, requirement: str) -> list[list[str]]:
    # The pip that is there serves both environments, which saves the time to install another.
    return [
        [sys.executable, "-m", "venv", "--without-pip", str(place)],
        [sys.executable, "-m", "pip", "--python", str(_python(place)), "install", requirement],
    ]


def _python(place: Path) -> Path:
    return place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Keep the other workers of a test run waiting; the system ends that with the process."""
    with file.open("w") as lock:
        if sys.platform != "win32":
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
