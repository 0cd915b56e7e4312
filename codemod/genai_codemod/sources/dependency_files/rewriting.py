"""One dependency file: bytes in, a migration out."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from genai_codemod.engine.result import Finding, Migration, SourceError
from genai_codemod.sources.dependency_files.finders import FINDERS, Find
from genai_codemod.sources.dependency_files.formats import Format
from genai_codemod.sources.dependency_files.listing import apply
from genai_codemod.sources.dependency_files.notes import notes
from genai_codemod.sources.dependency_files.packages import LEGACY, place_in_lock
from genai_codemod.sources.dependency_files.planning import KEPT, Needs, place, plan

LOCKED = "dependencies.locked"
_NOT_SAFE = "this cannot be changed without risk: list the new SDK by hand"
_ENCODINGS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def migrate_dependency_file(data: bytes, file_format: Format, needs: Needs) -> Migration:
    """List the new SDK instead of the old one, or beside it where something ``needs`` that still.

    Everything else stays as it is, to the byte.

    Raises:
        SourceError: the file is not what its name says.
    """
    encoding = _encoding(data)
    text = data.decode(encoding, errors="surrogateescape")
    if file_format.kind == "lock":
        return Migration(data, data, _of_lock_file(text, file_format.command))
    find = FINDERS[file_format.kind]
    listed = find(text)
    planned = plan(text, listed, needs)
    after = apply(text, planned.edits)
    findings = sorted([*planned.findings, *notes(text, listed, needs, file_format)])
    if planned.edits and not _is_settled(after, find, needs):
        line, column = place(text, planned.edits[0].start)
        return Migration(data, data, (Finding(line, column, KEPT, "note", _NOT_SAFE),))
    changes = sum(finding.status == "rewritten" for finding in findings)
    written = after.encode(encoding, errors="surrogateescape")
    return Migration(data, written, tuple(findings), changes)


def _is_settled(text: str, find: Find, needs: Needs) -> bool:
    """Whether a file that was edited can still be read, and nothing in it is left to be done."""
    try:
        return not plan(text, find(text), needs).edits
    except SourceError:
        return False


def _encoding(data: bytes) -> str:
    """UTF-8, or what the first bytes say: PowerShell writes UTF-16."""
    for mark, encoding in _ENCODINGS.items():
        if data.startswith(mark) and data.decode(encoding, "replace").encode(encoding) == data:
            return encoding
    return "utf-8"


def _of_lock_file(text: str, command: str) -> Sequence[Finding]:
    found = place_in_lock(text)
    if found is None:
        return ()
    message = f"{LEGACY} is locked here: run `{command}` when what is listed has changed"
    return (Finding(*place(text, found), LOCKED, "note", message),)
