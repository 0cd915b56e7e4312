"""All rules of a pack in the form that people read: what was, what it becomes, what differs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from genai_codemod.engine.rules import AttributeRule, CallRule, Kind, Rule, RulePack
from genai_codemod.engine.signature import Signature


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule; ``legacy`` are the names it is for, and ``program`` is a legacy example of it.

    ``about`` says what it is, ``becomes`` what the new code looks like, and ``manual`` what a
    person has to do instead.
    """

    rule: str
    legacy: tuple[str, ...] = ()
    about: str | None = None
    becomes: str | None = None
    manual: str | None = None
    differs: tuple[str, ...] = ()
    guide: str | None = None
    program: str | None = None

    def mentions(self, text: str) -> bool:
        """Whether a text occurs in what the entry says, in any case."""
        said = (self.rule, *self.legacy, self.about, self.becomes, self.manual)
        return any(text.casefold() in each.casefold() for each in said if each)


def catalogue(pack: RulePack) -> Mapping[str, Entry]:
    """The entries of a pack by the ids of their rules, sorted."""
    rules: dict[str, Rule] = {}
    legacy: dict[str, list[str]] = {}
    owners: dict[str, str] = {}
    for name, rule, owner in _named_rules(pack):
        rules.setdefault(rule.id, rule)
        owners.setdefault(rule.id, owner)
        legacy.setdefault(rule.id, []).append(name)
    for finding in pack.findings.values():
        rules.setdefault(finding.id, finding)
    return {
        rule_id: _entry(pack, rule, tuple(legacy.get(rule_id, ())), owners.get(rule_id, ""))
        for rule_id, rule in sorted(rules.items())
    }


def _named_rules(pack: RulePack) -> Iterator[tuple[str, Rule, str]]:
    """The rules with the legacy names that they are for, and the kind that these belong to."""
    for call in pack.calls.values():
        yield _signature(call.legacy), call, ""
    for name, named in pack.names.items():
        yield name, named, ""
    for name, raised in pack.exceptions.items():
        yield name, raised, ""
    seen: set[str] = set()
    for kind in pack.kinds.values():
        # A kind that is like another one has the rules of that, too.
        found = [(name, rule) for name, rule in _of_kind(kind) if rule.id not in seen]
        seen |= {rule.id for _, rule in found}
        for name, rule in found:
            yield name, rule, kind.name.lower()


def _of_kind(kind: Kind) -> Iterator[tuple[str, Rule]]:
    owner = kind.annotation or kind.name
    for method in kind.methods.values():
        yield f"{owner}.{_signature(method.legacy)}", method
    for name, attribute in kind.attributes.items():
        if _changes(attribute):
            yield f"{owner}.{name}", attribute
    for name, item in kind.items.items():
        if _changes(item):
            yield f"{owner}[{name!r}]", item


def _changes(rule: AttributeRule) -> bool:
    """Whether an attribute is not simply the same in both SDKs."""
    said = (rule.manual, rule.review, rule.becomes, rule.raises, rule.assigned, rule.changed)
    return any(said) or rule.empty is not None


def _signature(legacy: Signature) -> str:
    """A signature in the notation of the rule files."""
    positional = legacy.parameters[: legacy.positional]
    keyword = legacy.parameters[legacy.positional :]
    return f"{legacy.name}({', '.join((*positional, *(('*', *keyword) if keyword else ())))})"


def _entry(pack: RulePack, rule: Rule, legacy: tuple[str, ...], owner: str) -> Entry:
    return Entry(
        rule=rule.id,
        legacy=legacy,
        about=rule.about,
        becomes=_becomes(pack, rule, owner),
        manual=rule.manual,
        differs=tuple(_differences(rule)),
        guide=rule.guide,
        program=_program(pack, rule.example) if rule.example else None,
    )


def _becomes(pack: RulePack, rule: Rule, owner: str) -> str | None:
    """The template of a rule, without the converters that are none of the reader's business."""
    template: str | None = getattr(rule, "becomes", None)
    if rule.manual is not None:
        return None
    if isinstance(rule, AttributeRule):
        template = template or f"self.{rule.name}"
        template = f"{template} or {rule.empty}" if rule.empty is not None else template
    if template is None:
        return None
    tree = _ForReaders(pack, owner).visit(ast.parse(template, mode="eval"))
    return ast.unparse(tree)


def _differences(rule: Rule) -> Iterator[str]:
    yield from rule.differs
    if isinstance(rule, CallRule):
        for parameter, reason in rule.drops.items():
            if parameter not in rule.refuses:
                yield f"{parameter} is dropped: {reason}"
        for parameter, reason in rule.refuses.items():
            yield f"a call with {parameter} gets a marker: {reason}"
    if isinstance(rule, AttributeRule):
        for reason in filter(None, (rule.assigned, rule.changed)):
            yield reason
    if rule.review is not None:
        yield f"it gets a marker: {rule.review}"


def _program(pack: RulePack, example: str) -> str:
    """The whole program of an example; one that imports the legacy SDK itself is whole."""
    if any(package in example for package in pack.packages):
        return example
    return f"{pack.prelude}\n{example}"


class _ForReaders(ast.NodeTransformer):
    """Replaces a call of a converter by what is converted, and ``self`` by what it is."""

    def __init__(self, pack: RulePack, owner: str) -> None:
        self._pack = pack
        self._owner = owner

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._owner) if node.id == "self" and self._owner else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id in self._pack.converters and node.args:
            return self.generic_visit(node.args[0])
        return self.generic_visit(node)
