"""Plans for what is None in the new SDK where the legacy one gave an empty value."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import libcst as cst

from genai_codemod.engine.errors.failures import Failures
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Atom, Instance, Symbol
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import AttributeRule
from genai_codemod.engine.rule_packs.template import atomic, expression
from genai_codemod.engine.syntax.module_syntax import dotted_name, literal, source_of, string_value
from genai_codemod.engine.syntax.uses import CONDITIONS, Use, is_searched
from genai_codemod.engine.tracing.asked_before import is_asked_for, is_true_here
from genai_codemod.engine.tracing.going_on import goes_on

SIZED = frozenset(
    {
        "builtins.len", "builtins.list", "builtins.sorted", "builtins.enumerate", "builtins.tuple",
        "builtins.any", "builtins.all", "builtins.sum", "builtins.set", "builtins.zip",
        "builtins.reversed", "builtins.iter", "builtins.max", "builtins.min", "builtins.dict",
    }
)  # fmt: skip
# Where `a or b` needs no parentheses.
BARE = frozenset({"argument", "returned", "stored", "iterated", "formatted", "index"})
LISTS = ("[]", "()", "{}")
BYTES = 'b""'
_GOING_THROUGH = frozenset({"get", "items", "keys", "values"})
_COLLECTING = frozenset({"append", "insert"})


# What None raises where a text or list was, and the empty list that is written for it.
_OF_NONE = ("AttributeError", "TypeError", "IndexError")
_SHOWN = frozenset(
    {"argument", "attribute", "returned", "formatted", "element", "stored", "item", "index"}
)


class MissingValues:
    """Keeps the code going where an attribute is None now."""

    def __init__(self, facts: Facts, plan: Plan, left: LeftAlone) -> None:
        self.facts = facts
        self.plan = plan
        self.left = left
        self.failures = Failures(facts)

    # -- empty values -------------------------------------------------------------------------

    def plan_empty(self, node: cst.BaseExpression, rule: AttributeRule, use: Use) -> None:
        """``node or <empty>`` where None would make a difference."""
        if rule.empty is None or self._is_member(node) or is_true_here(self.facts, node):
            return
        if not self._shows(node, rule, use):
            return
        empty = expression(rule.empty)
        bare = use.role in BARE or isinstance(use.parent, cst.AugAssign | cst.Match)
        bare = bare and not _spread(use)
        self.plan.wrap[node] = lambda updated: _or(updated, empty, bare=bare)
        self.plan.found(node, rule, "rewritten")

    def _shows(self, node: cst.CSTNode, rule: AttributeRule, use: Use) -> bool:
        """Whether None makes a difference here, where an empty object, list or value was."""
        if rule.guards is not None:
            return self._object_shows(node, use)
        if rule.empty == BYTES:
            return self._list_shows(node, use) or self._value_shows(node, use)
        shows = self._list_shows if rule.empty in LISTS else self._value_shows
        return shows(node, use)

    def fails(self, node: cst.CSTNode, rule: AttributeRule, use: Use) -> bool:
        """Whether somebody who is told of an error here would not be told of None."""
        if rule.empty is None and goes_on(self.facts, node):
            return True
        if any(self._is_taken_for(node, use, error) for error in _OF_NONE):
            return True
        return self.failures.noticed(node, rule.error, unseen=use.role != "attribute")

    def _is_taken_for(self, node: cst.CSTNode, use: Use, error: str) -> bool:
        """Whether somebody handles the error that None raises at once, or in a caller."""
        if use.role == "attribute":
            return self.failures.noticed(node, error, unseen=False)
        if use.role == "returned":
            function = self.facts.enclosing(node, cst.FunctionDef)
            for call in self.facts.callers.of(function):
                if self.facts.use(call).role == "attribute":
                    if self.failures.noticed(call, error, unseen=False):
                        return True
        return self.failures.handled(node, error)

    def _chosen(self, node: cst.CSTNode, use: Use) -> cst.CSTNode | None:
        """The choice that can give a value: ``x if test else y``, ``test and x``, ``y or x``."""
        match use.parent:
            case cst.IfExp(test=test) as choice if test is not node:
                same = choice.body is node and source_of(test) == source_of(node)
                return None if same else choice
            case cst.BooleanOperation(right=right) as choice if right is node:
                return choice
            case cst.BooleanOperation(operator=cst.And()) as choice:
                return choice  # its left side is what it gives where that is empty
        return None

    def _list_shows(self, node: cst.CSTNode, use: Use) -> bool:
        if (choice := self._chosen(node, use)) is not None:
            return self._list_shows(choice, self.facts.use(choice))
        if use.role == "item":
            return self._item_shows(node, use)
        if use.role == "stored":
            return self._read_as_list(node)
        if use.role in ("iterated", "returned") or _matched(use) or _spread(use):
            return True
        if _goes_through(use) or is_searched(use) or self.sized(use):
            return True
        goes_on = use.role == "element" or self._given_to_own(use)
        return goes_on and self._read_as_list(node)

    def _value_shows(self, node: cst.CSTNode, use: Use) -> bool:
        if (choice := self._chosen(node, use)) is not None:
            return self._value_shows(choice, self.facts.use(choice))
        if use.role in _SHOWN:
            return True
        if use.role == "compared":
            return not _compared_with_text(use.parent)
        return isinstance(
            use.parent, cst.BinaryOperation | cst.AugAssign | cst.ListComp | cst.GeneratorExp
        )

    def _object_shows(self, node: cst.CSTNode, use: Use) -> bool:
        """Whether an object is put into a list, by itself or through a variable."""
        if use.role != "stored":
            return self._is_collected(use)
        reads = (
            read
            for atom in self.facts.instances(node)
            for read in self.facts.by_site.get(atom.site, ())
            if self._is_variable(read) and atom in self.facts.value(read)
        )
        return any(self._is_collected(self.facts.use(read)) for read in reads)

    def _is_collected(self, use: Use) -> bool:
        """Whether a value is an element of a list, or appended to one."""
        if use.role == "element":
            return isinstance(use.parent, cst.List)
        call = self.facts.index.parents[use.parent] if use.role == "argument" else None
        method = call.func if isinstance(call, cst.Call) else None
        return isinstance(method, cst.Attribute) and method.attr.value in _COLLECTING

    def _read_as_list(self, node: cst.CSTNode) -> bool:
        """Whether a variable or field that ``node`` gets to is looped over, spread or measured."""
        for atom in self.facts.instances(node):
            for read in self.facts.by_site.get(atom.site, ()):
                if self._is_variable(read) and atom in self.facts.value(read):
                    use = self.facts.use(read)
                    if use.role == "iterated" or _spread(use) or _goes_through(use):
                        return True
                    if is_searched(use) or self.sized(use):
                        return True
                    if use.role == "item" and self._item_shows(read, use):
                        return True
        return False

    def _item_shows(self, node: cst.CSTNode, use: Use) -> bool:
        """Whether ``values[0]`` of None does not do what it did with an empty list."""
        return _is_slice(use.parent) or self.failures.answered_apart(
            node, "IndexError", "TypeError"
        )

    def _read_as_condition(self, node: cst.CSTNode) -> bool:
        """Whether a test asks if a variable or field that ``node`` gets to is empty."""
        reads = (
            read
            for atom in self.facts.instances(node)
            for read in self.facts.by_site.get(atom.site, ())
            if atom in self.facts.value(read)
        )
        return any(
            self._is_variable(each) and self.facts.use(each).role == "tested" for each in reads
        )

    def _is_variable(self, node: cst.CSTNode) -> bool:
        """Whether an expression is a name, or an attribute of an object of the program."""
        if isinstance(node, cst.Attribute):
            return not self.facts.instances(node.value)
        return isinstance(node, cst.Name)

    def _given_to_own(self, use: Use) -> bool:
        """Whether a value is an argument of a function or class of the program."""
        return use.role == "argument" and self.facts.flows_to_known_function(use.parent)

    def sized(self, use: Use) -> bool:
        """Whether a value is given to a builtin that counts or goes through it."""
        call = self.facts.index.parents[use.parent] if use.role == "argument" else None
        return isinstance(call, cst.Call) and any(
            isinstance(atom, Symbol) and atom.name in SIZED for atom in self.facts.value(call.func)
        )

    # -- objects that can be None -------------------------------------------------------------

    @cached_property
    def guards(self) -> dict[str, str]:
        """The kinds whose objects can be None, and where that must be asked."""
        return self.facts.pack.guarded()

    def plan_guards(self) -> None:
        """``a.b.c`` as ``a.b and a.b.c`` where ``a.b`` can be None."""
        for node, _ in self.facts.held.of(Instance):
            if isinstance(node, cst.BaseExpression) and (guards := self._guard_of(node)):
                inner = getattr(node, "value", None)
                if not (isinstance(node, cst.Attribute) and self._guard_of(inner)):
                    self._plan_guard(node, everywhere=guards == "always")

    def _guard_of(self, node: cst.CSTNode | None) -> str | None:
        # What else it may be was asked for the same attributes, and is there.
        atoms = self.facts.instances(node)
        kinds = {atom.kind for atom in atoms}
        if len(kinds) != 1 or self.left.value_left(self.facts.value(node)):
            return None
        if are_made(self.facts, atoms):
            return None
        return self.guards.get(kinds.pop())

    def _plan_guard(self, node: cst.BaseExpression, *, everywhere: bool) -> None:
        outer: cst.CSTNode = node
        names: list[str] = []
        while isinstance(parent := self.facts.index.parents.get(outer), cst.Attribute):
            if self.facts.use(parent).role == "callee":
                break
            outer = parent
            names.append(parent.attr.value)
        use = self.facts.use(outer)
        if not names or is_asked_for(self.facts, node):
            return
        if self._is_member(outer):
            self._plan_member(outer, use)
        inner = self.plan.wrap.get(outer)
        if use.role == "attribute" and (inner is None or self._was_none(outer)):
            return
        if not (everywhere or inner is not None or self._survives_none(outer, use)):
            return
        whole = isinstance(use.parent, CONDITIONS) and use.role == "tested"
        whole = whole or (inner is None and (use.role == "stored" or _is_and(use.parent)))
        empty = _empty_text_compared(use.parent)

        def wrap(updated: cst.CSTNode) -> cst.CSTNode:
            joined = _asked(updated, names, bare=whole)
            if inner is not None:
                return inner(joined)
            return joined if empty is None else _or(joined, empty, bare=False)

        self.plan.wrap[outer] = wrap

    def _is_member(self, node: cst.CSTNode) -> bool:
        """Whether an attribute is one of a member of an enum, which has it if there is one."""
        kinds = (atom.kind for atom in self.facts.instances(getattr(node, "value", None)))
        declared = (self.facts.pack.kinds.get(kind) for kind in kinds)
        return any(kind is not None and kind.enum is not None for kind in declared)

    def _was_none(self, node: cst.CSTNode) -> bool:
        """Whether the legacy SDK gave None here as well, where no dict was."""
        kind = self.facts.kind(getattr(node, "value", None))
        assert isinstance(node, cst.Attribute)
        rule = self.facts.pack.attribute(kind, node.attr.value) if kind is not None else None
        return rule is not None and rule.empty == "{}"

    def _plan_member(self, node: cst.CSTNode, use: Use) -> None:
        """The name that a missing member had."""
        assert isinstance(node, cst.Attribute)
        owners = self.facts.instances(node.value)
        rules = [self.facts.pack.attribute(owner.kind, node.attr.value) for owner in owners]
        rule = next((rule for rule in rules if rule is not None and rule.empty), None)
        if rule is not None and self._value_shows(node, use):
            empty, bare = expression(rule.empty or ""), use.role in BARE
            self.plan.wrap[node] = lambda updated: _or(updated, empty, bare=bare)
            self.plan.found(node, rule, "rewritten")

    def _survives_none(self, node: cst.CSTNode, use: Use) -> bool:
        """Whether the code asks a value, or goes through it, in a way that None can stand in."""
        if use.role == "compared":
            return not isinstance(self.facts.index.parents.get(node), cst.ComparisonTarget)
        if use.role == "stored":
            return self._read_as_condition(node)
        return use.role in ("tested", "iterated")


def are_made(facts: Facts, atoms: Iterable[Atom]) -> bool:
    """Whether objects were made by calling their classes; those are there."""
    return all(isinstance(atom, Instance) and _is_made(facts, atom) for atom in atoms)


def _is_made(facts: Facts, atom: Instance) -> bool:
    rules = facts.bindings.get(atom.site, {}) if isinstance(atom.site, cst.Call) else {}
    return any(rule.mechanism == "constructor" and rule.returns == atom.kind for rule in rules)


def _matched(use: Use) -> bool:
    """Whether a list is compared with another, by ``==`` or by ``match``."""
    if isinstance(use.parent, cst.Comparison):
        others: list[cst.CSTNode] = [each.comparator for each in use.parent.comparisons]
        return any(isinstance(other, cst.List) for other in others)
    return isinstance(use.parent, cst.Match)


def _is_slice(node: cst.CSTNode) -> bool:
    """Whether this is ``values[:2]``, which an empty list has as well."""
    return isinstance(node, cst.Subscript) and isinstance(node.slice[0].slice, cst.Slice)


def _goes_through(use: Use) -> bool:
    """Whether a method of dicts is called that reads them."""
    return isinstance(use.parent, cst.Attribute) and use.parent.attr.value in _GOING_THROUGH


def _spread(use: Use) -> bool:
    """Whether something is written as ``*values`` or ``**values``."""
    if isinstance(use.parent, cst.Arg):
        return bool(use.parent.star)
    return isinstance(use.parent, cst.StarredElement | cst.StarredDictElement)


def _is_and(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.BooleanOperation) and isinstance(node.operator, cst.And)


def _is_pure(node: cst.CSTNode) -> bool:
    """Whether an expression can be evaluated twice: names, attributes and written indices."""
    if isinstance(node, cst.Subscript):
        element = node.slice[0].slice
        plain = isinstance(element, cst.Index) and isinstance(
            element.value, cst.Integer | cst.Name | cst.SimpleString
        )
        return plain and _is_pure(node.value)
    if isinstance(node, cst.Attribute):
        return _is_pure(node.value)
    return dotted_name(node) is not None


def _asked(updated: cst.CSTNode, names: list[str], *, bare: bool) -> cst.BaseExpression:
    """``(a.b and a.b.c)`` of ``a.b.c``; ``getattr(f().b, "c", None)`` of ``f().b.c``."""
    steps = [updated]
    for _ in names:
        assert isinstance(steps[0], cst.Attribute)
        steps.insert(0, steps[0].value)
    if _is_pure(steps[0]):
        text = " and ".join(source_of(step) for step in steps)
        return expression(text if bare else f"({text})")
    text = source_of(steps[0])
    for name in reversed(names):
        text = f'getattr({text}, "{name}", None)'
    return expression(text)


def _or(node: cst.CSTNode, empty: cst.BaseExpression, *, bare: bool) -> cst.CSTNode:
    assert isinstance(node, cst.BaseExpression)
    choice = cst.BooleanOperation(left=atomic(node), operator=cst.Or(), right=empty)
    if bare:
        return choice
    return choice.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _compared_with_text(node: cst.CSTNode) -> bool:
    """Whether a comparison is one with a written text, which None is as little as an empty one."""
    if not isinstance(node, cst.Comparison) or len(node.comparisons) != 1:
        return False
    (target,) = node.comparisons
    plain = isinstance(target.operator, cst.Equal | cst.NotEqual | cst.Is | cst.IsNot)
    return plain and bool(string_value(target.comparator))


def _empty_text_compared(node: cst.CSTNode) -> cst.BaseExpression | None:
    """The empty text that a comparison is with: an object that was not set had that, not None."""
    if not isinstance(node, cst.Comparison) or len(node.comparisons) != 1:
        return None
    other = node.comparisons[0].comparator
    return other if literal(other) in ("", b"") else None
