"""Finds strings that name the legacy SDK: what is patched, imported by name or looked up."""

from __future__ import annotations

import re

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rules import Rule, RulePack

NAMED = Rule("legacy.named-in-string", guide="https://ai.google.dev/gemini-api/docs/migrate")
MESSAGE = "this string names the old SDK: write what the code uses now."
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+")


def plan_quoted_names(facts: Facts, plan: Plan) -> None:
    """Mark ``patch("old.sdk.Name")``, ``import_module("old.sdk")`` and the like."""
    for node in facts.index.parents:
        if (
            isinstance(node, cst.SimpleString)
            and names_legacy(node, facts.pack)
            and not isinstance(facts.index.parents[node], cst.Expr)
            and facts.enclosing(node, cst.Annotation) is None
        ):
            plan.found(node, NAMED, "manual", MESSAGE)


def names_legacy(node: cst.SimpleString, pack: RulePack) -> bool:
    """Whether the text of a string is the path of the legacy SDK or of something in it."""
    text = node.evaluated_value
    return (
        isinstance(text, str)
        and _PATH.fullmatch(text) is not None
        and pack.is_legacy(pack.canonical(text))
    )


def quotes_legacy(module: cst.Module, pack: RulePack) -> bool:
    """Whether any string in a module names the legacy SDK."""
    finder = _Finder(pack)
    module.visit(finder)
    return finder.found


class _Finder(cst.CSTVisitor):
    def __init__(self, pack: RulePack) -> None:
        super().__init__()
        self.pack = pack
        self.found = False

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.found = self.found or names_legacy(node, self.pack)
