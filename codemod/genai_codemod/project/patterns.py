"""Patterns in the form of ``.gitignore``, matched against paths below a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class PatternError(ValueError):
    """A pattern that means nothing."""


class Patterns:
    """Some patterns, relative to a folder; of several that match a path the last one decides."""

    def __init__(self, patterns: Sequence[str], folder: Path) -> None:
        self.folder = Path(os.path.normpath(folder.absolute()))
        self._texts = [self._relative(pattern) for pattern in patterns]
        self._without: dict[str, Patterns] = {}

    def __bool__(self) -> bool:
        return bool(self._texts)

    def matching(self, path: Path, *, folder: bool = False) -> str | None:
        """The pattern that takes a file, or a folder, by its own name or one around it."""
        if not self._texts:
            return None
        found = self._spec.check_file(self._name(path, folder=folder))
        return self._texts[found.index] if found.include and found.index is not None else None

    def within(self, folder: Path) -> Patterns:
        """The patterns for what is in a folder that was named, although some may mean it."""
        if not self._texts:
            return self
        name = self._name(folder, folder=True)
        if name not in self._without:
            kept = [
                text
                for text, pattern in zip(self._texts, self._spec.patterns, strict=True)
                if name == "./" or pattern.match_file(name) is None
            ]
            self._without[name] = Patterns(kept, self.folder)
        return self._without[name]

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        return parse_patterns(self._texts)

    def _relative(self, pattern: str) -> str:
        """A pattern that starts like a path of this machine, as one that starts at the folder."""
        if pattern.startswith("./"):
            return pattern[1:]
        if pattern.startswith(f"{self.folder.as_posix()}/"):
            return pattern.removeprefix(self.folder.as_posix())
        return pattern

    def _name(self, path: Path, *, folder: bool) -> str:
        whole = PurePath(os.path.normpath(path.absolute()))
        # What is outside has no path that starts here, but still a name.
        start = self.folder if whole.is_relative_to(self.folder) else PurePath(whole.anchor)
        return whole.relative_to(start).as_posix() + ("/" if folder else "")


def folder_text(path: Path) -> str:
    """The folder of a file as it is written, which takes a tenth of the time of ``parent``."""
    return str(path).rpartition(os.sep)[0]


def parse_patterns(lines: Sequence[str]) -> GitIgnoreSpec:
    """Patterns that can be matched.

    Raises:
        PatternError: one of them means nothing.
    """
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError as error:
        raise PatternError(f"not a pattern as in .gitignore: {error}") from error
