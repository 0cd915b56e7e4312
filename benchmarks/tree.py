"""Two trees of files: an ordinary project, and the same with some legacy programs in it."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import filler

_FIXTURES = Path(__file__).parents[1] / "fixtures"
_SEED = 20260101
# Sizes of files as projects have them: half are below 4 kB, the mean is 9 kB.
_MEDIAN, _SPREAD, _LARGEST = 3_700, 1.35, 120_000
_PER_PACKAGE = 25


@dataclass(frozen=True, slots=True)
class Tree:
    """A git work tree, and the files in it that use the legacy SDK."""

    root: Path
    files: int
    size: int
    legacy: tuple[Path, ...]


def make_tree(root: Path, *, files: int, legacy: int) -> Tree:
    """Write ``files`` modules below ``root``, ``legacy`` of which use the legacy SDK.

    The same numbers always give the same text.
    """
    chance = random.Random(_SEED)
    names = [_module_name(number) for number in range(files)]
    # Evenly among the others, as they are found in a project that grew.
    places = {round((number + 0.5) * files / legacy): number for number in range(legacy)}
    programs = _programs(legacy)
    old: list[Path] = []
    size = 0
    for number, name in enumerate(names):
        length = min(int(chance.lognormvariate(0, _SPREAD) * _MEDIAN), _LARGEST)
        path = root.joinpath(*name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        if number in places:
            text = programs[places[number]] + "\n\n" + filler.body(chance, length)
            old.append(path)
        else:
            text = filler.module(chance, length, _imported(chance, names, number))
        path.write_text(text, encoding="utf-8", newline="\n")
        size += len(text)
    _commit(root)
    return Tree(root, files, size, tuple(old))


def _module_name(number: int) -> str:
    package = number // _PER_PACKAGE
    return f"app.area_{package // 20}.package_{package}.module_{number}"


def _imported(chance: random.Random, names: Sequence[str], number: int) -> list[str]:
    """What a module imports: some of its own package, and some of the first, which all may use."""
    package = number - number % _PER_PACKAGE
    beside, common = names[package:number], names[:_PER_PACKAGE] if package else []
    return [
        *chance.sample(beside, min(len(beside), chance.randint(0, 3))),
        *chance.sample(common, min(len(common), chance.randint(0, 2))),
    ]


def _programs(number: int) -> Sequence[str]:
    """The text of legacy programs before their migration, evenly taken from the fixtures."""
    texts = [
        path.read_text(encoding="utf-8")
        for path in sorted(_FIXTURES.glob("*/*/before.py"))
        if path.parts[-3] not in ("noop", "demo")
    ]
    found = [text for text in texts if "google.generativeai" in text]
    return [found[position * len(found) // number % len(found)] for position in range(number)]


def _commit(root: Path) -> None:
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "-q", "-m", "All"],
    ):
        subprocess.run(["git", "-C", str(root), *command], check=True)
