"""Plans what becomes of the exception classes of the legacy SDK, wherever they are named."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.errors.error_tests import ErrorTests, is_new_error
from genai_codemod.engine.errors.handlers import class_list
from genai_codemod.engine.errors.try_statements import BROAD, TryPlanner
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import NONE, Symbol, Value
from genai_codemod.engine.imports.legacy_imports import imports_legacy
from genai_codemod.engine.imports.unused_imports import drop_unused
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import ErrorRule, Rule
from genai_codemod.engine.rule_packs.template import attribute
from genai_codemod.engine.syntax.module_syntax import dotted_name, leftmost
from genai_codemod.engine.tracing.reach import Reach

STAR = Rule("errors.star-import", guide="https://googleapis.github.io/python-genai/#error-handling")
UNREACHED = Rule("errors.unreached")
UNREACHED_MESSAGE = "where there is no connection, {} is raised: name that too."
References = dict[cst.CSTNode, ErrorRule]


def plan_exceptions(
    facts: Facts, plan: Plan, left: LeftAlone, *, legacy_stays: bool
) -> list[cst.CSTNode]:
    """Plan every reference to an exception class that the legacy SDK raises; those that stay."""
    references, unclear = _references(facts)
    if facts.pack.shared and not left.migrates:
        return [*references, *unclear]
    reach = Reach(facts, left)
    uses_legacy = imports_legacy(facts.module, facts.pack)
    tries = TryPlanner(facts, plan, reach, legacy_stays=legacy_stays, uses_legacy=uses_legacy)
    done = _beside_new(facts, references)
    pending = {node: rule for node, rule in references.items() if node not in done}
    for statement in facts.index.nodes(cst.Try):
        named = _named(statement, pending)
        if named and tries.plan_try(statement, named):
            for node in named:
                del pending[node]
    if not uses_legacy and reach.has_siblings:
        # What else is named here is of the other library, as far as can be seen.
        drop_unused(facts, plan, tries.gone)
        return [node for node in references if node not in tries.gone]
    tests = ErrorTests(facts, plan, tries)
    tests.plan_all(pending)
    tests.plan_errors(references)
    for node, rule in (*pending.items(), *unclear.items()):
        if node in tests.planned:
            continue
        if _is_converted(facts, plan, node):
            # The converter of that argument writes this, or says why not.
            tries.gone.add(node)
        elif facts.pack.shared and tries.module_library != "new":
            continue
        elif node in unclear or not _replace(facts, plan, tries, node, rule):
            _mark(plan, node, rule, made=_is_made(facts, node))
    _mark_stars(facts, plan)
    drop_unused(facts, plan, tries.gone)
    return [node for node in (*references, *unclear) if node not in tries.gone]


def _mark_stars(facts: Facts, plan: Plan) -> None:
    """Mark imports that may bind any of the exception classes."""
    modules = {name.rpartition(".")[0] for name in facts.pack.exceptions}
    for node in facts.index.nodes(cst.ImportFrom):
        if isinstance(node.names, cst.ImportStar):
            if dotted_name(node.module) in modules:
                message = "handle google.genai's errors where the exceptions from here are used."
                plan.found(node, STAR, "manual", message)


def _references(facts: Facts) -> tuple[References, References]:
    """The expressions that name an exception class, and those that may name something else."""
    found: References = {}
    unclear: References = {}
    for node, value in facts.held.of(Symbol):
        if not isinstance(node, cst.Name | cst.Attribute) or facts.in_import(node):
            continue
        if leftmost(node) not in facts.import_names:
            continue
        rules = [facts.pack.exceptions.get(a.name) for a in value if isinstance(a, Symbol)]
        rule = next((rule for rule in rules if rule is not None), None)
        if rule is not None:
            clear = all(isinstance(a, Symbol) or a in NONE for a in value)
            (found if clear and _is_one(facts, value) else unclear)[node] = rule
    return found, unclear


def _is_one(facts: Facts, value: Value) -> bool:
    """Whether a value is one exception class, or what stands for it where it is not installed."""
    names = {atom.name for atom in value if isinstance(atom, Symbol)} - BROAD
    return len(names) == 1 and names <= facts.pack.exceptions.keys()


def _beside_new(facts: Facts, references: References) -> set[cst.CSTNode]:
    """Classes in handlers that name errors of the new SDK beside them: those are migrated."""
    tries = facts.index.nodes(cst.Try)
    handlers = [handler for statement in tries for handler in statement.handlers]
    return {
        node
        for classes in (class_list(handler.type) for handler in handlers)
        if any(is_new_error(facts, each) for each in classes)
        for node in classes
        if node in references
    }


def _named(statement: cst.Try, pending: References) -> References:
    """The classes that the handlers of a statement name, and that have a counterpart."""
    return {
        node: pending[node]
        for handler in statement.handlers
        for node in class_list(handler.type)
        if node in pending and pending[node].becomes is not None
    }


def _is_converted(facts: Facts, plan: Plan, node: cst.CSTNode) -> bool:
    """Whether a class is named in an argument of a legacy call, or in a literal for one."""
    return any(
        parent in plan.converted
        or (isinstance(parent, cst.Call) and parent in facts.interpreter.bindings)
        for parent in facts.index.ancestors(node)
    )


def _replace(
    facts: Facts, plan: Plan, tries: TryPlanner, node: cst.CSTNode, rule: ErrorRule
) -> bool:
    """Name the new class where that is enough: all its errors, or an annotation."""
    parent = facts.index.parents.get(node)
    annotates = facts.enclosing(node, cst.Annotation) is not None
    if rule.becomes is None or (rule.where is not None and not annotates):
        return False
    if _is_made(facts, node):
        return False
    if isinstance(parent, cst.ExceptHandler | cst.ExceptStarHandler) or not annotates:
        if not isinstance(parent, cst.Arg) or tries.module_library != "new":
            return False
        if isinstance(facts.index.parents.get(parent), cst.ClassDef):
            return False
    spelled = tries.spell(rule.becomes)
    plan.replace[node] = lambda _: attribute(spelled)
    plan.found(node, rule, "rewritten")
    if rule.unreached is not None and not annotates:
        plan.found(node, UNREACHED, "review", UNREACHED_MESSAGE.format(rule.unreached))
    tries.gone.add(node)
    return True


def _is_made(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether the code raises, or makes, such an exception itself."""
    parent = facts.index.parents.get(node)
    return isinstance(parent, cst.Raise) or (isinstance(parent, cst.Call) and parent.func is node)


def _mark(plan: Plan, node: cst.CSTNode, rule: ErrorRule, *, made: bool) -> None:
    if rule.manual is not None or rule.becomes is None:
        plan.found(node, rule, "manual", rule.manual or "")
        return
    if made:
        message = f"what handles {rule.becomes} does not see this: use an exception of your own."
        plan.found(node, rule, "manual", message)
        return
    condition = ""
    if rule.where is not None:
        attribute_name, value = rule.where
        condition = f" with {attribute_name} {value}"
    message = f"google.genai raises {rule.becomes}{condition} here: handle that too."
    plan.found(node, rule, "manual", message)
