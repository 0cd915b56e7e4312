"""Renames the SDK in what people read: messages, docstrings, comments and commands for a shell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.plan import MARKER, Plan
from genai_codemod.engine.rules import Rule, RulePack
from genai_codemod.engine.signature import source_of

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
    if not _speaks(source_of(facts.module), facts.pack):
        return
    certain = migrated and not _speaks_of_both(facts)
    for node in facts.index.parents:
        if isinstance(node, cst.SimpleString | cst.FormattedStringText) and _is_read(facts, node):
            new = renamed(node.value, facts.pack) if certain else node.value
            if new != node.value:
                plan.found(node, MENTIONED, "rewritten")
                plan.replace[node] = partial(_with_text, text=new)
            if _speaks(new, facts.pack):
                message = f"this text still names {facts.pack.name}: see whether it should."
                plan.found(node, MENTIONED, "note", message)
    for comment, new in _comments(facts).items() if certain else ():
        plan.comments[comment.value] = new
        plan.found(comment, MENTIONED, "rewritten")


def rename_in_comments(module: cst.Module, texts: Mapping[str, str]) -> cst.Module:
    """A module with other comments."""
    if not texts:
        return module
    edited = module.visit(_CommentEditor(texts))
    assert isinstance(edited, cst.Module)
    return edited


class _CommentEditor(cst.CSTTransformer):
    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self._texts = texts

    def leave_Comment(self, original_node: cst.Comment, updated_node: cst.Comment) -> cst.Comment:
        text = updated_node.value
        return updated_node.with_changes(value=self._texts.get(text, text))


def renamed(text: str, pack: RulePack) -> str:
    """A text with the names of the new SDK, in the paragraphs where that is certainly right."""
    parts = re.split(r"(\n\s*\n)", text)
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
    text = source_of(facts.module)
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


def _comments(facts: Facts) -> dict[cst.Comment, str]:
    """What becomes of the comments that name the old SDK; lines without a gap are one text."""
    collector = _CommentCollector()
    facts.module.visit(collector)
    found: dict[cst.Comment, str] = {}
    for block in _blocks(facts, collector.found):
        whole = "\n".join(comment.value for comment in block)
        lines = renamed(whole, facts.pack).splitlines()
        changed = zip(block, lines, strict=True)
        found |= {comment: line for comment, line in changed if line != comment.value}
    return found


class _CommentCollector(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[cst.Comment] = []

    def visit_Comment(self, node: cst.Comment) -> None:
        if not node.value.startswith(MARKER):
            self.found.append(node)


def _blocks(facts: Facts, comments: list[cst.Comment]) -> Iterator[list[cst.Comment]]:
    block: list[cst.Comment] = []
    for comment in sorted(comments, key=facts.index.position):
        if block and facts.index.position(comment)[0] > facts.index.position(block[-1])[0] + 1:
            yield block
            block = []
        block.append(comment)
    yield block
