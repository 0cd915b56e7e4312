"""What is measured: this project's command line, and others that do comparable work."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Measured, measure, measure_call
from benchmarks.tree import Tree


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; nothing was measured where ``install`` says how to get the tool."""

    label: str
    measured: Measured | None
    install: str = ""


def unrelated(tree: Tree, limit: float) -> list[Row]:
    """Rows for a tree without any legacy file; the first is what the others are compared with."""
    files = [str(path.relative_to(tree.root)) for path in sorted(tree.root.rglob("*.py"))]
    ruff = "check --isolated --no-cache --exit-zero --quiet --select F401 ."
    return [
        _tool(tree, limit, "git", "grep -l generativeai", install="see git-scm.com"),
        _codemod(tree, limit, ""),
        _tool(tree, limit, "ruff", ruff),
        _tool(tree, limit, "django-upgrade", "--target-version 5.0", files=files),
        _tool(tree, limit, "bump-pydantic", "--diff app"),
    ]


def with_legacy(tree: Tree, limit: float) -> list[Row]:
    """Rows for a tree with legacy files; the first is what the others are compared with."""
    label = f"libcst.parse_module, the {len(tree.legacy)} legacy files only"
    return [
        Row(label, measure_call(_parse(tree))),
        _codemod(tree, limit, "-j 1"),
        _codemod(tree, limit, "-j 2"),
    ]


def _parse(tree: Tree) -> Callable[[], object]:
    import libcst

    sources = [path.read_bytes() for path in tree.legacy]
    return lambda: [libcst.parse_module(source) for source in sources]


def _codemod(tree: Tree, limit: float, options: str) -> Row:
    command = [sys.executable, "-m", "genai_codemod", "migrate", "--check", *options.split(), "."]
    label = " ".join(("genai-codemod", *command[3:]))
    return Row(label, measure(command, tree.root, limit=limit))


def _tool(
    tree: Tree,
    limit: float,
    name: str,
    arguments: str,
    *,
    install: str = "",
    files: Sequence[str] = (),
) -> Row:
    """Measure a program that is beside this Python or on the path."""
    label = f"{name} {arguments}{' ...' if files else ''}"
    program = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if program is None:
        return Row(label, None, install or f"pip install {name}")
    return Row(label, measure([program, *arguments.split(), *files], tree.root, limit=limit))
