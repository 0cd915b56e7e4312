"""Annotations of variables and functions whose dicts and lists become objects of the new SDK."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, present
from genai_codemod.engine.plan import Plan

_LISTS = frozenset({"List", "MutableSequence", "Sequence", "list"})
_DICTS = frozenset({"Dict", "Mapping", "MutableMapping", "dict"})


def plan_annotations(
    facts: Facts, plan: Plan, context: Context, made: Mapping[cst.CSTNode, cst.CSTNode], held: str
) -> None:
    """Have ``settings: List[Dict[str, str]] = [...]`` name the type of what it holds now.

    ``made`` are the literals that are converted, with what becomes of them, ``held`` the type of
    the objects in them.
    """
    for site, new in made.items():
        annotation = _annotation(facts, site, made)
        if annotation is not None:
            many = isinstance(new, cst.List | cst.Tuple)
            plan.replace[annotation.annotation] = partial(_retyped, held, context, many)


def _annotation(
    facts: Facts, site: cst.CSTNode, made: Mapping[cst.CSTNode, cst.CSTNode]
) -> cst.Annotation | None:
    """The annotation of the variable that a literal is put into, or of the function it ends."""
    owner = facts.index.parents.get(site)
    if isinstance(owner, cst.AnnAssign) and owner.value is site:
        return owner.annotation
    function = facts.enclosing(site, cst.FunctionDef) if isinstance(owner, cst.Return) else None
    if not isinstance(function, cst.FunctionDef):
        return None
    returned = present(facts.interpreter.load(("return", function)))
    alike = all(isinstance(atom, Container) and atom.site in made for atom in returned)
    return function.returns if alike else None


def _retyped(held: str, context: Context, many: bool, updated: cst.CSTNode) -> cst.CSTNode:
    """An annotation of dicts as one of objects, or of many of them; any other as it is."""
    again = partial(_retyped, held, context, many)
    match updated:
        case cst.BinaryOperation(left=left, operator=cst.BitOr()):
            return updated.with_changes(left=again(left))
        case cst.Subscript(
            value=cst.Name("Optional"), slice=[cst.SubscriptElement(slice=cst.Index() as index)]
        ):
            inner = index.with_changes(value=again(index.value))
            return updated.with_changes(slice=[cst.SubscriptElement(inner)])
        case cst.Subscript(value=cst.Name(outer) as kind) if outer in _LISTS and many:
            return _of(kind, context.type(held))
        case cst.Name(outer) | cst.Subscript(value=cst.Name(outer)) if outer in _DICTS:
            new = context.type(held)
            return _of(cst.Name("list"), new) if many else new
    return updated


def _of(outer: cst.Name, inner: cst.BaseExpression) -> cst.Subscript:
    return cst.Subscript(outer, [cst.SubscriptElement(cst.Index(inner))])
