"""Migrate Python code from ``google.generativeai`` to ``google.genai``.

The library surface: ``load_pack`` gives the rules, ``migrate_source`` turns the bytes of one
module into a ``Migration`` (raises ``SourceError`` for a module that cannot be read).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genai_codemod.engine import load_pack, migrate_source
    from genai_codemod.engine.result import Finding, Migration, SourceError

__version__ = "0.1.0"

__all__ = [
    "Finding",
    "Migration",
    "SourceError",
    "__version__",
    "load_pack",
    "migrate_source",
]

_HOMES = {
    "Finding": "genai_codemod.engine.result",
    "Migration": "genai_codemod.engine.result",
    "SourceError": "genai_codemod.engine.result",
    "load_pack": "genai_codemod.engine",
    "migrate_source": "genai_codemod.engine",
}


def __getattr__(name: str) -> Any:
    # Importing the package must stay cheap: the command line only needs the version at first.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
