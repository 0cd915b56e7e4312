"""All rules of a pack in the form that people read: what was, what it becomes, what differs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from genai_codemod.engine.rule_packs.rule_pack import Kind, RulePack
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule, ErrorRule, Rule
from genai_codemod.engine.rule_packs.signature import Signature


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule; ``legacy`` are the names it is for, and ``program`` is a legacy example of it.

    ``about`` says what it is, ``becomes`` what the new code looks like, and ``manual`` what a
    person has to do instead.

    Examples:
        >>> from genai_codemod import explain_rule
        >>> entry = explain_rule("files.delete")
        >>> entry.becomes, entry.manual
        ('client.files.delete(name=name)', None)
        >>> entry.mentions("delete_file")
        True
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
    found: dict[str, list[_Named]] = {}
    for named in _named_rules(pack):
        found.setdefault(named.rule.id, []).append(named)
    return {
        rule_id: _entry(pack, found.get(rule_id, []), pack.findings.get(rule_id))
        for rule_id in sorted(found.keys() | pack.findings.keys())
    }


@dataclass(frozen=True, slots=True)
class _Named:
    """A rule with the legacy names that it is for.

    ``owner`` is how a variable is called that holds what they belong to.
    """

    rule: Rule
    names: tuple[str, ...]
    owner: str = ""
    example: str | None = None


def _named_rules(pack: RulePack) -> Iterator[_Named]:
    for call in pack.calls.values():
        yield _Named(call, (_signature(call.legacy),), example=call.example)
    for name, rule in (*pack.moved.items(), *pack.names.items(), *pack.exceptions.items()):
        # A constructor answers for its class, too, and its call is shown.
        if name not in pack.calls or pack.calls[name].id != rule.id:
            yield _Named(rule, (name,), example=rule.example)
    seen: set[str] = set()
    for kind in pack.kinds.values():
        # A kind that is like another one has the rules of that, too.
        found = [named for named in _of_kind(kind) if named.rule.id not in seen]
        seen |= {named.rule.id for named in found}
        yield from found
    for function in pack.functions.values():
        if function.modules:
            rule = Rule(function.id, about=function.about, guide=function.guide)
            yield _Named(rule, function.modules, example=function.example)


def _of_kind(kind: Kind) -> Iterator[_Named]:
    owner = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.name).lower()

    def named(rule: Rule, rest: str) -> _Named:
        names = tuple(f"{each}{rest}" for each in kind.annotation or (owner,))
        return _Named(rule, names, owner, rule.example or kind.example)

    for method in kind.methods.values():
        yield named(method, f".{_signature(method.legacy)}")
    for name, attribute in kind.attributes.items():
        if _changes(attribute):
            yield named(attribute, f".{name}")
    for name, item in kind.items.items():
        if _changes(item):
            yield named(item, f"[{name!r}]")
    for rule in _of_whole_objects(kind):
        yield named(rule, "")


def _of_whole_objects(kind: Kind) -> Iterator[Rule]:
    """The rules for what is done with an object itself; no rule file names their ids."""
    name = kind.name.lower()
    if kind.enum is not None:
        members = ", ".join(f"{number} is {member}" for number, member in kind.numbers.items())
        yield Rule(f"{name}.number", about=f"a number becomes a member of {kind.enum}: {members}")
    if kind.prints is not None:
        about = "an object that is printed as a whole gets a marker"
        yield Rule(f"{name}.printed", about=about, review=kind.prints)
    if kind.copies is not None:
        about = "an object that is copied gets a marker"
        yield Rule(f"{name}.copied", about=about, review=kind.copies)


def _changes(rule: AttributeRule) -> bool:
    """Whether an attribute is not simply the same in both SDKs."""
    said = (rule.manual, rule.review, rule.becomes, rule.raises, rule.assigned, rule.changed)
    return any(said) or rule.empty is not None or rule.absent is not None


def _signature(legacy: Signature) -> str:
    """A signature in the notation of the rule files."""
    positional = legacy.parameters[: legacy.positional]
    keyword = legacy.parameters[legacy.positional :]
    return f"{legacy.name}({', '.join((*positional, *(('*', *keyword) if keyword else ())))})"


def _entry(pack: RulePack, found: Sequence[_Named], finding: Rule | None) -> Entry:
    """The entry of the rules that share an id; what a finding says of it goes first."""
    told = finding or found[0].rule
    example = told.example or next((each.example for each in found if each.example), None)
    becomes = {_becomes(pack, each.rule, each.owner) for each in found}
    return Entry(
        rule=told.id,
        legacy=tuple(name for each in found for name in each.names),
        about=told.about or next((each.rule.about for each in found if each.rule.about), None),
        becomes=becomes.pop() if len(becomes) == 1 else None,
        manual=next((each.rule.manual for each in found if each.rule.manual), None),
        differs=tuple(
            dict.fromkeys(
                text
                for rule in (told, *(each.rule for each in found[:1]))
                for text in _differences(rule)
            )
        ),
        guide=told.guide,
        program=_program(pack, example) if example else None,
    )


def _becomes(pack: RulePack, rule: Rule, owner: str) -> str | None:
    """The template of a rule, without the converters that are none of the reader's business."""
    template: str | None = getattr(rule, "becomes", None)
    if rule.manual is not None:
        return None
    if isinstance(rule, AttributeRule):
        template = template or f"self.{rule.name}"
        template = f"{template} or {rule.empty}" if rule.empty is not None else template
    if isinstance(rule, ErrorRule) and template is not None and rule.where is not None:
        name, value = rule.where
        return f"{template}, where its {name} is {value}"
    if template is None:
        return None
    tree = _ForReaders(pack, owner).visit(ast.parse(template, mode="eval"))
    return ast.unparse(tree)


def _differences(rule: Rule) -> Iterator[str]:
    yield from rule.differs
    if isinstance(rule, CallRule):
        kept = {name: why for name, why in rule.drops.items() if name not in rule.refuses}
        for names, reason in _by_reason(kept):
            yield f"{names} {'are' if ' and ' in names else 'is'} dropped: {reason}"
        for names, reason in _by_reason(rule.refuses):
            yield f"a call with {names.replace(' and ', ' or ')} gets a marker: {reason}"
        for old, new in rule.renames.items() if rule.keeps_arguments else ():
            yield f"{old} is called {new}"
        for parameter, values in rule.values.items():
            changes = ", ".join(f"{old!r} is {new}" for old, new in values)
            yield f"of {parameter} {changes}"
    if isinstance(rule, AttributeRule):
        if rule.assigned is not None:
            yield f"code that assigns it can get a marker: {rule.assigned}"
        if rule.changed is not None:
            yield f"code that changes it in place can get a marker: {rule.changed}"
    if rule.review is not None:
        yield f"the marker says: {rule.review}"


def _by_reason(reasons: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Enumerations of the parameters that have the same reason, and that."""
    parameters: dict[str, list[str]] = {}
    for parameter, reason in reasons.items():
        parameters.setdefault(reason, []).append(parameter)
    for reason, (*first, last) in parameters.items():
        yield f"{', '.join(first)} and {last}" if first else last, reason


def _program(pack: RulePack, example: str) -> str:
    """The whole program of an example, which may need the prelude of the pack."""
    whole = pack.whole or (*pack.packages, *dict(pack.aliases))
    if not pack.prelude or any(text in example for text in whole):
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
