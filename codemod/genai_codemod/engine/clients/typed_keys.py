"""Keys that people type into a page, which is shown before they have.

Streamlit runs a script from its start until then, with an empty key.  The old SDK took that, and
``genai.Client`` refuses it.
"""

from __future__ import annotations

import re

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.tracing.asked_before import assigned
from genai_codemod.engine.tracing.block_ends import ends, tests_above

TYPED_KEY = Rule(
    "client.typed-key",
    guide="https://docs.streamlit.io/develop/concepts/architecture/run-your-app",
)
EMPTY = (
    "this page is shown before the key is typed, and google.genai refuses an empty key: build the "
    "client where there is one."
)
_INPUTS = re.compile(r"streamlit\.(\w+\.)*(text_input|text_area|chat_input)")


def may_be_untyped(facts: Facts, key: cst.BaseExpression | None) -> bool:
    """Whether what is given a key is reached while that is still empty.

    A key that a caller passes on is not looked at: the caller may have asked for it.
    """
    if isinstance(key, cst.Name):
        typed = any(_is_typed(facts, value) for value in assigned(facts, key))
        return typed and not _is_asked(facts, key)
    return key is not None and _is_typed(facts, key)


def is_in_variable(facts: Facts, key: cst.BaseExpression | None) -> bool:
    """Whether a key can be read again later, by the name of a variable of the module."""
    if not isinstance(key, cst.Name):
        return False
    scope = facts.index.scope(key).binding_scope(key.value)
    return scope is not None and scope.node is facts.module


def _is_typed(facts: Facts, value: cst.BaseExpression) -> bool:
    shown = facts.value(value.func) if isinstance(value, cst.Call) else frozenset()
    return any(isinstance(atom, Symbol) and _INPUTS.fullmatch(atom.name) for atom in shown)


def _is_asked(facts: Facts, key: cst.Name) -> bool:
    """Whether a test of the key decides if this place is reached."""
    child: cst.CSTNode = key
    for parent in facts.index.ancestors(key):
        if isinstance(parent, cst.If) and child is not parent.test and _names(parent.test, key):
            return True
        if isinstance(parent, cst.IndentedBlock | cst.Module):
            above = tests_above(parent, child)
            if any(_names(each.test, key) and ends(each.body) for each in above):
                return True
        if isinstance(parent, cst.FunctionDef):
            return False
        child = parent
    return False


def _names(test: cst.BaseExpression, key: cst.Name) -> bool:
    return re.search(rf"\b{key.value}\b", source_of(test)) is not None
