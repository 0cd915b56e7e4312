"""Plans what becomes of attributes of legacy objects, of iterating them and of their enums."""

from __future__ import annotations

from functools import partial

import libcst as cst

from genai_codemod.engine.answers.joined_copies import CHANGING_METHODS, mark_changed_copy
from genai_codemod.engine.answers.kept_lists import BEHIND, KeptList
from genai_codemod.engine.answers.latest import LatestResults
from genai_codemod.engine.answers.loops import plan_loop
from genai_codemod.engine.answers.missing import MissingValues
from genai_codemod.engine.answers.reads import Read, is_joined, reader
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, instances, present, symbol_names
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import AttributeRule, Rule
from genai_codemod.engine.rule_packs.template import atomic, call, expression
from genai_codemod.engine.syntax.module_syntax import literal, source_of, string_value
from genai_codemod.engine.syntax.uses import Use
from genai_codemod.engine.tracing.mocked_methods import mocks_method_of
from genai_codemod.engine.tracing.own_classes import other_class

GUIDE = "https://ai.google.dev/gemini-api/docs/migrate"
UNKNOWN_ATTRIBUTE = Rule("legacy.unknown-attribute", guide=GUIDE)
UNSEEN = (
    "google.genai's object has None for what is not set, and other attributes: check which names "
    "this asks for."
)
_ASKING = frozenset({"builtins.getattr", "builtins.hasattr"})
PRESENCE = Rule("protos.presence")


class AttributePlanner:
    """Plans every attribute of every legacy object of a module."""

    def __init__(self, facts: Facts, plan: Plan, left: LeftAlone) -> None:
        self.facts = facts
        self.plan = plan
        self.pack = facts.pack
        self.left = left
        self.missing = MissingValues(facts, plan, left)
        self.latest = LatestResults(facts, plan)

    def plan_all(self) -> None:
        attributes = frozenset(self.facts.attributes)
        for node in self.facts.values:
            if node in attributes:
                self._plan_attribute(node)  # type: ignore[arg-type]
            elif node.__class__ is cst.Call:
                self._plan_getattr(node)
            elif node.__class__ is cst.Subscript:
                self._plan_item(node)
            if self.facts.held.may_be(node, Instance) and isinstance(node, cst.BaseExpression):
                self._plan_iteration(node)
                self._plan_change(node)
        self.missing.plan_guards()
        for comparison in self.facts.index.nodes(cst.Comparison):
            self._plan_presence(comparison)

    # -- attributes ---------------------------------------------------------------------------

    def _plan_attribute(self, node: cst.Attribute) -> None:
        value = self.facts.value(node.value)
        owners = [atom for atom in instances(value) if atom.kind != "container"]
        use = self.facts.use(node)
        if owners and self.left.value_left(value):
            if use.role not in ("callee", "stored"):
                self._method_as_value(node, owners)
            return
        if not owners:
            return
        rules = [self.pack.attribute(owner.kind, node.attr.value) for owner in owners]
        known_rules = [rule for rule in rules if rule is not None]
        rule = max(known_rules, key=lambda rule: rule.empty is not None, default=None)
        if rule is None:
            known = any(self.pack.method(owner.kind, node.attr.value) for owner in owners)
            if known and use.role != "callee":
                self._method_as_value(node, owners)
            elif not known and any(self._is_strict(owner.kind) for owner in owners):
                is_mixed = len(owners) < len(present(value))
                what = "tell it from what else this is" if is_mixed else "write this by hand"
                message = f"google.genai's object has no {node.attr.value}: {what}."
                self.plan.found(node, UNKNOWN_ATTRIBUTE, "manual", message)
            return
        if rule.latest is not None and (kept := self.latest.variable(node, rule.latest)):
            self.plan.replace[node] = lambda _: kept
            self.plan.found(node, rule, "rewritten")
            return
        if rule.manual is not None and use.role not in rule.used:
            self.plan.found(node, rule, "manual", rule.manual)
            return
        self._apply(node, rule, use, owners)

    def _is_strict(self, kind: str) -> bool:
        declared = self.pack.kinds.get(kind)
        return declared is not None and declared.strict

    def _plan_item(self, node: cst.Subscript) -> None:
        """``answer.choices[0]``, where items of such an object have rules."""
        value = self.facts.value(node.value)
        owners = [owner for owner in instances(value) if self._is_strict(owner.kind)]
        kinds = [self.pack.kinds[owner.kind] for owner in owners]
        if not any(kind.items for kind in kinds) or self.left.value_left(value):
            return
        index = node.slice[0].slice
        key = str(literal(index.value)) if isinstance(index, cst.Index) else ":"
        rule = kinds[0].items.get(key)
        if rule is None or len(owners) != len(present(value)):
            message = f"google.genai's object has no item {source_of(node)}: write this by hand."
            self.plan.found(node, UNKNOWN_ATTRIBUTE, "manual", message)
        elif rule.manual is not None:
            self.plan.found(node, rule, "manual", rule.manual)
        else:
            self._apply(node, rule, self.facts.use(node), owners)

    def _method_as_value(self, node: cst.Attribute, owners: list[Instance]) -> None:
        if mocks_method_of(self.facts, node.value):
            return
        rule = self.pack.method(owners[0].kind, node.attr.value)
        message = (
            f"write a function or lambda that calls google.genai instead of {node.attr.value}."
        )
        if rule is not None:
            self.plan.found(node, Rule(rule.id, guide=rule.guide), "manual", message)

    def _plan_getattr(self, node: cst.Call) -> None:
        """``getattr(response, "text", None)``: an attribute as well."""
        if (name := self.facts.attribute_asked(node, "hasattr")) is not None:
            rule, _ = self._asked(node, name)
            if rule is not None and rule.becomes not in (None, "self"):
                self.plan.found(node, rule, "review", gone(rule))
        if (name := self.facts.attribute_asked(node, "setattr")) is not None:
            rule, _ = self._asked(node, name)
            if rule is not None and rule.assigned is not None:
                self.plan.found(node, rule, "manual", rule.assigned)
        if (name := self.facts.attribute_asked(node, "getattr")) is None:
            self._plan_unseen(node)
            return
        rule, owners = self._asked(node, name)
        self._plan_method_asked(node, name, owners)
        if rule is None:
            return
        if rule.manual is not None:
            self.plan.found(node, rule, "manual", rule.manual)
        elif rule.becomes is not None and len(owners) != len(
            present(self.facts.value(node.args[0].value))
        ):
            self.plan.found(node, rule, "review", gone(rule))
        else:
            self._apply(node, rule, self.facts.use(node), owners)

    def _plan_method_asked(self, node: cst.Call, name: str, owners: list[Instance]) -> None:
        """``getattr(chat, "send_message")``: the new object has another method, or none."""
        for owner in owners:
            rule = self.pack.method(owner.kind, name)
            if rule is not None:
                message = f"google.genai's object has another {name} now, or none: write a lambda."
                self.plan.found(node, Rule(rule.id, guide=rule.guide), "manual", message)
                return

    def _plan_unseen(self, node: cst.Call) -> None:
        """``getattr(response, name)``, where it cannot be seen what is asked for."""
        called = symbol_names(self.facts.value(node.func))
        if not called or not called <= _ASKING or len(node.args) < 2:
            return
        if string_value(node.args[1].value) is not None:
            return
        value = self.facts.value(node.args[0].value)
        declared = [self.pack.kinds.get(owner.kind) for owner in instances(value)]
        if any(each and each.attributes for each in declared) and not self.left.value_left(value):
            self.plan.found(node, UNKNOWN_ATTRIBUTE, "review", UNSEEN)

    def _asked(self, node: cst.Call, name: str) -> tuple[AttributeRule | None, list[Instance]]:
        """The rule for an attribute that is asked for by its name, and whose it can be."""
        value = self.facts.value(node.args[0].value)
        owners = [] if self.left.value_left(value) else instances(value)
        rules = (self.pack.attribute(owner.kind, name) for owner in owners)
        return next((rule for rule in rules if rule is not None), None), owners

    def _apply(
        self, node: cst.BaseExpression, rule: AttributeRule, use: Use, owners: list[Instance]
    ) -> None:
        if use.role == "stored" and not self._is_value(node, use):
            if rule.assigned is not None and node not in self.plan.renewed:
                self.plan.found(node, rule, "manual", rule.assigned)
            return
        if rule.review is not None:
            self.plan.found(node, rule, "review", rule.review)
        read = reader(self.facts, self.plan, rule, owners, use.role)
        raising = self._raises(rule, owners)
        fails = raising is not None and self.missing.fails(node, rule, use)
        if (read is not None or fails) and (other := other_class(self.facts, _owner(node))):
            self.plan.found(node, rule, "manual", f"tell this from an object of {other} first.")
            return
        if read is not None:
            copied = (
                rule.renews is not None
                and use.role == "stored"
                and isinstance(node, cst.Attribute)
                and self._outlives(node, rule, owners)
            )
            self.plan.found(node, rule, "rewritten")
            paired = any(map(self.left.objects.is_pair, owners))
            self.plan.replace[node] = lambda updated: _written(
                read, _name_in(_owner(updated)) if paired else _owner(updated), copied=copied
            )
        if raising is not None and fails:
            name = self.plan.helper(raising)
            self.plan.replace[node] = lambda updated: _helped(name, updated)
            self.plan.found(node, rule, "rewritten")
        else:
            self.missing.plan_empty(node, rule, use)

    def _raises(self, rule: AttributeRule, owners: list[Instance]) -> str | None:
        """The helper that raises as the attribute did, whatever of its owners it is read from."""
        rules = [self.pack.attribute(owner.kind, rule.name) for owner in owners]
        helpers = {each.raises for each in rules if each is not None} - {None}
        return helpers.pop() if len(helpers) == 1 and None not in rules else None

    def _outlives(self, node: cst.Attribute, rule: AttributeRule, owners: list[Instance]) -> bool:
        """Whether a kept list must not grow with its object, as that of the new SDK does at once.

        One that did grow is marked where it is not what it was.
        """
        if not self.plan.renewed.isdisjoint(owner.site for owner in owners):
            return True
        kept = KeptList(self.facts, node, owners)
        if not kept.grows or kept.stays_short:
            return kept.grows
        if is_joined(self.facts, rule, owners):
            self.plan.found(node, rule, "review", BEHIND.format("a copy that does not"))
        elif kept.is_here and not kept.is_complete:
            self.plan.found(node, rule, "review", BEHIND.format("as long as the chat"))
        return False

    def _plan_change(self, node: cst.BaseExpression) -> None:
        """Code that changes in place what an attribute gives."""
        if not self.left.value_left(self.facts.value(node)):
            mark_changed_copy(self.facts, self.plan, node)
        for atom in present(self.facts.value(node)):
            if not isinstance(atom, Instance) or self.left.value_left(frozenset({atom})):
                continue
            rule = self._changing_rule(atom)
            if rule is None or rule.changed is None:
                continue
            use = self.facts.use(node)
            method = use.parent.attr.value if isinstance(use.parent, cst.Attribute) else ""
            called = use.role == "attribute" and method in CHANGING_METHODS
            if node in self.plan.renewed:
                continue
            if called or (use.role == "item" and self._assigned(use.parent)):
                self.plan.found(node, rule, "review", rule.changed)

    def _changing_rule(self, atom: Instance) -> AttributeRule | None:
        """The attribute rule that gave an instance such as ``list[Content]``."""
        for owner in self.pack.kinds.values():
            for rule in owner.attributes.values() if owner.strict else ():
                if rule.changed is not None and rule.returns == atom.kind:
                    return rule
        return None

    def _assigned(self, subscript: cst.CSTNode) -> bool:
        parent = self.facts.index.parents.get(subscript)
        return isinstance(parent, cst.AssignTarget | cst.AugAssign | cst.Del)

    def _is_value(self, node: cst.CSTNode, use: Use) -> bool:
        return getattr(use.parent, "value", None) is node

    def _plan_presence(self, node: cst.Comparison) -> None:
        """``"function_call" in part``, how a message was asked for a field."""
        field = string_value(node.left)
        if len(node.comparisons) != 1 or (field is not None and not field.isidentifier()):
            return
        (target,) = node.comparisons
        if not isinstance(target.operator, cst.In | cst.NotIn):
            return
        value = present(self.facts.value(target.comparator))
        kinds = {atom.kind for atom in value if isinstance(atom, Instance)}
        if (
            not kinds
            or kinds - {"Part", "Candidate", "Content", "Answer"}
            or self.left.value_left(value)
            or (field is None and not all(isinstance(atom, Instance) for atom in value))
        ):
            return
        test = "is not None" if isinstance(target.operator, cst.In) else "is None"

        def write(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(updated, cst.Comparison)
            owner = updated.comparisons[0].comparator
            if field is None:
                return expression(f"getattr({source_of(owner)}, {source_of(updated.left)}) {test}")
            return expression(f"{source_of(atomic(owner))}.{field} {test}")

        self.plan.replace[node] = write
        self.plan.found(node, PRESENCE, "rewritten")

    # -- iteration ----------------------------------------------------------------------------

    def _plan_iteration(self, node: cst.BaseExpression) -> None:
        """A plain response could be looped over like a stream of one chunk."""
        atoms = present(self.facts.value(node))
        if not self.left.value_left(atoms):
            kinds = {atom.kind if isinstance(atom, Instance) else "" for atom in atoms}
            self._plan_sequence(node, kinds)
            plan_loop(self.facts, self.plan, node)

    def _plan_sequence(self, node: cst.BaseExpression, kinds: set[str]) -> None:
        """What was iterated or indexed itself holds its items in an attribute now."""
        declared = self.pack.kinds.get(next(iter(kinds))) if len(kinds) == 1 else None
        if declared is None or declared.sequence is None:
            return
        use = self.facts.use(node)
        if use.role in ("iterated", "item") or self.missing.sized(use):
            self.plan.wrap[node] = partial(_items, declared.sequence)


def _items(name: str, updated: cst.CSTNode) -> cst.CSTNode:
    assert isinstance(updated, cst.BaseExpression)
    return cst.Attribute(atomic(updated), cst.Name(name))


def _helped(name: str, updated: cst.CSTNode) -> cst.CSTNode:
    return call(cst.Name(name), cst.Arg(_owner(updated)))


def gone(rule: AttributeRule) -> str:
    """The sentence for code that asks for an attribute by its name."""
    if rule.becomes == "self":
        return f"there is no {rule.name} any more: google.genai gives what that was at once."
    return f"google.genai's object has no {rule.name}: it is {rule.becomes} now."


def _owner(node: cst.CSTNode) -> cst.BaseExpression:
    """``x`` of ``x.name`` and of ``getattr(x, "name")``."""
    if isinstance(node, cst.Call):
        return node.args[0].value
    if isinstance(node, cst.Subscript):
        return node.value
    assert isinstance(node, cst.Attribute)
    return node.value


def _name_in(pair: cst.BaseExpression) -> cst.BaseExpression:
    """The name of a model that is a dict of its name and configuration."""
    return cst.parse_expression(f'{source_of(atomic(pair))}["model"]')


def _written(read: Read, owner: cst.BaseExpression, *, copied: bool) -> cst.BaseExpression:
    new = read(owner)
    return cst.Call(cst.Name("list"), [cst.Arg(new)]) if copied else new
