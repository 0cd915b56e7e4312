"""The engine: the bytes of a module in, a migration out.  It knows no SDK; rule packs do."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genai_codemod.engine.migrate import migrate_source
    from genai_codemod.engine.packs import load_pack

__all__ = ["load_pack", "migrate_source"]

_HOMES = {
    "load_pack": "genai_codemod.engine.packs",
    "migrate_source": "genai_codemod.engine.migrate",
}


def __getattr__(name: str) -> Any:
    # Importing LibCST takes 0.3 s, which callers of the small modules here need not pay.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
