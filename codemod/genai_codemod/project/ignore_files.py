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
        self._specs: dict[Path, GitIgnoreSpec | None] = {}

    def ignores(self, path: Path, *, folder: bool = False) -> bool:
        """Whether a file or folder below the root is ignored; the nearest that speaks decides."""
        for above in path.parents:
            spec = self._spec(above)
            if spec is not None:
                name = path.relative_to(above).as_posix() + ("/" if folder else "")
                include = spec.check_file(name).include
                if include is not None:
                    return include
            if above == self._root:
                break
        return False

    def _spec(self, folder: Path) -> GitIgnoreSpec | None:
        if folder not in self._specs:
            self._specs[folder] = _read(folder / NAME)
        return self._specs[folder]


def _read(file: Path) -> GitIgnoreSpec | None:
    try:
        lines = file.read_bytes().decode(errors="surrogateescape").splitlines()
    except OSError:
        return None
    return parse_patterns([line for line in lines if _means_something(line)])


def _means_something(line: str) -> bool:
    """Git passes over lines that it cannot read as a pattern."""
    try:
        parse_patterns([line])
    except PatternError:
        return False
    return True
