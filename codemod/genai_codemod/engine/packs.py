"""Loads rule packs: by entry point, ours in the same way as anybody's own, and from files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from genai_codemod.engine.rule_sources import (
    DEFAULT,
    DEFAULT_SOURCE,
    GROUP,
    RulesError,
    RuleSource,
)
from genai_codemod.engine.rules import RulePack


def load_pack(name: str = DEFAULT) -> RulePack:
    """The rule pack that an installed distribution offers under ``name``.

    Raises:
        LookupError: no distribution offers it.
    """
    for entry_point in entry_points(group=GROUP, name=name):
        pack = import_module(entry_point.value).load()
        assert isinstance(pack, RulePack)
        return pack
    raise RulesError(f"no installed package offers the rules {name!r}")


@cache
def load_packs(sources: Sequence[RuleSource] = (DEFAULT_SOURCE,)) -> tuple[RulePack, ...]:
    """The packs of some sources, which a program is migrated with one after the other.

    Raises:
        RulesError: one cannot be loaded, or two are called the same.
        RuleFileError: a file of rules is wrong.
    """
    packs = [load_source(source) for source in sources]
    named: dict[str, RuleSource] = {}
    for pack, source in zip(packs, sources, strict=True):
        first = named.setdefault(pack.name, source)
        if first is not source:
            raise RulesError(f"{source.name}: {first.name} is called {pack.name!r}, too")
    return tuple(
        replace(pack, beside=tuple(other for other in packs if other is not pack)) for pack in packs
    )


def load_source(source: RuleSource) -> RulePack:
    """The pack of one source.

    Raises:
        RulesError: it cannot be loaded.
    """
    return load_pack(source.name)
