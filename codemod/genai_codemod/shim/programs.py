"""The code of a program, whatever kind of file it stands in."""

from __future__ import annotations

from pathlib import Path

from genai_codemod.sources.documents import is_document


class ProgramError(Exception):
    """A document without a program in it, in one line."""


def code_of(program: Path) -> bytes:
    """The code of a Python file, or of a document, whose blocks run one after another.

    Raises:
        OSError: the file cannot be read.
        ProgramError: it is no document of its kind, or no code is in it.
    """
    data = program.read_bytes()
    return _code_in(program, data) if is_document(program) else data


def _code_in(path: Path, data: bytes) -> bytes:
    from genai_codemod.sources.cells import runnable
    from genai_codemod.sources.documents import DocumentError, open_document

    try:
        document = open_document(path, data)
    except DocumentError as error:
        line = "" if error.line is None else f":{error.line}:{(error.column or 0) + 1}"
        raise ProgramError(f"{path}{line}: {error}") from error
    # The other modules of a notebook are files that it writes.
    modules = document.modules[:1] if path.suffix == ".ipynb" else document.modules
    code = "\n".join(runnable(module.decode()) for module in modules)
    if not code.strip():
        raise ProgramError(f"{path} holds no program in Python")
    return code.encode()
