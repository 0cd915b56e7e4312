"""Python modules: a cheap look at the bytes, then the engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration
    from genai_codemod.engine.rules import RulePack

_LEGACY_WORDS = (b"generativeai", b"generativelanguage")
_NEW_WORD = b"genai"
_MARKER = b"TODO(genai-codemod)"
_MARKER_LINE = re.compile(rb"#.*" + re.escape(_MARKER))


def mentions_legacy(data: bytes) -> bool:
    """Whether a module can refer to the legacy SDK at all; false decides, true does not."""
    return any(word in data for word in _LEGACY_WORDS)


def count_markers(data: bytes) -> int:
    """How many lines carry a comment that leaves something for a person."""
    return sum(1 for _ in _MARKER_LINE.finditer(data))


def is_relevant(data: bytes, *, upgrade_models: bool = False) -> bool:
    """Whether a module has something to migrate or to report."""
    return _is_read(data, upgrade_models) or _MARKER in data


def migrate_python(data: bytes, pack: RulePack, *, upgrade_models: bool = False) -> Migration:
    """Migrate the bytes of one module with the rules of a pack.

    A module that does not mention the legacy SDK comes back untouched, without being parsed;
    with ``upgrade_models`` one that does not mention the new SDK either.
    Raises ``SourceError`` for a module that cannot be processed.
    """
    if not _is_read(data, upgrade_models):
        from genai_codemod.engine.result import Migration

        return Migration(before=data, after=data)
    from genai_codemod.engine import migrate_source

    return migrate_source(data, pack, upgrade_models=upgrade_models)


def _is_read(data: bytes, upgrade_models: bool) -> bool:
    return mentions_legacy(data) or (upgrade_models and _NEW_WORD in data)
