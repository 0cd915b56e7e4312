"""Rules from google.genai 1.x to what its spellings are in 3.x."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from genai_codemod.engine.rule_packs.rule_files import load_pack
from genai_codemod.engine.rule_packs.rule_pack import RulePack


@cache
def load() -> RulePack:
    """The rule pack: the YAML files of this folder, and the mechanisms that they name."""
    from genai_codemod_rules.google_genai_upgrade import clients, live

    return replace(
        load_pack(files(__name__)),
        mechanisms={"live_send": live.live_send},
        passes=(clients.plan_clients,),
    )
