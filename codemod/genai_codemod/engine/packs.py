"""Finds rule packs by entry point, ours in the same way as anybody's own."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points

from genai_codemod.engine.rules import RulePack

GROUP = "genai_codemod.rules"
DEFAULT = "google-generativeai"


def load_pack(name: str = DEFAULT) -> RulePack:
    """The rule pack that an installed distribution offers under ``name``.

    Raises:
        LookupError: no distribution offers it.

    Examples:
        >>> from genai_codemod import load_pack, migrate_source
        >>> rules = load_pack()
        >>> migrate_source("import google.generativeai\\n", rules).changed
        True
    """
    for entry_point in entry_points(group=GROUP, name=name):
        pack = import_module(entry_point.value).load()
        assert isinstance(pack, RulePack)
        return pack
    raise LookupError(f"no installed package offers the rules {name!r}")
