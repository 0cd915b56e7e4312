"""The temporary folder and the environment that a recorded program runs in."""

from __future__ import annotations

import os
import re
import shutil
import site
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from genai_codemod.sources.documents import is_document

FAKE_KEY = "offline"

_MOST_BYTES = 50_000_000
_MOST_FILES = 5_000
_SKIPPED_FOLDERS = frozenset(
    (".git", ".hg", ".venv", "venv", "node_modules", "__pycache__", ".mypy_cache", ".ruff_cache")
)
# Everything else of the user's environment stays outside, credentials first of all.
_KEPT_VARIABLES = ("PATH", "LANG", "TZ", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH")
_KEY_VARIABLE = re.compile(rb"\b[A-Z][A-Z0-9_]*_(?:API_?KEY|KEY|TOKEN)\b|\bAPI_?KEY\b")


@dataclass(frozen=True)
class Order:
    """A program, and how to run it."""

    program: Path
    call: str | None = None
    """A function, or a `Class.method` of a test case, to call after the import."""
    answer: str = "default"
    python: str = sys.executable
    timeout: float = 60
    argv: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: Path | None = None
    """The file that the program reads as its standard input; without one, nothing is there."""
    tree: Path | None = None
    """The folder that the program may read, when it is more than its imports start from."""
    start: Path | None = None
    """The folder below that in which the program is started, when it is not its own."""


@dataclass(frozen=True)
class Workplace:
    """A copy of a program's folder, so that what it writes does not land in the original."""

    program: Path
    root: Path
    """The folder that the program's imports start from."""
    tree: Path
    """All that was copied: the root, or a folder above it."""
    start: Path
    """The folder that the program is started in."""
    report: Path
    environment: dict[str, str]
    stdin: Path | None = None


def prepare(order: Order, code: bytes, folder: Path) -> Workplace:
    """Copy what the program may read into the folder; OSError when that is too much.

    Where the program is a document, its code is written beside its copy.
    """
    program = order.program.resolve()
    start = program.parent if order.start is None else order.start.resolve()
    root = _import_root(program)
    tree = root if order.tree is None else order.tree.resolve()
    root = root if root.is_relative_to(tree) else tree
    copy = folder.resolve() / "program"
    _copy_tree(tree, copy)
    home = home_in(folder)
    home.mkdir()
    return Workplace(
        program=_runnable(copy / program.relative_to(tree), code),
        root=copy / root.relative_to(tree),
        tree=copy,
        start=copy / start.relative_to(tree),
        report=folder / "report.json",
        environment=_environment(program, home, order.env),
        stdin=None if order.stdin is None else order.stdin.resolve(),
    )


def _runnable(copy: Path, code: bytes) -> Path:
    if not is_document(copy):
        return copy
    written = copy.with_name(f"{copy.stem}_cells.py")
    written.write_bytes(code)
    return written


def _import_root(program: Path) -> Path:
    """The folder above the packages that the program belongs to."""
    root = program.parent
    while (root / "__init__.py").exists() and root.parent != root:
        root = root.parent
    return root


def _copy_tree(source: Path, target: Path) -> None:
    size = 0
    for number, path in enumerate(_files(source)):
        size += path.stat().st_size
        if number > _MOST_FILES or size > _MOST_BYTES:
            raise OSError(
                f"{source} holds too much to copy: "
                "move the program and what it reads to a folder of its own"
            )
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [
            name
            for name in sorted(folders)
            if name not in _SKIPPED_FOLDERS and not (Path(parent) / name / "pyvenv.cfg").exists()
        ]
        for name in sorted(names):
            path = Path(parent) / name
            if path.is_file():
                yield path


def home_in(folder: Path) -> Path:
    """Where a program finds its home, when it runs in this folder."""
    return folder / "home"


def plain_environment(home: Path) -> dict[str, str]:
    """What every program finds in its environment."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    fixed = {
        "HOME": str(home),
        "USERPROFILE": str(home),
        # Another home must not hide the packages that are installed for this user alone.
        "PYTHONUSERBASE": site.getuserbase(),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "PYTHONIOENCODING": "utf-8",
        "GOOGLE_API_KEY": FAKE_KEY,
        "GEMINI_API_KEY": FAKE_KEY,
    }
    return {**kept, **fixed}


def _environment(program: Path, home: Path, variables: Mapping[str, str]) -> dict[str, str]:
    # A program that reads its key from a variable of its own name needs one to get going.
    named = {name.decode(): FAKE_KEY for name in _KEY_VARIABLE.findall(program.read_bytes())}
    return {**named, **plain_environment(home), **variables}
