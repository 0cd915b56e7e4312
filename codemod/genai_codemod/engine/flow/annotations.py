"""What the things are that annotations are written for."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import NOTHING, Container, Object, Value


def annotated_elements(facts: Facts, node: cst.CSTNode) -> Value:
    """The same with what a list, dict or the like holds: ``dict[str, Model]`` is about models."""
    value = annotated_value(facts, node)
    held = (atom.site for atom in value if isinstance(atom, Container))
    return value.union(*(facts.interpreter.load(("item", site, "*")) for site in held))


def annotated_value(facts: Facts, node: cst.CSTNode) -> Value:
    """The value of what an annotation is for, or ``isinstance`` is asked about."""
    if (asked := facts.asked_about(node)) is not None:
        return facts.value(asked)
    if given := given_beside(facts, node):
        return given
    owner: cst.CSTNode | None = facts.enclosing(node, cst.Annotation)
    owner = facts.index.parents.get(owner) if owner is not None else None
    load = facts.interpreter.load
    if isinstance(owner, cst.FunctionDef):
        return load(("return", owner))
    if isinstance(owner, cst.Param):
        function = facts.enclosing(owner, cst.FunctionDef)
        name = owner.name.value
        return load(("param", function, name)) | load(("name", function, name))
    if isinstance(owner, cst.AnnAssign):
        scope = facts.index.scope(owner).node
        if isinstance(scope, cst.ClassDef) and isinstance(owner.target, cst.Name):
            return load(("attr", scope, owner.target.value))
        return facts.value(owner.target) | _kept_in(facts, owner.target)
    return NOTHING


def given_beside(facts: Facts, node: cst.CSTNode) -> Value:
    """What is given for the class that stands first in ``Annotated[Model, Depends(get)]``."""
    element = facts.enclosing(node, cst.SubscriptElement)
    annotation = facts.index.parents.get(element) if element is not None else None
    if not isinstance(annotation, cst.Subscript) or annotation.slice[0] is not element:
        return NOTHING
    return facts.interpreter.load(("given", annotation))


def _kept_in(facts: Facts, target: cst.BaseExpression) -> Value:
    """What a variable, or an attribute of an object of this module, is ever given."""
    if isinstance(target, cst.Name):
        scope = facts.index.scope(target).binding_scope(target.value)
        key = ("name", scope.node, target.value) if scope is not None else None
        return facts.interpreter.load(key) if key is not None else NOTHING
    if not isinstance(target, cst.Attribute):
        return NOTHING
    load, family = facts.interpreter.load, facts.interpreter.family
    owners = [a.node for a in facts.value(target.value) if isinstance(a, Object)]
    related = (each for owner in owners for each in family(owner))
    return NOTHING.union(*(load(("attr", each, target.attr.value)) for each in related))


def looped(facts: Facts, annotation: cst.Annotation) -> Value:
    """What an annotation promises of a variable that is looped over."""
    owner = facts.index.parents.get(annotation)
    if not isinstance(owner, cst.AnnAssign) or not isinstance(owner.target, cst.Name):
        return NOTHING
    found = facts.index.scope(owner).looped.get(owner.target.value)
    if found is None:
        return NOTHING
    return facts.interpreter.promised(annotation.annotation, asynchronous=found)
