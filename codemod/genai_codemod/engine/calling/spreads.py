"""Calls that are given a dict: ``GenerativeModel(name, **options)``, where its keys are known.

For the analysis they are written out, ``GenerativeModel(name, tools=options.get("tools"))``, so
that each argument is rewritten like any other; the dict stays what it is.  Calls that are not
rewritten then are put back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, Symbol
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.template import keyword, text_literal
from genai_codemod.engine.syntax.module_syntax import (
    dotted_name,
    leftmost,
    literal,
    source_of,
    string_value,
)

# Mechanisms that take a dict as it is.
SPREADING = frozenset({"constructor"})
READING = frozenset({"get", "items", "keys", "values", "copy"})
LOOKING = frozenset(
    f"builtins.{name}"
    for name in ("bool", "dict", "len", "list", "print", "repr", "set", "sorted", "str", "tuple")
)


def spreads_dicts(calls: Iterable[cst.Call], pack: RulePack) -> bool:
    """Whether there are calls that may be written out, by the names of what is called."""
    names = pack.function_names
    for call in calls:
        if call.args and call.args[-1].star == "**":
            name = call.func.attr if isinstance(call.func, cst.Attribute) else call.func
            if isinstance(name, cst.Name) and name.value in names:
                return True
    return False


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """A module with such calls written out, and what they were, by what they are now."""

    module: cst.Module
    originals: Mapping[str, cst.Call]

    def restored(self, after: cst.Module) -> cst.Module:
        """A later form of the module, with the calls that did not change as they were."""
        if not self.originals:
            return after
        restored = after.visit(_Restorer(self.originals))
        assert isinstance(restored, cst.Module)
        return restored


def write_out(facts: Facts) -> WrittenOut:
    """Write out the calls of a module that are given dicts whose keys are known."""
    written: dict[cst.CSTNode, cst.Call] = {}
    for node, rules in facts.bindings.items():
        if len(rules) == 1 and any(argument.star == "**" for argument in node.args):
            new = _WrittenCall(facts, node, next(iter(rules))).build()
            if new is not None:
                written[node] = new
    if not written:
        return WrittenOut(facts.module, {})
    module = facts.module.visit(_Writer(written))
    assert isinstance(module, cst.Module)
    return WrittenOut(module, {source_of(new): old for old, new in written.items()})  # type: ignore[misc]


class _WrittenCall:
    """One call, with the arguments that its dict holds."""

    def __init__(self, facts: Facts, node: cst.Call, rule: CallRule) -> None:
        self.facts = facts
        self.node = node
        self.rule = rule

    def build(self) -> cst.Call | None:
        """The call, or None where it cannot be written out."""
        node, rule = self.node, self.rule
        if rule.manual is not None or rule.mechanism in SPREADING or node.args[-1].star != "**":
            return None
        if any(argument.star for argument in node.args[:-1]):
            return None
        spread = node.args[-1]
        entries = self._entries(spread.value)
        given = self.facts.binding(node, rule).arguments
        if not entries or not rule.legacy.parameters or given.keys() & entries.keys():
            return None
        if any(name not in rule.legacy.parameters for name in entries):
            return None
        arguments = []
        for name, certain in entries.items():
            pack = self.facts.pack
            if not certain and name not in (*pack.settings, *pack.optional):
                return None
            value = self._flag(spread.value, name) or _entry(spread.value, name, certain=certain)
            arguments.append(keyword(name, value))
        arguments[-1] = arguments[-1].with_changes(
            comma=spread.comma, whitespace_after_arg=spread.whitespace_after_arg
        )
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        arguments[:-1] = [argument.with_changes(comma=comma) for argument in arguments[:-1]]
        return node.with_changes(args=[*node.args[:-1], *arguments])

    def _entries(self, spread: cst.BaseExpression) -> dict[str, bool]:
        """The keys that a dict can have, and whether it has them in any case."""
        if dotted_name(spread) is None or self._is_parameter(spread):
            return {}
        sites = [a.site for a in self.facts.value(spread) if isinstance(a, Container)]
        if not sites or len(sites) < len(self.facts.value(spread)):
            return {}
        if not all(self._is_plain(site) for site in sites):
            return {}
        heap = self.facts.interpreter.heap
        keys = [key[2] for key in heap if key[0] == "item" and key[1] in sites]
        certain = set.intersection(*({*_own_keys(site)} for site in sites))
        return {key: key in certain for key in keys if isinstance(key, str) and key != "*"}

    def _flag(self, spread: cst.BaseExpression, name: str) -> cst.BaseExpression | None:
        """True or False, where a dict is made with that and nothing else becomes of it."""
        atoms = self.facts.value(spread)
        site = next((atom.site for atom in atoms if isinstance(atom, Container)), None)
        if len(atoms) > 1 or not isinstance(site, cst.Dict):
            return None
        for node in self.facts.by_site.get(site, ()):
            if self.facts.use(node).role in ("item", "attribute"):
                return None
        values = [
            element.value
            for element in site.elements
            if isinstance(element, cst.DictElement) and string_value(element.key) == name
        ]
        return values[0].deep_clone() if values and isinstance(literal(values[0]), bool) else None

    def _is_parameter(self, spread: cst.BaseExpression) -> bool:
        """Whether a dict is what callers give, of whom not all may be seen."""
        function = self.facts.index.scope(spread).binding_scope(leftmost(spread))
        if not isinstance(spread, cst.Name) or function is None:
            return False
        given = self.facts.interpreter.load(("param", function.node, spread.value))
        return bool(given) or isinstance(function.node, cst.Lambda)

    def _is_plain(self, site: cst.CSTNode) -> bool:
        """Whether a dict starts with known keys, and only gets more known ones."""
        if None in _own_keys(site):
            return False
        for element in site.elements if isinstance(site, cst.Dict) else ():
            if isinstance(element, cst.StarredDictElement) and not self._entries(element.value):
                return False
        return all(self._is_harmless(node) for node in self.facts.by_site.get(site, ()))

    def _is_harmless(self, node: cst.CSTNode) -> bool:
        """Whether a use of a dict gives it nothing but known keys, and takes none away."""
        use = self.facts.use(node)
        parent = self.facts.index.parents.get(node)
        match use.role:
            case "stored":
                return not isinstance(use.parent, cst.AugAssign)
            case "passed on" | "compared" | "tested" | "formatted" | "dropped" | "iterated":
                return True
            case "item" if isinstance(use.parent, cst.Subscript):
                deleted = isinstance(self.facts.index.parents.get(use.parent), cst.Del)
                return _key(use.parent) is not None and not deleted
            case "attribute" if isinstance(use.parent, cst.Attribute):
                return self._is_known_method(use.parent)
            case "returned":
                function = self.facts.enclosing(node, cst.FunctionDef)
                return self.facts.callers.has_any(function)
            case "argument" if isinstance(parent, cst.Arg):
                looked_at = self._is_looked_at(parent)
                return (
                    parent.star == "**"
                    or looked_at
                    or (not parent.star and self.facts.flows_to_known_function(parent))
                )
        return isinstance(parent, cst.StarredDictElement)

    def _is_known_method(self, attribute: cst.Attribute) -> bool:
        called = self.facts.index.parents.get(attribute)
        if not isinstance(called, cst.Call) or called.func is not attribute:
            return False
        method = attribute.attr.value
        if method == "setdefault":
            return bool(called.args) and string_value(called.args[0].value) is not None
        if method == "update":
            return all(argument.keyword is not None for argument in called.args)
        return method in READING

    def _is_looked_at(self, argument: cst.Arg) -> bool:
        function = self.facts.index.parents[argument]
        assert isinstance(function, cst.Call)
        called = self.facts.value(function.func)
        return bool(called) and all(isinstance(a, Symbol) and a.name in LOOKING for a in called)


def _own_keys(site: cst.CSTNode) -> list[str | None]:
    """The keys that a dict is made with, None for those that are not to be seen."""
    match site:
        case cst.Dict(elements=elements):
            return [string_value(e.key) for e in elements if isinstance(e, cst.DictElement)]
        case cst.Call(args=arguments):
            return [each.keyword.value if each.keyword else None for each in arguments]
    return [None]


def _key(subscript: cst.Subscript) -> str | None:
    element = subscript.slice[0].slice
    key = literal(element.value) if isinstance(element, cst.Index) else None
    return key if isinstance(key, str) else None


def _entry(spread: cst.BaseExpression, name: str, *, certain: bool) -> cst.BaseExpression:
    """``options["name"]``, or ``options.get("name")``."""
    base, key = spread.deep_clone(), text_literal(name)
    if certain:
        return cst.Subscript(base, [cst.SubscriptElement(cst.Index(key))])
    return cst.Call(cst.Attribute(base, cst.Name("get")), [cst.Arg(key)])


class _Writer(cst.CSTTransformer):
    def __init__(self, written: Mapping[cst.CSTNode, cst.Call]) -> None:
        super().__init__()
        self._written = written

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        new = self._written.get(original_node)
        if new is None:
            return updated_node
        arguments = [*updated_node.args[:-1], *new.args[len(original_node.args) - 1 :]]
        return updated_node.with_changes(args=arguments)


class _Restorer(cst.CSTTransformer):
    def __init__(self, originals: Mapping[str, cst.Call]) -> None:
        super().__init__()
        self._originals = originals

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        return self._originals.get(source_of(original_node), updated_node)
