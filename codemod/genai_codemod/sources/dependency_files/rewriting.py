"""One dependency file: bytes in, a migration out."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence

from genai_codemod.engine.result import Finding, Migration, SourceError
from genai_codemod.sources.dependency_files.finders import FINDERS, Find
from genai_codemod.sources.dependency_files.formats import SCRIPT, Format
from genai_codemod.sources.dependency_files.listing import Listed, apply
from genai_codemod.sources.dependency_files.packages import (
    LEGACY,
    OLDEST_PYTHON,
    SUCCESSOR,
    is_legacy,
    place_in_lock,
    places_of_legacy,
)
from genai_codemod.sources.dependency_files.planning import KEPT, Needs, place, plan
from genai_codemod.sources.dependency_files.python_versions import too_old_pythons
from genai_codemod.sources.dependency_files.yaml_lists import has_commands

LOCKED = "dependencies.locked"
NAMED = "dependencies.named"
OLD_PYTHON = "dependencies.python"
_NOT_SAFE = "this cannot be changed without risk: list the new SDK by hand"
_NEEDS_PYTHON = f"{SUCCESSOR} needs Python {OLDEST_PYTHON} or later, and this lets in older ones"
_SEE = "the old SDK is named here, too: see whether it should be"
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
    notes = [*_named_elsewhere(text, listed, file_format), *_too_old_pythons(text, listed, needs)]
    findings = sorted([*planned.findings, *notes])
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


def _named_elsewhere(text: str, listed: Sequence[Listed], file_format: Format) -> Iterator[Finding]:
    """Notes on names that stand neither in a requirement nor in a comment."""
    if file_format is SCRIPT or (file_format.kind == "yaml" and not has_commands(text)):
        return
    taken = {place(text, each.start)[0] for each in listed if is_legacy(each.name)}
    for position in places_of_legacy(text):
        line, column = place(text, position)
        before = text[position - column : position]
        if line not in taken and "#" not in before:
            yield Finding(line, column, NAMED, "note", _SEE)


def _too_old_pythons(text: str, listed: Sequence[Listed], needs: Needs) -> Iterator[Finding]:
    if needs.successor and any(is_legacy(each.name) for each in listed):
        for position in too_old_pythons(text):
            yield Finding(*place(text, position), OLD_PYTHON, "note", _NEEDS_PYTHON)


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
