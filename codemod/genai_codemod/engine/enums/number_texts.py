"""Where the text of a former integer ends up: ``code = str(reason)``, then ``code == "1"``."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function, Plain, symbol_names
from genai_codemod.engine.rule_packs.signature import parameter_of
from genai_codemod.engine.syntax.uses import Use

TEXT = Plain("str")
_TESTING = frozenset({"endswith", "isdecimal", "isdigit", "isnumeric", "startswith"})
_LOOKING_UP = frozenset({"get", "index", "pop"})
_CHANGING = frozenset(
    {"casefold", "join", "lower", "lstrip", "replace", "rstrip", "strip", "title", "upper", "zfill"}
)
_NUMBERS = frozenset({"builtins.float", "builtins.int"})


def is_read(facts: Facts, text: cst.BaseExpression) -> bool:
    """Whether a text is compared or looked up, here or where it goes, or given to unseen code."""
    whole = not isinstance(text, cst.FormattedString) or len(text.parts) == 1
    todo, seen = [text], {text}
    while todo:
        node = todo.pop()
        use = facts.use(node)
        if use.role in ("compared", "index", "matched") or _is_asked(facts, use):
            return True
        found = list(_next(facts, node, use))
        if use.role == "returned" and whole and not found and _is_unseen(facts, node):
            return True
        for each in found:
            if each not in seen and each in facts.index:
                seen.add(each)
                todo.append(each)
    return False


def _is_asked(facts: Facts, use: Use) -> bool:
    """Whether a text is what a table is asked for, or is asked whether it is that of a number."""
    call = facts.index.parents.get(use.parent)
    if not isinstance(call, cst.Call):
        return False
    if use.role == "attribute" and isinstance(use.parent, cst.Attribute):
        return call.func is use.parent and use.parent.attr.value in _TESTING
    if use.role != "argument":
        return False
    if isinstance(call.func, cst.Attribute) and call.func.attr.value in _LOOKING_UP:
        return call.args[0] is use.parent
    return not _NUMBERS.isdisjoint(symbol_names(facts.value(call.func)))


def _next(facts: Facts, node: cst.BaseExpression, use: Use) -> Iterator[cst.BaseExpression]:
    """The expressions that are the text again."""
    parent, outer = use.parent, facts.index.parents.get(use.parent)
    if use.role in ("passed on", "tested") and isinstance(parent, cst.BaseExpression):
        if not isinstance(parent, cst.IfExp) or parent.test is not node:
            yield parent
    elif use.role == "attribute" and isinstance(outer, cst.Call) and outer.func is parent:
        if isinstance(parent, cst.Attribute) and parent.attr.value in _CHANGING:
            yield outer
    elif use.role == "stored":
        yield from _reads(facts, parent)
        if isinstance(parent, cst.NamedExpr):
            yield parent
    elif use.role == "argument" and isinstance(outer, cst.Call) and isinstance(parent, cst.Arg):
        yield from _given(facts, outer, parent)
    elif use.role == "returned":
        yield from facts.callers.of(facts.enclosing(node, cst.FunctionDef, cst.Lambda))


def _reads(facts: Facts, statement: cst.CSTNode) -> Iterator[cst.Name]:
    """The reads of the variables that a statement assigns, where they can hold a text."""
    targets: list[cst.BaseExpression] = []
    if isinstance(statement, cst.Assign):
        targets = [each.target for each in statement.targets]
    elif isinstance(statement, cst.AnnAssign | cst.NamedExpr):
        targets = [statement.target]
    for target in targets:
        if isinstance(target, cst.Name):
            yield from _named(facts, target.value, target)


def _named(facts: Facts, name: str, at: cst.CSTNode) -> Iterator[cst.Name]:
    scope = facts.index.scope(at).binding_scope(name)
    for node, value in facts.values.items():
        if isinstance(node, cst.Name) and node.value == name and TEXT in value:
            if node in facts.index and facts.index.scope(node).binding_scope(name) is scope:
                yield node


def _given(facts: Facts, call: cst.Call, argument: cst.Arg) -> Iterator[cst.Name]:
    """The reads of the parameter of a function of the program that takes an argument."""
    for atom in facts.value(call.func):
        if isinstance(atom, Function) and isinstance(atom.node, cst.FunctionDef):
            name = parameter_of(atom, call, argument)
            if name is not None and atom.node in facts.index:
                yield from _named(facts, name, atom.node.body)


def _is_unseen(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether a function that returns a text is called by nothing that can be seen."""
    function = facts.enclosing(node, cst.FunctionDef, cst.Lambda)
    return not isinstance(function, cst.FunctionDef) or not facts.callers.has_any(function)
