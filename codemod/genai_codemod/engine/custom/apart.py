"""What rules of one's own may miss in a part of a very large program."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import libcst as cst

from genai_codemod.engine.analysis import Source
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol, Value
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import CallRule

_UNSEEN = (
    "this may be about it, too: the object comes from so far away, in a program of very many "
    "files, that what it is was not seen."
)


def unseen_modules(sources: Mapping[str, Source], known: Collection[str]) -> frozenset[str]:
    """What the imports of a part call the modules of the program that are not in it."""
    return frozenset(
        dotted
        for source in sources.values()
        for dotted, target in source.imports.items()
        if target not in known
    )


def note_unseen(facts: Facts, plan: Plan, modules: Collection[str]) -> None:
    """Note each call that rules could be about if it were known what its object is.

    ``modules`` are those of the program that were not seen.
    """
    rules = _methods(facts.pack)
    for call in facts.index.calls if rules else ():
        match call.func:
            case cst.Attribute(value=receiver, attr=cst.Name(value=name)) if name in rules:
                if _may_be_any(facts.value(receiver), modules):
                    plan.found(call.func, rules[name], "note", _UNSEEN)


def _methods(pack: RulePack) -> Mapping[str, CallRule]:
    """The rules for methods by the names of these; one for each name will do."""
    return {name: rule for kind in pack.kinds.values() for name, rule in kind.methods.items()}


def _may_be_any(value: Value, modules: Collection[str]) -> bool:
    """Whether nothing is known of an object, or that such a module has it."""
    return not value or any(
        isinstance(atom, Symbol) and any(f"{atom.name}.".startswith(f"{each}.") for each in modules)
        for atom in value
    )
