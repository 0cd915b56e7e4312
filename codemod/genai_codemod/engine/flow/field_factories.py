"""The functions of a program that make what fields of its objects hold at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.library import FACTORIES, FIELDS
from genai_codemod.engine.flow.values import Function, symbol_names

if TYPE_CHECKING:
    from genai_codemod.engine.flow.facts import Facts


def functions_of_fields(facts: Facts) -> frozenset[cst.CSTNode]:
    """What is given as in ``field(default_factory=lambda: GenerativeModel(name))``."""
    return frozenset(
        atom.node
        for call in facts.index.calls
        for argument in call.args
        if argument.keyword is not None and argument.keyword.value in FACTORIES
        if symbol_names(facts.value(call.func)) & FIELDS
        for atom in facts.value(argument.value)
        if isinstance(atom, Function)
    )
