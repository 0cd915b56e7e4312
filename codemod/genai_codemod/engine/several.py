"""Migrates a program with several rule packs, one after the other.

Each pack works on what the one before it wrote, so neither has to know of the other.  A file
that does not name the packages of a pack is not even parsed for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from genai_codemod.engine.analysis import Source
from genai_codemod.engine.clients.lending import Surroundings
from genai_codemod.engine.custom.migrating import migrate_own
from genai_codemod.engine.following import following
from genai_codemod.engine.migrate import migrate_program
from genai_codemod.engine.result import Migration, SourceError
from genai_codemod.engine.rule_packs.rule_pack import RulePack


def migrate_with(
    sources: Mapping[str, Source],
    packs: Sequence[RulePack],
    surroundings: Surroundings | None = None,
    *,
    upgrade_models: bool = False,
) -> dict[str, Migration | SourceError]:
    """Migrate modules that import each other with all of some packs.

    A module that one of them cannot process gets its error and stays as it was; the others are
    migrated without it.  The findings have the places of the original text.

    Raises:
        RecursionError: one of several modules is nested too deeply.
    """
    done = {name: Migration(source.data, source.data) for name, source in sources.items()}
    for pack in packs:
        upgrades = upgrade_models and bool(pack.retired)
        if not (upgrades or any(pack.is_named_in(each.after) for each in done.values())):
            continue
        given = {name: replace(sources[name], data=each.after) for name, each in done.items()}
        results = (
            migrate_own(given, pack)
            if pack.own
            else migrate_program(given, pack, surroundings, upgrade_models=upgrades)
        )
        errors = {name: each for name, each in results.items() if isinstance(each, SourceError)}
        if errors:
            others = {name: each for name, each in sources.items() if name not in errors}
            rest = migrate_with(others, packs, surroundings, upgrade_models=upgrade_models)
            return {**rest, **errors}
        for name, result in results.items():
            assert isinstance(result, Migration)
            done[name] = following(done[name], result)
    return dict(done)


def migrate_source_with(data: bytes, packs: Sequence[RulePack]) -> Migration:
    """Migrate the bytes of one module, of which nothing else is known, with some packs.

    Raises:
        SourceError: the module cannot be parsed, or not be reproduced byte for byte.
    """
    (result,) = migrate_with({"": Source(data)}, packs).values()
    if isinstance(result, SourceError):
        raise result
    return result
