"""Several candidates: the legacy SDK refused to take one of them for the answer."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.errors.failures import Failures
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, Instance
from genai_codemod.engine.objects.chats import is_message
from genai_codemod.engine.objects.object_plans import Group
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import literal
from genai_codemod_rules.google_generativeai.literals import entries

GUIDE = "https://ai.google.dev/gemini-api/docs/migrate#generate-content"
SEVERAL = Rule("response.several-candidates", guide=GUIDE)
COUNT, CONFIG = "candidate_count", "generation_config"
FIRST = "of several candidates, {} gives the first one's now, where it raised {}."
CHATS = "a chat was refused that asks for several candidates; it goes on with the first one now."


def plan_several_candidates(rewriter: Rewriter) -> None:
    """Mark what was refused for several candidates, where the program is told of that."""
    for node, rules in rewriter.facts.bindings.items():
        if node in rewriter.left.nodes:
            continue
        counts = [literal(count) for count in _counts(rewriter, node)]
        if any(rule.mechanism == "chat" or is_message(rewriter.facts, rule) for rule in rules):
            if any(isinstance(count, int) and count > 1 for count in counts):
                rewriter.plan.found(node, SEVERAL, "review", CHATS)
        elif any(count not in (0, 1, None) for count in counts):
            _plan_reads(rewriter, node)


def _plan_reads(rewriter: Rewriter, node: cst.Call) -> None:
    """Mark ``response.text`` where a handler is told that there are several."""
    facts, failures = rewriter.facts, Failures(rewriter.facts)
    for response in facts.by_site.get(node, ()):
        read = facts.index.parents.get(response)
        if not isinstance(read, cst.Attribute) or read.value is not response:
            continue
        owners = facts.instances(response)
        rules = (facts.pack.attribute(owner.kind, read.attr.value) for owner in owners)
        rule = next((rule for rule in rules if rule is not None and rule.raises), None)
        if rule is not None and failures.noticed(read, rule.error, unseen=False):
            message = FIRST.format(rule.name, rule.error)
            rewriter.plan.at(read).found(read, SEVERAL, "review", message)


def _counts(rewriter: Rewriter, node: cst.Call) -> Iterator[cst.BaseExpression]:
    """How many candidates a call asks for, by itself or by its model."""
    facts = rewriter.facts
    yield from _given(facts, node)
    receiver = node.func.value if isinstance(node.func, cst.Attribute) else None
    group = rewriter.objects.group_of(receiver) if receiver is not None else None
    for site in _sites(group):
        yield from _given(facts, site)


def _sites(group: Group | None) -> list[cst.Call]:
    return group.sites if group is not None else []


def _given(facts: Facts, call: cst.Call) -> Iterator[cst.BaseExpression]:
    """The ``candidate_count`` in the configuration that a call is given."""
    for binding in facts.interpreter.bindings.get(call, {}).values():
        config = binding.argument(call, CONFIG)
        for atom in facts.value(config):
            if isinstance(atom, Instance) and isinstance(atom.site, cst.Call):
                for inner in facts.interpreter.bindings.get(atom.site, {}).values():
                    if (count := inner.argument(atom.site, COUNT)) is not None:
                        yield count
            elif isinstance(atom, Container) and isinstance(atom.site, cst.BaseExpression):
                if (count := (entries(atom.site) or {}).get(COUNT)) is not None:
                    yield count
