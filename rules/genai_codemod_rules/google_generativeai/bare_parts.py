"""Blobs, files, function calls and their results, which were parts and are fields of parts now."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, Instance, Value, present
from genai_codemod.engine.objects.held_parts import LISTS, PARTS, Given
from genai_codemod.engine.plan import Replace
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import call, keyword
from genai_codemod.engine.syntax.module_syntax import string_value

BARE = Rule("protos.bare-part", guide="https://ai.google.dev/gemini-api/docs/migrate")
MESSAGE = (
    "google.genai makes an empty part of a blob, file, call or result in parts: put each into "
    "types.Part(...)."
)
PART_FIELDS = {
    "Blob": "inline_data",
    "FileData": "file_data",
    "FunctionCall": "function_call",
    "FunctionResponse": "function_response",
}
DEPTH = 3


def wrapped(
    original: cst.BaseExpression, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """Parts made of what an expression is or holds that is only a field of one."""
    value = present(context.value(original))
    if (field := _field(value)) is not None:
        return call(context.type("Part"), keyword(field, updated))
    return context.helper("_whole_parts", updated) if _holds(value, context, 0) else updated


def _field(value: Value) -> str | None:
    """The field of a part that a value becomes, if it is only that."""
    kinds = {atom.kind if isinstance(atom, Instance) else None for atom in present(value)}
    return PART_FIELDS.get(kinds.pop() or "") if len(kinds) == 1 else None


def _holds(value: Value, context: Context, depth: int) -> bool:
    for atom in value:
        if isinstance(atom, Instance) and atom.kind in PART_FIELDS:
            return True
        if isinstance(atom, Container) and depth < DEPTH:
            items = context.facts.interpreter.load(("item", atom.site, "*"))
            if _holds(present(items), context, depth + 1):
                return True
    return False


def plan_bare_parts(rewriter: Rewriter) -> None:
    """Write whole parts into content dicts which are not seen to get to calls that convert them."""
    facts, plan, context = rewriter.facts, rewriter.plan, rewriter.context
    given: Given | None = None
    for node, parts in _written_parts(facts):
        value = facts.value(parts)
        if rewriter.left.holds_left(value) or not _holds(value, context, 0):
            continue
        if _is_converted(rewriter, node):
            continue
        given = given or Given(facts, plan)
        elements = _elements(parts)
        fields = {each: field for each in elements if (field := _field(facts.value(each)))}
        rest = [e for e in elements if e not in fields and _holds(facts.value(e), context, 0)]
        if not rest and not _is_read(facts, parts):
            for element, field in fields.items():
                write = partial(_in_part, context, field, plan.wrap.get(element))
                plan.wrap[element] = write if element is not parts else partial(_in_list, write)
                plan.found(element, BARE, "rewritten")
        elif node not in given.dicts:
            plan.found(parts, BARE, "review", MESSAGE)


def _written_parts(facts: Facts) -> Iterator[tuple[cst.Dict, cst.BaseExpression]]:
    """The dicts of a module that have parts, with those."""
    for node in facts.index.nodes(cst.Dict):
        assert isinstance(node, cst.Dict)
        for entry in node.elements:
            if isinstance(entry, cst.DictElement) and string_value(entry.key) == PARTS:
                yield node, entry.value


def _is_converted(rewriter: Rewriter, node: cst.Dict) -> bool:
    """Whether a content is converted where it stands, alone or in the call that takes it."""
    plan, facts = rewriter.plan, rewriter.facts
    around = (node, *facts.index.ancestors(node))
    return any(
        each in plan.converted or (each in facts.interpreter.bindings and each in plan.handled)
        for each in around
    )


def _elements(parts: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The parts, as far as they are written out."""
    if isinstance(parts, cst.ListComp):
        return [parts.elt]
    if isinstance(parts, cst.List | cst.Tuple):
        return [each.value for each in parts.elements]
    return [parts]


def _is_read(facts: Facts, parts: cst.BaseExpression) -> bool:
    """Whether what a list of parts holds is used as what it was."""
    return isinstance(parts, LISTS) and any(
        facts.use(node).role in ("item", "iterated", "attribute")
        for node in facts.by_site.get(parts, ())
    )


def _in_part(
    context: Context, field: str, around: Replace | None, updated: cst.CSTNode
) -> cst.CSTNode:
    value = updated if around is None else around(updated)
    assert isinstance(value, cst.BaseExpression)
    return call(context.type("Part"), keyword(field, value))


def _in_list(write: Replace, updated: cst.CSTNode) -> cst.CSTNode:
    part = write(updated)
    assert isinstance(part, cst.BaseExpression)
    return cst.List([cst.Element(part)])
