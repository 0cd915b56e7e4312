"""Cached contents: tools that are declared once, and updates that changed a cache in place."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function, Instance, Object, present
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import WrittenList, attribute, call, keyword
from genai_codemod.engine.syntax.module_syntax import dotted_name
from genai_codemod_rules.google_generativeai.tool_forms import tools

# What an update changes; all else of a cache stays as it was made.
CHANGED = frozenset({"expire_time", "update_time"})
OTHERS = (
    "the legacy update() changed the cache itself, this returns a changed one: other names still "
    "hold the old cache, so read expire_time and update_time from what is returned here."
)


# -- tools --------------------------------------------------------------------------------------


def declared_tools(argument: Argument, context: Context) -> cst.BaseExpression:
    """Tools of a cache: functions are declared in a ``types.Tool``."""
    converted = tools(argument, context)
    functions = _functions(argument.original, context)
    elements = converted.elements if isinstance(converted, cst.List) else ()
    if functions is None or len(elements) != len(functions):
        return context.helper("_declared_tools", converted)
    declared = [e.value for e, is_it in zip(elements, functions, strict=True) if is_it]
    if not declared:
        return converted
    others = [e for e, is_it in zip(elements, functions, strict=True) if not is_it]
    declarations = [cst.Element(_declaration(each, context)) for each in declared]
    tool = call(context.type("Tool"), keyword("function_declarations", WrittenList(declarations)))
    return WrittenList([cst.Element(tool), *others])


def _functions(original: cst.BaseExpression, context: Context) -> list[bool] | None:
    """Which tools are functions, or None where that is not known."""
    if not isinstance(original, cst.List):
        original = cst.List([cst.Element(original)])
    found = []
    for element in original.elements:
        atoms = present(context.value(element.value))
        are = {isinstance(atom, Function) for atom in atoms}
        if len(are) != 1:
            return None
        found.append(are.pop())
    return found


def _declaration(function: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    declaration = context.type("FunctionDeclaration")
    make = cst.Attribute(declaration, cst.Name("from_callable_with_api_option"))
    return call(make, keyword("callable", function))


# -- updates ------------------------------------------------------------------------------------


def cache_update(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """``cache.update(...)`` becomes ``cache = client.caches.update(...)``."""
    facts, plan = rewriter.facts, rewriter.plan
    assert isinstance(node.func, cst.Attribute)
    receiver = node.func.value
    rewriter.plan_template(node, rule, binding)
    statement = facts.index.parents[node]
    shown = _shown(facts, receiver)
    assigned = isinstance(statement, cst.Expr) and _can_be_assigned(facts, receiver)
    if assigned and (shown or _seen_by_others(facts, receiver)):
        assert isinstance(statement, cst.Expr)
        target = attribute(dotted_name(receiver) or "")
        assert isinstance(target, cst.Name | cst.Attribute)
        plan.assign(statement, target)
    if shown and not (assigned and _held_once(facts, receiver)):
        plan.found(node, rule, "review", OTHERS)


def _can_be_assigned(facts: Facts, receiver: cst.BaseExpression) -> bool:
    """Whether a variable can be given a new value where it is used."""
    if dotted_name(receiver) is None:
        return False
    if isinstance(receiver, cst.Attribute):
        owners = [atom for atom in facts.value(receiver.value) if isinstance(atom, Object)]
        held = [facts.interpreter.load(("attr", o.node, receiver.attr.value)) for o in owners]
        return not any(isinstance(atom, Function) for value in held for atom in value)
    assert isinstance(receiver, cst.Name)
    scope = facts.index.scope(receiver)
    declared = scope.global_names | scope.nonlocal_names
    return scope.binding_scope(receiver.value) is scope or receiver.value in declared


def _seen_by_others(facts: Facts, receiver: cst.BaseExpression) -> bool:
    """Whether other files can read the variable."""
    looped = any(
        isinstance(loop, cst.For) and loop.target.deep_equals(receiver)
        for loop in facts.index.ancestors(receiver)
    )
    return isinstance(receiver, cst.Attribute) or not (
        looped or isinstance(facts.index.scope(receiver).node, cst.FunctionDef)
    )


def _nodes(facts: Facts, receiver: cst.BaseExpression) -> list[cst.CSTNode]:
    """All expressions that can be the cache of ``receiver``."""
    sites = dict.fromkeys(atom.site for atom in facts.instances(receiver))
    return [node for site in sites for node in facts.by_site.get(site, ())]


def _shown(facts: Facts, receiver: cst.BaseExpression) -> bool:
    """Whether the program looks at anything that an update changes."""
    return any(_shows(facts, node) for node in _nodes(facts, receiver) if node is not receiver)


def _shows(facts: Facts, node: cst.CSTNode) -> bool:
    use = facts.use(node)
    if use.role == "attribute":
        assert isinstance(use.parent, cst.Attribute)
        return use.parent.attr.value in CHANGED
    if use.role == "argument":
        argued = facts.argument_of(use.parent)
        legacy = argued is not None and argued[0] in facts.interpreter.bindings
        return not legacy and not facts.flows_to_known_function(use.parent)
    if use.role == "returned":
        function = facts.enclosing(node, cst.FunctionDef)
        return function is None or not facts.callers.has_any(function)
    return use.role == "formatted"


def _held_once(facts: Facts, receiver: cst.BaseExpression) -> bool:
    """Whether no other name, container or file holds the cache."""
    sites = {atom.site for atom in facts.instances(receiver)}
    if not all(isinstance(site, cst.Call) for site in sites):
        return False
    for key, value in facts.interpreter.heap.items():
        if key[0] == "item" and any(isinstance(a, Instance) and a.site in sites for a in value):
            return False
    place = facts.place(receiver)
    holders = [
        node
        for node in _nodes(facts, receiver)
        if dotted_name(node) is not None and facts.kind(node) == facts.kind(receiver)
    ]
    return all(facts.place(node) == place for node in holders)


CONVERTERS = {"declared_tools": declared_tools}
