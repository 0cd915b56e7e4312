"""Lists that google.genai takes as contents, but that its types refuse.

``contents`` is typed as a list of texts, pictures, files and more. A type checker takes a
``list[str]`` for no such list, but it takes ``[*texts]``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.values import (
    Container,
    Instance,
    Plain,
    only_text,
    present,
    symbol_names,
)
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.tracing.origins import origin
from genai_codemod_rules.google_generativeai.content_dicts import NARROW, content

_LIST_OF = re.compile(r"(?:[\w.]+\.)?[Ll]ist\[(?:str|(?:[\w.]+\.)?Image)\]")
_SPLITTING = frozenset({"split", "splitlines"})
_OPENING = "PIL.Image.open"


def unpacked(node: cst.BaseExpression) -> cst.List:
    """``[*node]``: a list of whatever the parameter's type wants."""
    return cst.List([cst.StarredElement(node)])


def is_typed_list(node: cst.BaseExpression, context: Context) -> bool:
    """Whether an expression is certainly a list, and a type checker knows what it holds."""
    if isinstance(node, cst.Call):
        return _splits(node, context)
    if not isinstance(node, cst.Name):
        return False
    lists = present(context.value(node))
    if Plain("str") in lists:
        return False
    sites = [atom.site if isinstance(atom, Container) else None for atom in lists]
    known = bool(sites) and all(_is_typed(site, context) for site in sites)
    return known or _is_annotated(node, context)


def _is_annotated(node: cst.Name, context: Context) -> bool:
    """Whether a name is a parameter that is annotated as a list of texts or pictures."""
    scope = context.facts.index.scope(node).node
    if not isinstance(scope, cst.FunctionDef):
        return False
    for parameter in (*scope.params.params, *scope.params.kwonly_params):
        if parameter.name.value == node.value and parameter.annotation is not None:
            return _LIST_OF.fullmatch(source_of(parameter.annotation.annotation)) is not None
    return False


def _is_typed(site: cst.CSTNode | None, context: Context) -> bool:
    match site:
        case cst.ListComp():
            return _is_known(site.elt, context)
        case cst.List(elements=elements):
            values = [each.value for each in elements if isinstance(each, cst.Element)]
            classes = _contents_of(elements, context)
            if classes:
                return len(set(classes)) == 1 and classes[0] in NARROW.values()
            return bool(values) and all(_is_known(value, context) for value in values)
        case _:
            return False


def is_list_of_contents(node: cst.BaseExpression, context: Context) -> bool:
    """Whether a variable holds a list of contents: ``history`` takes one of dicts as well."""
    lists = context.value(node)
    return (
        bool(lists)
        and isinstance(node, cst.Name | cst.Attribute)
        and all(
            isinstance(atom, Container)
            and isinstance(atom.site, cst.List)
            and bool(_contents_of(atom.site.elements, context))
            for atom in lists
        )
    )


def _contents_of(elements: Sequence[cst.BaseElement], context: Context) -> list[str]:
    """The classes of the contents that a list is written with, empty if it holds anything else."""
    classes: list[str] = []
    for element in elements:
        made = content(element.value, element.value, context)
        if not isinstance(made, cst.Call) or isinstance(element, cst.StarredElement):
            return []
        classes.append(source_of(made.func).rpartition(".")[2])
    return classes


def _is_known(element: cst.BaseExpression, context: Context) -> bool:
    """Whether an element is certainly a text, a picture or an object of the SDK.

    Contents are not meant: the parameter takes a list of them alone.
    """
    value = context.value(element)
    if only_text(value):
        return True
    if value and all(isinstance(atom, Instance) and atom.kind != "Content" for atom in value):
        return True
    made = origin(context.facts, element)
    return isinstance(made, cst.Call) and symbol_names(context.value(made.func)) == {_OPENING}


def _splits(node: cst.Call, context: Context) -> bool:
    return (
        isinstance(node.func, cst.Attribute)
        and node.func.attr.value in _SPLITTING
        and only_text(context.value(node.func.value))
    )
