"""The engine: the bytes of a module in, a migration out.  It knows no SDK; rule packs do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_codemod.lazy import lazy_names

if TYPE_CHECKING:
    from genai_codemod.engine.migrate import migrate_source
    from genai_codemod.engine.rule_packs.packs import load_pack

__all__ = ["load_pack", "migrate_source"]

__getattr__, __dir__ = lazy_names(
    __name__, {"load_pack": "engine.rule_packs.packs", "migrate_source": "engine.migrate"}
)
