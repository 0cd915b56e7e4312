"""What is said about a dependency file besides what becomes of its requirements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from genai_codemod.engine.result import Finding
from genai_codemod.sources.dependency_files.formats import SCRIPT, Format
from genai_codemod.sources.dependency_files.listing import Listed
from genai_codemod.sources.dependency_files.packages import (
    LEGACY,
    OLDEST_PYTHON,
    SUCCESSOR,
    is_legacy,
    places_of_legacy,
)
from genai_codemod.sources.dependency_files.planning import Needs, place
from genai_codemod.sources.dependency_files.python_versions import too_old_pythons
from genai_codemod.sources.dependency_files.yaml_lists import has_commands

NAMED = "dependencies.named"
OLD_PYTHON = "dependencies.python"
BROUGHT = "dependencies.brought-along"
_SEE = "the old SDK is named here, too: see whether it should be"
_NEEDS_PYTHON = f"{SUCCESSOR} needs Python {OLDEST_PYTHON} or later, and this lets in older ones"


def notes(
    text: str, listed: Sequence[Listed], needs: Needs, file_format: Format
) -> Iterator[Finding]:
    """Notes on a text with requirements of which some may be exchanged."""
    yield from _named_elsewhere(text, listed, file_format)
    legacy = [each for each in listed if is_legacy(each.name)]
    if not legacy or not needs.successor:
        return
    for position in too_old_pythons(text):
        yield Finding(*place(text, position), OLD_PYTHON, "note", _NEEDS_PYTHON)
    sdk = next((each for each in legacy if each.name == LEGACY and not each.fixed), None)
    if sdk is not None and not needs.legacy and (file_format.is_manifest or file_format is SCRIPT):
        yield from _brought_along(text, sdk, needs)


def _named_elsewhere(text: str, listed: Sequence[Listed], file_format: Format) -> Iterator[Finding]:
    """Notes on names that stand neither in a requirement nor in a comment."""
    if file_format is SCRIPT or (file_format.kind == "yaml" and not has_commands(text)):
        return
    legacy = [each for each in listed if is_legacy(each.name)]
    fixed = {place(text, each.start)[0] for each in legacy if each.fixed}
    edits = [edit for each in legacy for edit in each.replaced]
    for position in places_of_legacy(text):
        line, column = place(text, position)
        before = text[position - column : position]
        is_edited = any(edit.start <= position < edit.end for edit in edits)
        if not is_edited and line not in fixed and "#" not in before:
            yield Finding(line, column, NAMED, "note", _SEE)


def _brought_along(text: str, sdk: Listed, needs: Needs) -> Iterator[Finding]:
    """Notes on packages that were only there because the old SDK needs them."""
    for package, importer in needs.brought_along:
        name = re.escape(package).replace(r"\-", "[-_.]")
        if not re.search(rf"(?<![\w.-]){name}(?![\w-])", text, re.IGNORECASE):
            message = f"{importer} needs {package}, which {LEGACY} brought along: list that, too"
            yield Finding(*place(text, sdk.start), BROUGHT, "note", message)
