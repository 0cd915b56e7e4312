"""The keys that programs which are run can show: those in their code, and those they are given."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from genai_codemod.report.secrets import key_values
from genai_codemod.shim.proof import Program
from genai_codemod.shim.recording import Options

_CODE = ("*.py", "*.ipynb", "*.md", "*.rst", ".env")
_MOST_FILES = 500
_MOST_BYTES = 1_000_000


def program_keys(programs: Iterable[Program], options: Options) -> frozenset[str]:
    """The keys in the code of programs, in what is beside it, and among their options."""
    files = {file for program in programs for file in _files(program)}
    if (given := options.get("stdin")) is not None:
        files.add(given)
    texts = [_text(file) for file in files]
    texts += [f'{name}="{value}"' for name, value in (options.get("env") or {}).items()]
    texts.append("\n".join(options.get("argv") or ()))
    return frozenset().union(*map(key_values, texts))


def _files(program: Program) -> Iterator[Path]:
    yield program.path
    folder = program.tree or program.path.parent
    look = folder.rglob if program.tree else folder.glob
    for pattern in _CODE:
        yield from islice(look(pattern), _MOST_FILES)


def _text(file: Path) -> str:
    with contextlib.suppress(OSError):
        if file.stat().st_size <= _MOST_BYTES:
            return file.read_text(encoding="utf-8", errors="replace")
    return ""
