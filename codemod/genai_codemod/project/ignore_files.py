"""What the ``.gitignore`` files in a folder say, where there is no git to ask."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.project.patterns import PatternError, parse_patterns

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

NAME = ".gitignore"


class IgnoreFiles:
    """The ``.gitignore`` files of a folder and of those in it, each read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._specs: dict[Path, tuple[tuple[int, GitIgnoreSpec], ...]] = {}

    def ignores(self, path: Path, *, folder: bool = False) -> bool:
        """Whether a file or folder below the root is ignored; the nearest that speaks decides."""
        specs = self._above(path.parent)
        if not specs:
            return False
        parts = path.parts
        for depth, spec in specs:
            include = spec.check_file("/".join(parts[depth:]) + ("/" if folder else "")).include
            if include is not None:
                return include
        return False

    def _above(self, folder: Path) -> tuple[tuple[int, GitIgnoreSpec], ...]:
        """What holds in a folder, the nearest first, each with how many parts its folder has."""
        if folder not in self._specs:
            spec = _read(folder / NAME)
            here = ((len(folder.parts), spec),) if spec is not None else ()
            outer = self._above(folder.parent) if folder != self._root else ()
            self._specs[folder] = (*here, *outer)
        return self._specs[folder]


def _read(file: Path) -> GitIgnoreSpec | None:
    try:
        lines = file.read_bytes().decode(errors="surrogateescape").splitlines()
    except OSError:
        return None
    try:
        return parse_patterns(lines)
    except PatternError:
        return parse_patterns([line for line in lines if _means_something(line)])


def _means_something(line: str) -> bool:
    """Git passes over lines that it cannot read as a pattern."""
    try:
        parse_patterns([line])
    except PatternError:
        return False
    return True
