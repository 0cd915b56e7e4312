"""Loads rule packs: by entry point, ours in the same way as anybody's own, and from files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from genai_codemod.engine.custom.python_rules import load_module, load_python_file, pack_of
from genai_codemod.engine.custom.rule_file import load_file
from genai_codemod.engine.rule_packs.catalogue import catalogue
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rule_sources import (
    DEFAULT,
    DEFAULT_SOURCE,
    GROUP,
    RulesError,
    RuleSource,
)


def load_pack(name: str = DEFAULT) -> RulePack:
    """The rule pack that an installed distribution offers under ``name``.

    Raises:
        LookupError: no distribution offers it, or it cannot be loaded.
    """
    for entry_point in entry_points(group=GROUP, name=name):
        if ":" in entry_point.value:
            return replace(load_module(entry_point.value), name=name)
        return pack_of(name, import_module(entry_point.value))
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
    _refuse_same_ids(packs, sources)
    return tuple(
        replace(pack, beside=tuple(other for other in packs if other is not pack)) for pack in packs
    )


def _refuse_same_ids(packs: Sequence[RulePack], sources: Sequence[RuleSource]) -> None:
    """Refuse rules of one's own that are called as those of another pack: nobody could say which.

    Raises:
        RulesError: there are such rules.
    """
    if not any(pack.own for pack in packs):
        return
    owners: dict[str, RulePack] = {}
    for pack, source in zip(packs, sources, strict=True):
        for rule in catalogue(pack):
            other = owners.setdefault(rule, pack)
            if other is not pack and (pack.own or other.own):
                place = f"{source.name}{_line_of(rule, source)}"
                raise RulesError(f"{place}: {other.name} has a rule {rule!r}, too")


def _line_of(rule: str, source: RuleSource) -> str:
    """Where a rule is named first in a file of rules: a colon and the line, or nothing."""
    lines = (source.data or b"").splitlines()
    named = re.compile(rb"(?<![\w.-])" + re.escape(rule.encode()) + rb"(?![\w.-])")
    found = (number for number, line in enumerate(lines, 1) if named.search(line))
    number = next(found, None)
    return "" if number is None else f":{number}"


def load_source(source: RuleSource) -> RulePack:
    """The pack of one source.

    Raises:
        RulesError: it cannot be loaded.
    """
    if source.data is not None:
        load = load_file if source.is_yaml else load_python_file
        return load(source.name, source.data)
    return load_module(source.name) if ":" in source.name else load_pack(source.name)
