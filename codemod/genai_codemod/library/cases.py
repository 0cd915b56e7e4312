"""Programs before and after their migration, as files and folders of a test."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

AnyPath = str | os.PathLike[str]

_DESCRIPTION = "case.yaml"
_NOOP = "noop"
_EXCUSES = ("requests", "output", "ending")


@dataclass(frozen=True, slots=True)
class Case:
    """A program before and after its migration: two files, or two folders of files.

    Without ``after`` the program must stay as it is.  ``fields`` are those of the ``case.yaml``
    beside it, if there is one: ``about``, a sentence; ``answers``, what the model answers in a
    proof; ``differs``, reasons why ``requests``, ``output`` or ``ending`` are not the same, for
    all answers or, by its name, for one.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.testing import cases
        >>> Path("rename").mkdir()
        >>> _ = Path("rename/before.py").write_text("old()\\n")
        >>> _ = Path("rename/after.py").write_text("new()\\n")
        >>> (case,) = cases(".")
        >>> str(case), case.before.name, case.after.name, case.answers
        ('rename', 'before.py', 'after.py', ('default',))
    """

    name: str
    before: Path
    after: Path | None
    fields: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    @property
    def answers(self) -> tuple[str, ...]:
        """What the model answers in a proof, one run after another."""
        # YAML reads 429 as a number.
        return tuple(map(str, self.fields.get("answers") or ("default",)))

    @property
    def differs(self) -> Mapping[str, Any]:
        """Why something is not the same in a proof."""
        said = self.fields.get("differs") or {}
        return {str(name): reason for name, reason in said.items()}

    def excuses(self, answer: str) -> set[str]:
        """What may, and so must, differ with this answer."""
        mine = {**self.differs, **(self.differs.get(answer) or {})}
        return {excuse for excuse in _EXCUSES if mine.get(excuse)}


def cases(folder: AnyPath, *, without: Collection[str] = ()) -> list[Case]:
    """The cases in a folder, sorted by name.

    Any of these is a case, at any depth; those whose names begin with a name in ``without`` are
    left out:

    - a folder with ``before.py`` and ``after.py`` (or another ending than ``.py``),
    - a folder with folders ``before`` and ``after``, whose files are migrated together,
    - a file in a folder ``noop``, and a ``before.py`` without an ``after.py``: they must stay as
      they are.

    Raises:
        FileNotFoundError: there is no case.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.testing import cases
        >>> Path("noop").mkdir()
        >>> _ = Path("noop/other.py").write_text("x = 1\\n")
        >>> [(str(case), case.after) for case in cases(".")]
        [('noop/other.py', None)]
    """
    root = Path(folder)
    found = {case.name: case for case in _cases(root, root)}
    if not found:
        raise FileNotFoundError(f"no case in {root}: a case is a folder with a before.py")
    starts = tuple(f"{name}/" for name in without)
    return [found[name] for name in sorted(found) if not f"{name}/".startswith(starts)]


def _cases(folder: Path, root: Path) -> Iterator[Case]:
    inside = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__")))
    before = next((path for path in inside if path.stem == "before"), None)
    if before is not None:
        after = next((path for path in inside if path.stem == "after"), None)
        yield Case(_name(folder, root), before, after, _fields(folder / _DESCRIPTION))
        return
    for path in inside:
        if path.is_dir():
            yield from _cases(path, root)
        elif folder.name == _NOOP:
            yield Case(_name(path, root), path, None)


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path != root else path.resolve().name


def _fields(file: Path) -> Mapping[str, Any]:
    if not file.exists():
        return {}
    import yaml

    return yaml.safe_load(file.read_text(encoding="utf-8")) or {}
