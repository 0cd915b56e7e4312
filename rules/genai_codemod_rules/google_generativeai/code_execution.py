"""Answers with code in them: the new SDK leaves the code and its result out of the text."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.answers.streams import STREAMS
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Container, Instance, Plain, Value, present
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import literal

CODE = Rule("tools.code-execution", guide="https://ai.google.dev/gemini-api/docs/code-execution")
TOOL = "code_execution"
HELPER = "_text_with_code"
ANSWERS = frozenset({"Response", "Chunk"})


def plan_texts(rewriter: Rewriter) -> None:
    """Read the text of answers that may hold code with a helper that shows the code, too."""
    sites = set(_answers(rewriter))
    if not sites:
        return
    facts, plan = rewriter.facts, rewriter.plan
    for node in list(facts.values):
        if not isinstance(node, cst.Attribute) or node.attr.value != "text":
            continue
        found = [atom for atom in facts.instances(node.value) if atom.site in sites]
        kinds = {atom.kind for atom in found}
        if not kinds or rewriter.left.value_left(facts.value(node.value)):
            continue
        if kinds.intersection(STREAMS):
            message = "the code that was run, and its result, are not in this text any more."
            plan.found(node, CODE, "review", message)
        elif kinds <= ANSWERS:
            plan.helper(HELPER)
            plan.found(node, CODE, "rewritten")
            plan.wrap.pop(node, None)
            plan.replace[node] = _read


def _read(updated: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(updated, cst.Attribute)
    return cst.Call(cst.Name(HELPER), [cst.Arg(updated.value)])


def _answers(rewriter: Rewriter) -> Iterator[cst.CSTNode]:
    """The calls that may be answered with code: they, their chat or their model has the tool."""
    facts, calling = rewriter.facts, rewriter.calling
    runs = {call for call in facts.index.calls if _runs_code(facts, calling.tools(call))}
    if not runs:
        return
    for call in facts.index.calls:
        makers = {atom.instance.site for atom in facts.value(call.func) if isinstance(atom, Bound)}
        chats = [site for site in makers if isinstance(site, cst.Call)]
        for chat in chats:
            makers |= {a.instance.site for a in facts.value(chat.func) if isinstance(a, Bound)}
        if call in runs or makers & runs:
            yield call


def _runs_code(facts: Facts, tools: cst.BaseExpression | None) -> bool:
    """Whether tools may hold the code execution tool."""
    return tools is not None and _is_code(facts, tools, set())


def _is_code(facts: Facts, tool: cst.BaseExpression, seen: set[cst.CSTNode]) -> bool:
    text = literal(tool)
    return text == TOOL if isinstance(text, str) else _holds_code(facts, facts.value(tool), seen)


def _holds_code(facts: Facts, value: Value, seen: set[cst.CSTNode]) -> bool:
    for atom in present(value):
        if isinstance(atom, Instance):
            if atom.kind == "CodeExecution" or _given(facts, atom.site):
                return True
        elif isinstance(atom, Plain):
            return True
        elif isinstance(atom, Container) and atom.site not in seen:
            seen.add(atom.site)
            if _container_holds(facts, atom.site, seen):
                return True
    return False


def _container_holds(facts: Facts, site: cst.CSTNode, seen: set[cst.CSTNode]) -> bool:
    if isinstance(site, cst.Dict):
        keys = [e.key for e in site.elements if isinstance(e, cst.DictElement)]
        return any(literal(key) == TOOL for key in keys)
    if isinstance(site, cst.List | cst.Tuple):
        return any(_is_code(facts, element.value, seen) for element in site.elements)
    return _holds_code(facts, facts.interpreter.load(("item", site, "*")), seen)


def _given(facts: Facts, site: cst.CSTNode) -> bool:
    """Whether a tool was made with code execution in it."""
    return isinstance(site, cst.Call) and any(
        TOOL in binding.arguments for binding in facts.interpreter.bindings.get(site, {}).values()
    )
