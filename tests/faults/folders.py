"""What must hold in a folder whatever happened to a run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

OLD = b"import google.generativeai as genai\n\nprint(genai)\n" * 400
NEW = b"from google import genai\n\nprint(genai)\n" * 500


def make_files(folder: Path, count: int = 30) -> list[Path]:
    paths = [folder / f"{number:02}.py" for number in range(count)]
    for path in paths:
        path.write_bytes(OLD)
    return paths


def leftovers(folder: Path) -> list[str]:
    """The names of the files that are no modules."""
    return sorted(
        path.name for path in folder.rglob("*") if path.is_file() and path.suffix != ".py"
    )


def assert_old_or_new(paths: list[Path], old: bytes = OLD, new: bytes = NEW) -> int:
    """How many are new."""
    contents = [path.read_bytes() for path in paths]
    assert all(content in (old, new) for content in contents)
    return contents.count(new)


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether a condition comes true within a time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def group_is_gone(group: int) -> bool:
    """Whether no process of a process group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False
