"""Uploads of files that are opened as text, which google.genai refuses."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.asked_before import assigned
from genai_codemod.engine.facts import Facts
from genai_codemod.engine.plan import Replace
from genai_codemod.engine.rewriting import Rewriter
from genai_codemod.engine.rules import Rule
from genai_codemod.engine.template import text_literal
from genai_codemod_rules.google_generativeai.opened_files import entered, is_opening, mode_of

MODE = Rule("files.text-mode", guide="https://ai.google.dev/gemini-api/docs/migrate#upload")
REFUSED = "google.genai refuses files that are opened as text: open this one in mode 'rb'."
# What ``open`` takes for text only.
OF_TEXT = frozenset({"encoding", "errors", "newline"})


def plan_binary(rewriter: Rewriter, upload: cst.Call, path: cst.BaseExpression | None) -> None:
    """Open the file of an upload as binary, where nothing else reads it; else mark the upload."""
    facts, plan = rewriter.facts, rewriter.plan
    for opening in _openings(facts, path):
        mode = mode_of(opening)
        if mode is None or "b" in mode:
            continue
        if _read_once(facts, path) and len(opening.args) - len(_of_text(opening)) <= 2:
            plan.replace[opening] = _binary(f"{mode.replace('t', '')}b")
            plan.found(opening, MODE, "rewritten")
        else:
            plan.found(upload, MODE, "review", REFUSED)


def _openings(facts: Facts, path: cst.BaseExpression | None) -> list[cst.Call]:
    """The calls of ``open`` that made what is uploaded."""
    given = [path]
    if isinstance(path, cst.Name):
        around = set(facts.index.ancestors(path))
        given += assigned(facts, path)
        given += [
            item.item
            for item, _ in entered(facts, path.value)
            if facts.index.parents[item] in around
        ]
    return [node for node in given if is_opening(node, facts)]


def _read_once(facts: Facts, path: cst.BaseExpression | None) -> bool:
    """Whether nothing but the upload has to do with the open file."""
    if not isinstance(path, cst.Name):
        return True
    scope = facts.index.scope(path)
    same = [
        node
        for node in facts.index.nodes(cst.Name)
        if node.value == path.value and facts.index.scope(node) is scope
    ]
    return len(same) == 2


def _of_text(opening: cst.Call) -> list[cst.Arg]:
    return [each for each in opening.args if each.keyword and each.keyword.value in OF_TEXT]


def _binary(mode: str) -> Replace:
    """What writes a call of ``open`` with another mode."""

    def write(updated: cst.CSTNode) -> cst.CSTNode:
        assert isinstance(updated, cst.Call)
        path = updated.args[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated.with_changes(args=[path, cst.Arg(text_literal(mode))])

    return write
