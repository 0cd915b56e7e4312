"""Results that the workers of one test run share, so that none of them is worked out twice."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class SharedResults:
    """Keeps results in a folder of the run; without one, each is made anew."""

    def __init__(self) -> None:
        self.folder: Path | None = None

    def get(self, make: Callable[[Path], T], path: Path) -> T:
        """What `make` makes of the path, whichever worker calls it first."""
        if self.folder is None:
            return make(path)
        name = f"{make.__module__}.{make.__qualname__} {path}"
        kept = self.folder / hashlib.sha256(name.encode()).hexdigest()
        if kept.exists():
            result: T = pickle.loads(kept.read_bytes())
            return result
        result = make(path)
        # Another worker must not read the half of it.
        written = kept.with_suffix(f".{os.getpid()}")
        written.write_bytes(pickle.dumps(result))
        written.replace(kept)
        return result


RESULTS = SharedResults()
