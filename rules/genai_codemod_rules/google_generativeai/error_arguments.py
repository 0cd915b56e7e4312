"""What the ValueError of an answer without text had beside its text: the safety ratings."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import literal, source_of

ARGUMENTS = Rule("response.error-arguments")
ONLY_TEXT = "this error has its text only now: read response.candidates[0].safety_ratings."
# The positions that the text has.
TEXT = (0, -1)


def plan_error_arguments(rewriter: Rewriter) -> None:
    """Mark where a handler reads more of such an error than its text."""
    facts = rewriter.facts
    for statement in facts.index.nodes(cst.Try):
        assert isinstance(statement, cst.Try)
        named = [each for each in statement.handlers if each.name is not None]
        if not named or not _reads_answers(facts, statement.body):
            continue
        for handler in named:
            assert handler.name is not None
            arguments = f"{source_of(handler.name.name)}.args"
            for read in _reads(facts, handler.body, arguments):
                rewriter.plan.found(read, ARGUMENTS, "review", ONLY_TEXT)


def _reads_answers(facts: Facts, body: cst.CSTNode) -> bool:
    """Whether code reads an attribute of an answer that raises itself."""
    for node in facts.index.within(body):
        if isinstance(node, cst.Attribute):
            for atom in facts.instances(node.value):
                rule = facts.pack.attribute(atom.kind, node.attr.value)
                if rule is not None and rule.raises is not None:
                    return True
    return False


def _reads(facts: Facts, body: cst.CSTNode, arguments: str) -> Iterator[cst.CSTNode]:
    for node in facts.index.within(body):
        if not isinstance(node, cst.Attribute) or source_of(node) != arguments:
            continue
        parent = facts.index.parents[node]
        if isinstance(parent, cst.Subscript):
            index = parent.slice[0].slice
            if isinstance(index, cst.Index) and literal(index.value) not in TEXT:
                yield parent
        elif isinstance(parent, cst.Assign):
            if any(_unpacks(each.target) for each in parent.targets):
                yield parent


def _unpacks(target: cst.BaseExpression) -> bool:
    return isinstance(target, cst.Tuple | cst.List) and len(target.elements) > 1
