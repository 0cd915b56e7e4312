"""Converters for models that are read, tuned and updated."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.values import Container, Instance, present
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import (
    WrittenList,
    atomic,
    call,
    keyword,
    text_literal,
)
from genai_codemod.engine.syntax.module_syntax import literal
from genai_codemod_rules.google_generativeai.literals import entries

UPDATES = Rule("tuning.update")
UPDATED = ("display_name", "description")
FILTERS = {
    "block_most": "BLOCK_LOW_AND_ABOVE",
    "block_some": "BLOCK_MEDIUM_AND_ABOVE",
    "block_few": "BLOCK_ONLY_HIGH",
    "block_fewest": "BLOCK_NONE",
}


def model_of(argument: Argument, context: Context) -> cst.BaseExpression:
    """The name of a model that is given as such an object or as its name."""
    atoms = present(context.value(argument.original))
    if atoms and all(isinstance(atom, Instance) and atom.kind == "ModelInfo" for atom in atoms):
        return cst.Attribute(atomic(argument.updated), cst.Name("name"))
    return argument.updated


def model_updates(argument: Argument, context: Context) -> cst.BaseExpression:
    """The fields to update as a configuration; the new SDK knows two of them."""
    fields = entries(argument.updated)
    if fields is None:
        return argument.updated
    if dropped := [name for name in fields if name not in UPDATED]:
        message = f"google.genai cannot update {', '.join(dropped)}: that was dropped."
        context.plan.found(argument.call, UPDATES, "review", message)
    given = [keyword(name, value) for name, value in fields.items() if name in UPDATED]
    return call(context.type("UpdateModelConfig"), *given)


def training_data(argument: Argument, context: Context) -> cst.BaseExpression:
    """Examples to tune with, read from a file or from columns at run time where need be."""
    written = example_list(argument.original, argument.updated, context)
    if written is not None:
        return written
    atoms = present(context.value(argument.original))
    if atoms and all(isinstance(a, Container) and a.site in context.plan.converted for a in atoms):
        return argument.updated
    context.plan.helper("_tuning_examples")
    keys = [
        each
        for each in argument.call.args
        if each.keyword is not None and each.keyword.value in ("input_key", "output_key")
    ]
    return call(cst.Name("_tuning_examples"), cst.Arg(argument.updated), *keys)


def example_list(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression | None:
    """A list of examples that are written out, or None if one of them is not."""
    if not isinstance(original, cst.List) or not isinstance(updated, cst.List):
        return None
    examples = []
    for element in updated.elements:
        fields = entries(element.value)
        if isinstance(element.value, cst.Tuple) and len(element.value.elements) == 2:
            names = zip(("text_input", "output"), element.value.elements, strict=True)
            fields = {name: each.value for name, each in names}
        if fields is None or set(fields) != {"text_input", "output"}:
            return None
        given = [keyword(name, value) for name, value in fields.items()]
        examples.append(element.with_changes(value=call(context.type("TuningExample"), *given)))
    return updated.with_changes(elements=examples) if examples else WrittenList([])


def image_filter(argument: Argument, _context: Context) -> cst.BaseExpression:
    """A safety filter level by the name that the new SDK knows."""
    level = FILTERS.get(str(literal(argument.original)).lower())
    return argument.updated if level is None else text_literal(level)


CONVERTERS = {
    function.__name__: function
    for function in (model_of, model_updates, training_data, image_filter)
}
