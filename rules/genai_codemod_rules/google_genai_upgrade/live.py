"""What a live session sends: three methods, where 1.x had one for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.flow.values import Symbol, only_text, present
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import call, keyword
from genai_codemod.engine.syntax.module_syntax import literal, string_value

if TYPE_CHECKING:
    from genai_codemod.engine.planning.rewriting import Rewriter

_TYPES = "google.genai.types."
UNKNOWN = (
    "call send_client_content for text, send_realtime_input for audio, video and images, or "
    "send_tool_response for what functions answer: it cannot be seen which this is."
)


def live_send(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """Plan ``session.send(input=..., end_of_turn=...)``."""
    given = binding.argument(node, "input")
    sort = _sort(rewriter, given)
    if sort is None:
        rewriter.plan.found(node, rule, "manual", UNKNOWN)
        return

    def write(updated: cst.CSTNode) -> cst.BaseExpression:
        assert isinstance(updated, cst.Call)
        assert isinstance(updated.func, cst.Attribute)
        values = {
            name: updated.args[position].value for name, position in binding.arguments.items()
        }
        method, arguments = _written(rewriter, sort, values)
        return call(updated.func.with_changes(attr=cst.Name(method)), *arguments)

    rewriter.plan.replace[node] = write


def _sort(rewriter: Rewriter, given: cst.BaseExpression | None) -> str | None:
    """What is sent, where all that it can be is of one sort."""
    if given is None or literal(given) in (None, ""):
        return "nothing"
    if isinstance(given, cst.Dict):
        keys = {string_value(e.key) for e in given.elements if isinstance(e, cst.DictElement)}
        return "Blob" if keys == {"data", "mime_type"} else None
    value = rewriter.facts.value(given)
    if isinstance(given, cst.FormattedString) or only_text(value):
        return "text"
    sorts = {atom.name if isinstance(atom, Symbol) else "" for atom in present(value)}
    if len(sorts) != 1:
        return None
    sort = sorts.pop().removeprefix(_TYPES).removesuffix("()")
    if sort in ("Blob", "FunctionResponse"):
        return sort
    return sort if sort in _WRAPPERS and _wrapped(given, sort) is not None else None


# The classes that only wrap what is sent, with the one field that the new method takes.
_WRAPPERS = {"LiveClientToolResponse": "function_responses", "LiveClientContent": "turns"}


def _wrapped(given: cst.BaseExpression, sort: str) -> Mapping[str, cst.BaseExpression] | None:
    """The arguments of ``types.LiveClientToolResponse(function_responses=...)``."""
    if not isinstance(given, cst.Call):
        return None
    found = {arg.keyword.value: arg.value for arg in given.args if arg.keyword is not None}
    known = {_WRAPPERS[sort], "turn_complete"} if sort == "LiveClientContent" else {_WRAPPERS[sort]}
    complete = len(found) == len(given.args) and _WRAPPERS[sort] in found
    return found if complete and found.keys() <= known else None


def _written(
    rewriter: Rewriter, sort: str, values: Mapping[str, cst.BaseExpression]
) -> tuple[str, list[cst.Arg]]:
    """The method, and what it is given."""
    given = values.get("input", cst.Name("None"))
    ends = values.get("end_of_turn", cst.Name("False"))
    if sort == "nothing":
        return "send_client_content", [keyword("turn_complete", cst.Name("True"))]
    if sort == "Blob":
        return "send_realtime_input", [keyword("media", given)]
    if sort == "FunctionResponse":
        return "send_tool_response", [keyword("function_responses", given)]
    if sort == "text":
        context = rewriter.context
        part = call(context.type("Part"), keyword("text", given))
        role = keyword("role", cst.SimpleString('"user"'))
        parts = keyword("parts", cst.List([cst.Element(part)]))
        turn = call(context.type("Content"), role, parts)
        return "send_client_content", [keyword("turns", turn), keyword("turn_complete", ends)]
    wrapped = _wrapped(given, sort) or {}
    arguments = [keyword(name, value) for name, value in wrapped.items()]
    if sort == "LiveClientToolResponse":
        return "send_tool_response", arguments
    if "turn_complete" not in wrapped:
        arguments.append(keyword("turn_complete", cst.Name("False")))
    return "send_client_content", arguments
