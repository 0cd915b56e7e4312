"""Holds what the rules write against the installed google-genai.

A template is Python, so it is resolved by walking its syntax tree: attributes are looked up in the
real modules and on a real client, arguments are bound to the real signatures, and the fields of
pydantic models are the keywords that they take.  Problems are texts that begin with the rule's id.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from google import genai
from google.genai import chats, errors, types
from tests.rules.legacy_map import canonical_surface

from genai_codemod.engine.rule_packs.rule_pack import Kind, RulePack
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule, NameRule, Rule

CLIENT = genai.Client(api_key="none")
MODULES: Mapping[str, object] = {
    "client": CLIENT,
    "types": types,
    "errors": errors,
    "genai": genai,
}
# Names in sentences for people, such as types.Part and client.models.get.
MENTIONED = re.compile(r"(?<![\w.])(?:types|client|errors|genai)(?:\.[A-Za-z_]\w*)+")
UNKNOWN = object()
PLAIN = {"str", "int", "float", "bool", "bytes"}


@dataclass(frozen=True)
class Instance:
    """An object of a class of the new SDK, of which only the class is known."""

    type: type


class WrongTargetError(Exception):
    """A template that names something which does not exist."""


def problems(pack: RulePack) -> set[str]:
    """What the rules of a pack write that does not exist."""
    return {
        *_calls(pack),
        *_names(pack),
        *_kinds(pack),
        *_helpers(pack),
        *_sentences(pack),
    }


# -- calls --------------------------------------------------------------------------------------


def _calls(pack: RulePack) -> Iterator[str]:
    for rule in pack.calls.values():
        yield from _call(pack, rule, _instance(pack, rule))
        if rule.mechanism == "constructor":
            yield from _constructor(pack, rule)
    for kind in pack.kinds.values():
        for rule in kind.methods.values():
            yield from _call(pack, rule, _self(kind.type, awaits=rule.awaits))


def _instance(pack: RulePack, rule: CallRule) -> dict[str, object]:
    """What ``instance`` is in the templates for the methods of a message's class."""
    owner = pack.calls.get(rule.legacy.name.rpartition(".")[0])
    found = _type(owner.becomes) if owner is not None else None
    return {"instance": Instance(found)} if isinstance(found, type) else {}


def _self(becomes: str | None, *, awaits: bool = False) -> dict[str, object]:
    """What ``self`` is in the templates of a kind: an async chat has another class."""
    found = _type(becomes)
    if found is genai.Client:
        return {"self": CLIENT}
    if found is chats.Chat and awaits:
        found = chats.AsyncChat
    return {"self": Instance(found) if isinstance(found, type) else UNKNOWN}


def _call(pack: RulePack, rule: CallRule, names: Mapping[str, object]) -> Iterator[str]:
    if rule.becomes is None or rule.mechanism == "constructor":
        return
    templates = [rule.becomes]
    if rule.mechanism == "chat":
        templates.append(rule.becomes.replace("client.", "client.aio."))
    for template in templates:
        tree = ast.parse(template, mode="eval").body
        yield from _wrong(rule, tree, pack, names)
        if rule.stream is not None:
            assert isinstance(tree, ast.Call)
            assert isinstance(tree.func, ast.Attribute)
            tree.func.attr = rule.stream
            yield from _wrong(rule, tree, pack, names)


def _constructor(pack: RulePack, rule: CallRule) -> Iterator[str]:
    """A constructor is called with the fields under their new names."""
    kept = [name for name in rule.legacy.parameters if name not in rule.drops]
    arguments = ", ".join(sorted({f"{rule.renames.get(name, name)}=0" for name in kept}))
    yield from _wrong(rule, _parsed(f"{rule.becomes}({arguments})"), pack, {})


# -- names --------------------------------------------------------------------------------------


def _names(pack: RulePack) -> Iterator[str]:
    legacy = dict(canonical_surface(pack.aliases))
    for name, rule in pack.names.items():
        for template in filter(None, (rule.becomes, rule.iterates)):
            yield from _wrong(rule, _parsed(template), pack, {})
        described = legacy.get(name)
        if rule.becomes is None or described is None:
            continue
        if described.sort == "enum":
            yield from _members(pack, rule, described.attributes)
        elif described.sort == "message" and not _has_kind(pack, name):
            for field in described.attributes:
                yield from _wrong(rule, _parsed(f"self.{field}"), pack, _self(rule.becomes))
    for error in pack.exceptions.values():
        for target in filter(None, (error.becomes, error.base)):
            yield from _wrong(error, _parsed(target), pack, {})


def _members(pack: RulePack, rule: NameRule, members: Iterable[str]) -> Iterator[str]:
    """The members of an enum keep their names, unless they have a rule of their own."""
    for member in members:
        if f"{rule.legacy}.{member}" not in pack.names:
            yield from _wrong(rule, _parsed(f"{rule.becomes}.{member}"), pack, {})


def _has_kind(pack: RulePack, name: str) -> bool:
    return any(name in kind.annotation for kind in pack.kinds.values())


# -- kinds --------------------------------------------------------------------------------------


def _kinds(pack: RulePack) -> Iterator[str]:
    for kind in pack.kinds.values():
        at = Rule(f"kind {kind.name}")
        if kind.enum is not None:
            for member in kind.numbers.values():
                yield from _wrong(at, _parsed(f"{kind.enum}.{member}"), pack, {})
        elif kind.type is not None:
            yield from _wrong(at, _parsed(kind.type), pack, {})
            for rule in (*kind.attributes.values(), *kind.items.values()):
                yield from _attribute(pack, kind, rule)
        elif kind.annotation:
            yield f"kind {kind.name} has no type"


def _attribute(pack: RulePack, kind: Kind, rule: AttributeRule) -> Iterator[str]:
    """An attribute that stays must exist on the new class, and give what the rule says."""
    if rule.manual is not None:
        return
    tree = _parsed(rule.becomes or f"self.{rule.name}")
    yield from _wrong(rule, tree, pack, _self(kind.type))
    if isinstance(tree, ast.Attribute) and rule.returns is not None:
        given = _field_types(_type(kind.type), tree.attr)
        expected = _expected(pack, rule.returns)
        if given and expected not in given:
            yield f"{rule.id}: {ast.unparse(tree)} gives {' or '.join(sorted(given))}"


def _expected(pack: RulePack, returns: str) -> str:
    """The name of the class that values of a kind have."""
    inner = returns.removeprefix("list[").removeprefix("dict[").removesuffix("]")
    kind = pack.kinds.get(inner)
    named = (kind.type or kind.enum or inner) if kind is not None else inner
    return named.rpartition(".")[2]


def _field_types(owner: object, name: str) -> set[str]:
    """The names of the classes in the annotation of a field."""
    model_fields = getattr(owner, "model_fields", {})
    return set(_class_names(model_fields[name].annotation)) if name in model_fields else set()


def _class_names(annotation: Any) -> Iterator[str]:
    inner = [each for each in typing.get_args(annotation) if each is not type(None)]
    if typing.get_origin(annotation) is dict:
        yield "dict"
    for each in inner:
        yield from _class_names(each)
    if not inner and isinstance(annotation, type):
        yield annotation.__name__


# -- helpers and sentences ----------------------------------------------------------------------


def _helpers(pack: RulePack) -> Iterator[str]:
    """Run-time helpers name only what exists; their own variables are unknown."""
    for name, text in pack.helpers.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and _root(node) in MODULES:
                yield from _wrong(Rule(name), node, pack, {"client": UNKNOWN})


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _sentences(pack: RulePack) -> Iterator[str]:
    """What a sentence tells a person to write exists as well."""
    for rule in _all_rules(pack):
        for text in _texts(rule):
            for dotted in MENTIONED.findall(text):
                yield from _wrong(rule, _parsed(dotted), pack, {})


def _all_rules(pack: RulePack) -> Iterator[Rule]:
    yield from pack.calls.values()
    yield from pack.names.values()
    yield from pack.exceptions.values()
    for kind in pack.kinds.values():
        yield from (*kind.methods.values(), *kind.attributes.values(), *kind.items.values())


def _texts(rule: Rule) -> Iterator[str]:
    sentences = {"manual", "review", "assigned", "changed", "drops", "refuses"}
    for each in fields(rule):
        value = getattr(rule, each.name)
        if each.name in sentences and isinstance(value, str):
            yield value
        elif each.name in sentences and isinstance(value, Mapping):
            yield from value.values()


# -- resolving ----------------------------------------------------------------------------------


def _parsed(template: str) -> ast.expr:
    return ast.parse(template, mode="eval").body


def _wrong(
    rule: Rule, tree: ast.expr, pack: RulePack, names: Mapping[str, object]
) -> Iterator[str]:
    try:
        _Resolver({**MODULES, **names}, frozenset(pack.converters)).value(tree)
    except WrongTargetError as wrong:
        yield f"{rule.id}: {wrong}"


class _Resolver:
    """Finds what the expressions of a template are; what it cannot know is ``UNKNOWN``."""

    def __init__(self, names: Mapping[str, object], converters: frozenset[str]) -> None:
        self._names = names
        self._converters = converters

    def value(self, node: ast.expr) -> object:
        match node:
            case ast.Name(id=name):
                return self._names.get(name, getattr(builtins, name, UNKNOWN))
            case ast.Attribute(value=owner, attr=name):
                return self._attribute(self.value(owner), name, node)
            case ast.Call(func=ast.Name(id=name)) if name in self._converters:
                return UNKNOWN
            case ast.Call():
                return self._call(node)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child)
        return UNKNOWN

    def _attribute(self, owner: object, name: str, node: ast.expr) -> object:
        if owner is UNKNOWN:
            return UNKNOWN
        if isinstance(owner, Instance):
            if name in getattr(owner.type, "model_fields", {}):
                return UNKNOWN
            owner = owner.type
        found = getattr(owner, name, None)
        if found is None:
            raise WrongTargetError(f"{ast.unparse(node)} does not exist")
        return found

    def _call(self, node: ast.Call) -> object:
        target = self.value(node.func)
        for value in (*node.args, *(keyword.value for keyword in node.keywords)):
            self.value(value)
        if target is UNKNOWN:
            return UNKNOWN
        shown = ast.unparse(node.func)
        named = [keyword.arg for keyword in node.keywords if keyword.arg is not None]
        model_fields = getattr(target, "model_fields", None)
        if isinstance(target, type) and model_fields is not None:
            for name in named:
                if name not in model_fields:
                    raise WrongTargetError(f"{shown} has no field {name}")
            return Instance(target)
        assert callable(target), shown
        positional = len(node.args) + self._unbound(node.func)
        _bind(target, positional, named, shown)
        return UNKNOWN

    def _unbound(self, func: ast.expr) -> int:
        """Whether a method was looked up on the class, and so lacks its object."""
        return int(isinstance(func, ast.Attribute) and isinstance(self.value(func.value), Instance))


def _bind(target: Callable[..., object], positional: int, named: list[str], shown: str) -> None:
    try:
        inspect.signature(target).bind(*[None] * positional, **dict.fromkeys(named))
    except TypeError as error:
        raise WrongTargetError(f"{shown}: {error}") from None


def _type(dotted: str | None) -> object:
    """The class of the new SDK with a name such as ``types.File``."""
    if dotted is None:
        return UNKNOWN
    try:
        return _Resolver(MODULES, frozenset()).value(_parsed(dotted))
    except WrongTargetError:
        return UNKNOWN
