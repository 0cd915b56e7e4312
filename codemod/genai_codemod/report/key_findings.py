"""A finding for each place where a key stands in code that is migrated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genai_codemod.report.secrets import key_places, key_values

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding
    from genai_codemod.project.outcome import FileOutcome

RULE = "secrets.key"
_IN_CODE = "a key stands in the code: read it from the environment, and revoke this one"
_PRINTED = "a key stands in what this cell has printed: clear that, and revoke the key"
_BESIDE = "a key stands in the text beside this cell: take it out, and revoke the key"


def with_keys_noted(outcome: FileOutcome) -> FileOutcome:
    """The outcome with a note at each line that holds a key, if there is anything to say of it."""
    migration = outcome.migration
    if migration is None or not (migration.changed or migration.findings or outcome.held):
        return outcome
    notes = list(_notes(outcome.path, migration.before.decode("utf-8", "replace")))
    if not notes:
        return outcome
    findings = tuple(sorted([*migration.findings, *notes], key=_place))
    return replace(outcome, migration=replace(migration, findings=findings))


def keys_in(outcome: FileOutcome) -> frozenset[str]:
    """The keys in a file, also in one that could not be processed."""
    if outcome.migration is not None:
        return key_values(outcome.migration.before.decode("latin-1"))
    try:
        return key_values(outcome.path.read_text(encoding="latin-1"))
    except OSError:
        return frozenset()


def _notes(path: Path, text: str) -> Iterator[Finding]:
    places = list(key_places(text))
    if places and path.suffix == ".ipynb":
        yield from _in_notebook(text)
    else:
        yield from (_note(place, _IN_CODE) for place in places)


def _in_notebook(text: str) -> Iterator[Finding]:
    """The notes of a notebook, which was read before; only its cells of code are counted."""
    import json

    notebook: Any = json.loads(text)
    number = 0
    for cell in notebook["cells"]:
        source = _text(cell.get("source", ""))
        if cell.get("cell_type") == "code":
            number += 1
            yield from (_note(place, _IN_CODE, number) for place in key_places(source))
            if any(key_places(json.dumps(cell.get("outputs", ()), ensure_ascii=False))):
                yield _note((1, 0), _PRINTED, number)
        elif any(key_places(source)):
            yield _note((1, 0), _BESIDE, max(number, 1))


def _note(place: tuple[int, int], message: str, cell: int | None = None) -> Finding:
    from genai_codemod.engine.result import Finding

    return Finding(*place, RULE, "note", message, cell=cell)


def _text(source: str | Sequence[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _place(finding: Finding) -> tuple[int, int, int]:
    return finding.cell or 0, finding.line, finding.column
