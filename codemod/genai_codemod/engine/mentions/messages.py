"""Renames the SDK in what a program says: messages, docstrings and commands for a shell.

Comments stay as they are: they are their author's.
"""

from __future__ import annotations

import re
from functools import partial

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import Rule

MENTIONED = Rule("legacy.named-in-text")
# Functions whose text is for people, and those whose text is for a shell.
_TALKING = frozenset(
    {
        "critical", "debug", "echo", "error", "exception", "exit", "fail", "info", "log", "print",
        "secho", "skip", "skipif", "warn", "warning", "xfail",
    }
)  # fmt: skip
_SHELLS = frozenset(
    {"Popen", "call", "check_call", "check_output", "getoutput", "popen", "run", "system"}
)
_SPEAKING_CLASS = re.compile(r"\w*(?:Error|Exception|Warning|Exit|Skip)")
# Text that speaks of the old SDK as such, of one of its versions, or shows code for it.
_OF_THE_OLD = re.compile(
    r"deprecat|legacy|migrat|retired|successor|replace|instead|\bold\b|\bolder\b|end.of.life"
    r"|\b(?:import|from)\s+google\b|GenerativeModel|\bgenai\.",
    re.IGNORECASE,
)
Text = cst.SimpleString | cst.FormattedStringText


def plan_mentions(facts: Facts, plan: Plan, *, migrated: bool) -> None:
    """Name the new SDK in the texts of a module, once nothing in it uses the old one."""
    if not _speaks(facts.index.code, facts.pack):
        return
    certain = migrated and not _speaks_of_both(facts)
    for node in facts.index.nodes(cst.SimpleString, cst.FormattedStringText):
        if _is_read(facts, node):
            new = renamed(node.value, facts.pack) if certain else node.value
            if new != node.value:
                plan.found(node, MENTIONED, "rewritten")
                plan.replace[node] = partial(_with_text, text=new)
            if _speaks(new, facts.pack):
                message = f"this text still names {facts.pack.name}: see whether it should."
                plan.found(node, MENTIONED, "note", message)


def renamed(text: str, pack: RulePack) -> str:
    """A text with the names of the new SDK, in the paragraphs where that is certainly right."""
    parts = re.split(r"((?>\r\n|\r|\n)\s*[\r\n])", text)
    return "".join(
        part if _OF_THE_OLD.search(part) else _package_renamed(part, pack) for part in parts
    )


def _package_renamed(text: str, pack: RulePack) -> str:
    """Neither longer names, nor addresses, nor requirements of a version are touched."""
    for old in pack.packages:
        path = re.escape(old)
        text = re.sub(rf"(?<=install )((?:-\S+ )*){path}(?!\S*\w)", rf"\1{pack.successor}", text)
        text = re.sub(rf"(?<![\w./@-]){path}(?![\w/-]|\.\w)", pack.successor_module, text)
    wanted = r"(?![\w/\[@-]|\.\w|\s*[=<>~!]=|\s*[<>]|\s+v?\d)"
    return re.sub(rf"(?<![\w./@-]){re.escape(pack.name)}{wanted}", pack.successor, text)


def _speaks(text: str, pack: RulePack) -> bool:
    """Whether a text names the old SDK or its package."""
    return any(name in text for name in (pack.name, *pack.packages))


def _speaks_of_both(facts: Facts) -> bool:
    """Whether a module already tells the new SDK from the old one."""
    text = facts.index.code
    return facts.pack.successor in text or facts.pack.successor_module in text


def _is_read(facts: Facts, node: Text) -> bool:
    """Whether a text that names the old SDK is for people, or for a shell."""
    if not _speaks(node.value, facts.pack):
        return False
    for each in (node, *facts.index.ancestors(node)):
        parent = facts.index.parents.get(each)
        if isinstance(parent, cst.Expr | cst.Raise):
            return True
        if isinstance(each, cst.Arg) and isinstance(parent, cst.Call):
            name = parent.func.attr if isinstance(parent.func, cst.Attribute) else parent.func
            called = name.value if isinstance(name, cst.Name) else ""
            if called in _SHELLS:
                return " install " in node.value
            return called in _TALKING or _SPEAKING_CLASS.fullmatch(called) is not None
        if isinstance(parent, cst.BaseStatement | cst.BaseSmallStatement):
            return False
    return False


def _with_text(updated: cst.CSTNode, text: str) -> cst.CSTNode:
    return updated.with_changes(value=text)
