"""The messages and the history of a chat, which takes fewer forms of them now."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.flow.values import Container, Instance, Value, only_text, present
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.template import atomic, call, keyword
from genai_codemod.engine.syntax.module_syntax import literal
from genai_codemod_rules.google_generativeai import literals
from genai_codemod_rules.google_generativeai.bare_parts import wrapped
from genai_codemod_rules.google_generativeai.converters import content_list
from genai_codemod_rules.google_generativeai.typed_lists import is_list_of_contents, unpacked

ROLE = Rule("chat.role")
PART_FIELDS = frozenset({"text", "inline_data", "file_data", "function_call", "function_response"})
# The kinds of what is a content with a role, and not one of its parts.
WHOLE = frozenset({"Content", "Answer"})
DEPTH = 3
# A parameter is the site of the tuple that ``*parts`` is.
NO_LISTS = (cst.Tuple, cst.GeneratorExp, cst.Param)


def history(argument: Argument, context: Context) -> cst.BaseExpression:
    """``history=`` of a chat, as a list of contents."""
    original, updated = argument.original, argument.updated
    _check_roles(argument, context)
    if _are_texts(original, context):
        parts = call(context.type("UserContent"), keyword("parts", updated))
        return cst.List([cst.Element(parts)])
    if _lacks_role(context.value(original), context, 0):
        return context.helper("_history", wrapped(original, updated, context))
    if isinstance(original, cst.List):
        converted = content_list(original, updated, context)
        if converted is not None:
            return converted
    value = present(context.value(original))
    if value and all(isinstance(a, Instance) and a.kind in WHOLE for a in value):
        return cst.List([cst.Element(updated)])
    if value and all(_new_contents(atom, context) for atom in value):
        return unpacked(updated) if is_list_of_contents(original, context) else updated
    return context.helper("_history", wrapped(original, updated, context))


def _lacks_role(value: Value, context: Context, depth: int) -> bool:
    """Whether a content without a role may be among some, which a new chat refuses."""
    for atom in value:
        if isinstance(atom, Container) and depth < DEPTH:
            items = context.facts.interpreter.load(("item", atom.site, "*"))
            if _lacks_role(items, context, depth + 1):
                return True
        elif isinstance(atom, Instance) and atom.kind == "Content":
            if isinstance(atom.site, cst.Call):
                bindings = context.facts.interpreter.bindings.get(atom.site, {}).values()
                if any(binding.argument(atom.site, "role") is None for binding in bindings):
                    return True
    return False


def _new_contents(atom: object, context: Context) -> bool:
    if isinstance(atom, Container):
        return atom.site in context.plan.converted
    return isinstance(atom, Instance) and atom.kind == "list[Content]"


def message(argument: Argument, context: Context) -> cst.BaseExpression:
    """The message of a chat: parts, or a list of parts, never a content."""
    original, updated = argument.original, argument.updated
    before, after = literals.entries(original), literals.entries(updated)
    if _other_role(original, context):
        message = "a chat of google.genai sends every message with the role user, this one, too."
        context.plan.found(argument.call, ROLE, "review", message)
    if before is not None and after is not None and "parts" in before:
        if literals.opaque(before["parts"], context):
            return _taken_apart(argument, context)
        return _whole_parts(literals.part_list(before["parts"], after["parts"], context), context)
    if isinstance(original, cst.List | cst.Tuple):
        if literals.opaque(original, context):
            return _taken_apart(argument, context)
        return _whole_parts(literals.part_list(original, updated, context), context)
    if isinstance(original, cst.Dict):
        new = literals.part(original, updated, context)
        return new if new is not updated else _taken_apart(argument, context)
    atoms = present(context.value(original))
    whole = [isinstance(atom, Instance) and atom.kind in WHOLE for atom in atoms]
    if any(whole):
        return _parts_of(updated) if all(whole) else _taken_apart(argument, context)
    if literals.holds_dicts(original, context) or (
        any(map(_is_no_list, atoms)) and not all(map(_is_no_list, atoms))
    ):
        return _taken_apart(argument, context)
    if isinstance(updated, cst.GeneratorExp):
        return cst.ListComp(updated.elt, updated.for_in)
    if _no_lists(original, context):
        return call(cst.Name("list"), cst.Arg(updated))
    return literals.part(original, updated, context)


def _taken_apart(argument: Argument, context: Context) -> cst.BaseExpression:
    """A message whose form is only known at run time."""
    return context.helper("_message", wrapped(argument.original, argument.updated, context))


def _other_role(node: cst.BaseExpression, context: Context) -> bool:
    """Whether a message is a content with another role than the user's."""
    roles = [literal((literals.entries(node) or {}).get("role")), *_roles(node, context)]
    return any(role not in (..., "user", None) for role in roles)


def _check_roles(argument: Argument, context: Context) -> None:
    """Mark a history with roles that the legacy SDK sent as they were."""
    written = [argument.original]
    if isinstance(argument.original, cst.List):
        written += [element.value for element in argument.original.elements]
    found = {literal((literals.entries(node) or {}).get("role")) for node in written}
    others = {*found, *_roles(argument.original, context)} - {..., "user", "model", None}
    if others:
        shown = " or ".join(sorted(map(repr, others)))
        message = f"a chat of google.genai refuses the role {shown}: it knows user and model only."
        context.plan.found(argument.call, ROLE, "review", message)


def _roles(node: cst.BaseExpression, context: Context) -> set[object]:
    """The roles of the contents that an expression is or holds, as far as they are written."""
    return {literal(role) for role in _role_nodes(context.value(node), context, 0)}


def _role_nodes(value: Value, context: Context, depth: int) -> Iterator[cst.BaseExpression | None]:
    for atom in value:
        if isinstance(atom, Instance) and isinstance(atom.site, cst.Call):
            bindings = context.facts.interpreter.bindings.get(atom.site, {}).values()
            yield from (binding.argument(atom.site, "role") for binding in bindings)
        elif isinstance(atom, Container) and isinstance(atom.site, cst.Dict):
            yield (literals.entries(atom.site) or {}).get("role")
        elif isinstance(atom, Container) and depth < DEPTH:
            items = context.facts.interpreter.load(("item", atom.site, "*"))
            yield from _role_nodes(items, context, depth + 1)


def _are_texts(node: cst.BaseExpression, context: Context) -> bool:
    """Whether an expression is a list of texts, which are the parts of one content."""
    lists = present(context.value(node))
    return bool(lists) and all(
        isinstance(atom, Container)
        and isinstance(atom.site, cst.List)
        and bool(atom.site.elements)
        and only_text(context.facts.interpreter.load(("item", atom.site, "*")))
        for atom in lists
    )


def _no_lists(node: cst.BaseExpression, context: Context) -> bool:
    """Whether a message is of several parts that are in no list, which a new chat insists on."""
    atoms = present(context.value(node))
    return bool(atoms) and all(_is_no_list(atom) for atom in atoms)


def _is_no_list(atom: object) -> bool:
    return isinstance(atom, Container) and isinstance(atom.site, NO_LISTS)


def _whole_parts(node: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    """A list of parts with its dicts as ``types.Part``: a message must not hold them."""
    if not isinstance(node, cst.List):
        return node
    elements = []
    for element in node.elements:
        fields = literals.entries(element.value)
        if fields is not None and len(fields) == 1 and set(fields) <= PART_FIELDS:
            given = [keyword(name, value) for name, value in fields.items()]
            element = element.with_changes(value=call(context.type("Part"), *given))
        elements.append(element)
    return node.with_changes(elements=elements)


def _parts_of(node: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(node, cst.Call):
        for argument in node.args:
            if argument.keyword is not None and argument.keyword.value == "parts":
                return argument.value
    return cst.Attribute(atomic(node), cst.Name("parts"))


CONVERTERS = {function.__name__: function for function in (history, message)}
