"""What the user has answered about changes, kept from one run to the next.

It lies outside of the files that git tracks: in the folder of git itself, or without git in the
user's cache.  It holds hashes and answers, and nothing of the code.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal, get_args

Answer = Literal["yes", "no", "later"]

_FORMAT = 1
_MOST = 10_000
_NAME = "genai-codemod-answers.json"


@dataclass(slots=True)
class Answers:
    """The answers by the keys of changes, and the file that they are kept in.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.tools import Answers
        >>> answers = Answers(Path("answers.json"), {"key": "later"})
        >>> answers.save(), Path("answers.json").exists()
        (True, True)
    """

    file: Path
    known: dict[str, Answer] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, environment: Mapping[str, str]) -> Answers:
        """Those that were given in a project before; what cannot be read counts as none."""
        file = answers_file(folder, environment)
        try:
            content = json.loads(file.read_bytes())
            known = content["answers"] if content["format"] == _FORMAT else {}
            return cls(file, {str(k): v for k, v in known.items() if v in get_args(Answer)})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(file)

    def save(self) -> bool:
        """Write the file in one step; whether that was possible."""
        kept = dict(list(self.known.items())[-_MOST:])
        text = json.dumps({"format": _FORMAT, "answers": kept}, indent=0)
        temporary = None
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self.file.parent, suffix=".tmp")
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
            Path(temporary).replace(self.file)
        except OSError:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()
            return False
        return True

    def forget(self, keys: Iterable[str]) -> None:
        """Drop what is done, so that the same code is asked about again where it comes back."""
        for key in keys:
            self.known.pop(key, None)


def answers_file(folder: Path, environment: Mapping[str, str]) -> Path:
    """Where the answers for a folder are kept."""
    folder = folder.absolute()
    for parent in (folder, *folder.parents):
        if (git := _git_folder(parent / ".git")) is not None:
            return git / _NAME
    name = sha256(os.fsencode(folder)).hexdigest()[:16]
    return _cache(environment) / "genai-codemod" / name / _NAME


def _git_folder(path: Path) -> Path | None:
    """The folder of a repository, which a worktree or a submodule names in a file."""
    if path.is_dir():
        return path
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    start, _, name = text.strip().partition(": ")
    found = path.parent / name
    return found if start == "gitdir" and found.is_dir() else None


def _cache(environment: Mapping[str, str]) -> Path:
    if local := environment.get("LOCALAPPDATA"):
        return Path(local)
    if given := environment.get("XDG_CACHE_HOME"):
        return Path(given)
    home = Path(environment.get("HOME") or Path.home())
    return home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"
