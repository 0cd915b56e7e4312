"""What operators make of values."""

from __future__ import annotations

from genai_codemod.engine.flow.values import NOTHING, Instance, Value, plain
from genai_codemod.engine.rule_packs.rule_pack import RulePack


def as_added(value: Value, pack: RulePack) -> Value:
    """What becomes of a variable that a value is added to: members of enums were numbers."""
    members = {
        atom
        for atom in value
        if isinstance(atom, Instance)
        and atom.kind in pack.kinds
        and pack.kinds[atom.kind].enum is not None
    }
    return value - members | (plain("int") if members else NOTHING)
