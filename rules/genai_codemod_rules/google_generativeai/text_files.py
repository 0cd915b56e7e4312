"""Uploads of files that are opened as text, which google.genai refuses, and of texts in memory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function, symbol_names
from genai_codemod.engine.plan import Replace
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.signature import parameter_of
from genai_codemod.engine.rule_packs.template import call, expression, text_literal
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.tracing.asked_before import assigned
from genai_codemod_rules.google_generativeai.opened_files import is_opening, mode_of

MODE = Rule("files.text-mode", guide="https://ai.google.dev/gemini-api/docs/migrate#upload")
REFUSED = "google.genai refuses files that are opened as text: open this one in mode 'rb'."
# What ``open`` takes for text only.
OF_TEXT = frozenset({"encoding", "errors", "newline"})
_PATHS = frozenset({"pathlib.Path"})
_IN_MEMORY = "io.StringIO"
# How many functions a file is followed through to where it is opened.
_FARTHEST = 3


def plan_binary(rewriter: Rewriter, upload: cst.Call, path: cst.BaseExpression | None) -> None:
    """Open the file of an upload as binary, where nothing else reads it; else mark the upload."""
    facts = rewriter.facts
    for given in _given(facts, path, _FARTHEST):
        plan = rewriter.plan.at(given)
        for opening in _made(facts, given):
            if _IN_MEMORY in symbol_names(facts.value(opening.func)):
                plan.imports.add("import io")
                plan.wrap[given] = partial(_in_bytes, written_here=opening is given)
                plan.found(given, MODE, "rewritten")
                continue
            at = 0 if _is_path(facts, opening) else 1
            mode = mode_of(opening, at) if at == 0 or is_opening(opening, facts) else None
            if mode is None or "b" in mode:
                continue
            if _read_once(facts, given) and len(opening.args) - len(_of_text(opening)) <= at + 1:
                plan.replace[opening] = _binary(f"{mode.replace('t', '')}b", at)
                plan.found(opening, MODE, "rewritten")
            else:
                at_fault = upload if given is path else opening
                rewriter.plan.at(at_fault).found(at_fault, MODE, "review", REFUSED)


def _given(
    facts: Facts, path: cst.BaseExpression | None, farthest: int
) -> Iterator[cst.BaseExpression]:
    """What is uploaded, and what callers give where that is a parameter."""
    if path is None:
        return
    yield path
    function = facts.enclosing(path, cst.FunctionDef)
    if not isinstance(path, cst.Name) or not isinstance(function, cst.FunctionDef) or not farthest:
        return
    for caller in facts.callers.of(function):
        for argument in caller.args if isinstance(caller, cst.Call) else ():
            for atom in facts.value(caller.func):  # type: ignore[attr-defined]
                if isinstance(atom, Function) and atom.node is function:
                    if parameter_of(atom, caller, argument) == path.value:  # type: ignore[arg-type]
                        yield from _given(facts, argument.value, farthest - 1)


def _made(facts: Facts, path: cst.BaseExpression) -> list[cst.Call]:
    """The calls in the same function that made what is uploaded."""
    given = [path]
    if isinstance(path, cst.Name):
        given += assigned(facts, path)
        for around in filter(partial(_binds, path.value), facts.index.ancestors(path)):
            assert isinstance(around, cst.With)
            given += [each.item for each in around.items if _names(path.value, each)]
    return [node for node in given if isinstance(node, cst.Call)]


def _is_path(facts: Facts, opening: cst.Call) -> bool:
    """Whether a call is ``Path(...).open()``."""
    if not isinstance(opening.func, cst.Attribute) or opening.func.attr.value != "open":
        return False
    owner = opening.func.value
    made = [owner, *(assigned(facts, owner) if isinstance(owner, cst.Name) else ())]
    calls = (each for each in made if isinstance(each, cst.Call))
    return any(symbol_names(facts.value(each.func)) & _PATHS for each in calls)


def _read_once(facts: Facts, path: cst.BaseExpression) -> bool:
    """Whether nothing but the upload has to do with the open file."""
    if not isinstance(path, cst.Name):
        return True
    scope = facts.index.scope(path)
    opened = next(filter(partial(_binds, path.value), facts.index.ancestors(path)), None)
    nodes = facts.index.nodes(cst.Name) if opened is None else facts.index.within(opened)
    same = [
        node
        for node in nodes
        if isinstance(node, cst.Name)
        and node.value == path.value
        and facts.index.scope(node) is scope
    ]
    return len(same) == 2


def _binds(name: str, node: cst.CSTNode) -> bool:
    """Whether a node is a ``with`` that gives a name to what it enters."""
    items = node.items if isinstance(node, cst.With) else ()
    return any(_names(name, each) for each in items)


def _names(name: str, item: cst.WithItem) -> bool:
    return item.asname is not None and source_of(item.asname.name) == name


def _of_text(opening: cst.Call) -> list[cst.Arg]:
    return [each for each in opening.args if each.keyword and each.keyword.value in OF_TEXT]


def _binary(mode: str, at: int) -> Replace:
    """What writes a call of ``open`` with another mode."""

    def write(updated: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(updated, cst.Call)
        path = [each.with_changes(comma=cst.MaybeSentinel.DEFAULT) for each in updated.args[:at]]
        return updated.with_changes(args=[*path, cst.Arg(text_literal(mode))])

    return write


def _in_bytes(updated: cst.CSTNode, *, written_here: bool) -> cst.CSTNode:
    """``io.BytesIO("text".encode())`` of ``io.StringIO("text")``, or of a variable that is one."""
    assert isinstance(updated, cst.BaseExpression)
    text = source_of(updated) + ".getvalue()"
    if written_here and isinstance(updated, cst.Call) and len(updated.args) == 1:
        text = f"({source_of(updated.args[0].value)})"
        if isinstance(updated.args[0].value, cst.SimpleString | cst.Name | cst.Attribute):
            text = text[1:-1]
    return call(expression("io.BytesIO"), cst.Arg(expression(f"{text}.encode()")))
