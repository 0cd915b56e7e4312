"""Decides, for every legacy call in a module, what it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import libcst as cst

from genai_codemod.engine.answers.streams import Streams
from genai_codemod.engine.calling.chosen_methods import chosen
from genai_codemod.engine.context import Argument
from genai_codemod.engine.errors.refusals import Refusals
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Instance, present
from genai_codemod.engine.objects.call_settings import CallSettings, always
from genai_codemod.engine.objects.chats import Chats
from genai_codemod.engine.objects.function_checks import FunctionChecks
from genai_codemod.engine.objects.object_plans import SettledObjects
from genai_codemod.engine.objects.settings import present_parameters, refusals
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.hoisted import Hoisted
from genai_codemod.engine.planning.hoisting import must_be_first, uses_client
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import CallRule, Rule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import (
    HELPERS,
    MISSING,
    atomic,
    attribute,
    call,
    keyword,
    render,
    standard_imports,
)
from genai_codemod.engine.syntax.module_syntax import literal, source_of

KEEP_CONFIGURE = Rule("client.legacy-configure")
HIDDEN = "this calls a method that is in a variable: call it on its object, as google.genai has it."


class Rewriter(CallSettings):
    """Plans the rewrite of calls; see :mod:`references` for names and attributes."""

    def __init__(
        self, facts: Facts, plan: Plan, objects: SettledObjects, chats: Chats, left: LeftAlone
    ) -> None:
        super().__init__(facts, plan, objects, chats)
        self.left = left
        self.streams = Streams(facts, plan)
        self.refusals = Refusals(facts, plan)
        self.client_uses: list[cst.CSTNode] = []
        self.configurations: list[cst.Call] = []
        self.ignored_configurations: list[cst.Call] = []
        self.hoisted = Hoisted(facts, plan)

    def plan_calls(self) -> None:
        checks = FunctionChecks(self.facts, self.plan, self.calling)
        for node in self.facts.index.calls:
            for rule, binding in self.facts.interpreter.bindings.get(node, {}).items():
                if node in self.plan.handled or node in self.left.nodes:
                    continue
                if rule.mechanism == "constructor" and node in self.left:
                    continue
                self.plan.handled.add(node)
                self.plan_call(node, rule, binding)
                checks.check(node)

    def plan_call(self, node: cst.Call, rule: CallRule, binding: Binding) -> None:
        """Plan what one call becomes by a rule."""
        if rule.mechanism == "configuration" and self._stays(node, rule):
            self.plan.kept_calls.add(node)
            return
        if self._hides_owner(node):
            self.plan.found(node, Rule(rule.id, guide=rule.guide), "manual", HIDDEN)
            return
        self._report(node, rule, binding)
        if self.facts.spreads_unknown(node, rule):
            self._plan_spread(node, rule, binding)
        elif rule.mechanism == "settings":
            if self.sources.plan(node, rule):
                self.client_uses.append(node)
            self._plan_object(node, rule)
        elif rule.mechanism is not None and rule.mechanism in self.pack.mechanisms:
            self.pack.mechanisms[rule.mechanism](self, node, rule, binding)
        elif rule.mechanism == "constructor":
            self.plan.replace[node] = lambda updated: self._constructor(
                node, rule, binding, updated
            )
        elif rule.mechanism == "configuration":
            self.configurations.append(node)
            self.plan.replace[node] = lambda updated: self.render(node, rule, binding, updated)
        elif rule.becomes is not None:
            self.plan_template(node, rule, binding)
            self.streams.plan_stream(node, rule)
            self.refusals.plan_check(node, rule, binding)

    def _hides_owner(self, node: cst.Call) -> bool:
        """Whether a method is called that was put into a variable before."""
        bound = (atom for atom in self.facts.value(node.func) if isinstance(atom, Bound))
        written = isinstance(node.func, cst.Attribute)
        return not written and any(atom.instance.kind != "container" for atom in bound)

    def _stays(self, node: cst.Call, rule: CallRule) -> bool:
        """Whether a configuration stays as it is, with no client to be built beside it."""
        if self._ignores(node, rule) and not self.left.migrates:
            self.plan.found(node, rule, "manual")
            return True
        if self.plan.marked(node, KEEP_CONFIGURE):
            return True
        if self.facts.whole.going_on and not self.left.migrates and not self.left.nodes:
            return True
        return not self.left.migrates and self._ignores_calls()

    def _ignores_calls(self) -> bool:
        """Whether any call is left because that is wanted."""
        return self.left.keeps_all or any(
            node in self.facts.index and self._ignores(node, cause.rule)
            for node, cause in self.left.causes.items()
        )

    def _ignores(self, node: cst.CSTNode, rule: Rule) -> bool:
        """Whether what a rule is about at a node is to be left as it is."""
        return self.plan.ignores.covers(self.facts.index, node, rule.id)

    def _report(self, node: cst.Call, rule: CallRule, binding: Binding) -> None:
        """The findings of a call that is rewritten."""
        if rule.mechanism == "configuration" and self._ignores(node, rule):
            # It stays, and what is rewritten gets its client beside it.
            self.ignored_configurations.append(node)
            self.plan.found(node, rule, "manual")
            return
        for parameter, reason in rule.drops.items():
            if parameter in binding.arguments:
                self.plan.found(node, rule, "rewritten", f"{parameter} dropped: {reason}")
        refused = refusals(rule, present_parameters(node, binding))
        if rule.mechanism == "configuration" and self.facts.whole.going_on:
            # It stays as well, with all that it was given.
            refused = []
        spread = self.facts.empty_spread(node) if binding.unmatched else None
        told = ""
        if spread is not None:
            told = f"**{source_of(spread)} is empty in all calls that can be seen."
            if not _passes_on(rule) and rule.mechanism != "constructor":
                told = f"{told[:-1]}: it is not passed on."
                refused.append(told)
        message = " ".join(filter(None, (rule.review, *refused)))
        if message:
            self.plan.found(node, rule, "review", message)
        else:
            self.plan.found(node, rule, "rewritten", told)

    def plan_template(self, node: cst.Call, rule: CallRule, binding: Binding) -> None:
        """Plan a call that becomes what the rule's template says."""
        receiver = node.func.value if isinstance(node.func, cst.Attribute) else None
        if receiver is not None and not (
            "()" in rule.legacy.name
            or any(isinstance(atom, Bound) for atom in self.facts.value(node.func))
        ):
            receiver = None
        if receiver is not None:
            self.keep_settings(node)
        if uses_client(rule):
            self.client_uses.append(node)
        if receiver is not None and must_be_first(
            self.facts, node, self.objects.group_of(receiver)
        ):
            self.hoisted.take(receiver, "model", "chosen_model", "model_")
        self.hoisted.take_argument(node, rule, binding)
        self.plan.replace[node] = lambda updated: self.render(
            node, rule, binding, updated, receiver
        )
        loop = self.facts.index.parents.get(node)
        if rule.awaits and isinstance(loop, cst.For | cst.CompFor) and loop.iter is node:
            self.plan.wrap[node] = _awaited

    def _plan_spread(self, node: cst.Call, rule: CallRule, binding: Binding) -> None:
        """Plan a call with arguments in a dict, for which a helper takes them as they were."""
        helper = cst.Name(self.plan.helper(rule.spread or ""))
        self.client_uses.append(node)
        self.hoisted.take_argument(node, rule, binding)

        def write(updated: cst.CSTNode) -> cst.BaseExpression:
            assert isinstance(updated, cst.Call)
            updated = self.hoisted.call(node, updated)
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            client = cst.Arg(self.context.client(node), comma=comma)
            return updated.with_changes(func=helper, args=[client, *updated.args])

        self.plan.replace[node] = write

    def _constructor(
        self, node: cst.Call, rule: CallRule, binding: Binding, updated: cst.CSTNode
    ) -> cst.BaseExpression:
        """The same arguments, all by keyword, for another class."""
        assert isinstance(updated, cst.Call)
        assert rule.becomes is not None
        head, _, tail = rule.becomes.partition(".")
        func = attribute(f"{self.plan.name(head)}.{tail}")
        if len(node.args) == 1 and not node.args[0].star and binding.unmatched:
            return self._of_message(node.args[0].value, rule, updated.args[0].value, func)
        names = {index: name for name, index in binding.arguments.items()}
        renamed = dict(rule.renames)
        arguments = []
        for index, argument in enumerate(updated.args):
            name = names.get(index)
            if name in rule.drops:
                continue
            if name is not None and argument.star == "":
                label = cst.Name(renamed.get(name, name))
                value = argument.value
                if name in rule.converts:
                    given = Argument(node.args[index].value, value, node, name)
                    value = self.context.convert(rule.converts[name], given)
                if value is MISSING:
                    continue
                argument = argument.with_changes(
                    value=value,
                    keyword=label,
                    equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
                )
            arguments.append(argument)
        return updated.with_changes(func=func, args=arguments)

    def _of_message(
        self,
        original: cst.BaseExpression,
        rule: CallRule,
        updated: cst.BaseExpression,
        func: cst.BaseExpression,
    ) -> cst.BaseExpression:
        """A message made of one other, or of a dict of its fields."""
        atoms = present(self.facts.value(original))
        if atoms and all(isinstance(a, Instance) and a.kind == rule.returns for a in atoms):
            deep = keyword("deep", cst.Name("True"))
            return call(cst.Attribute(atomic(updated), cst.Name("model_copy")), deep)
        return call(cst.Attribute(func, cst.Name("model_validate")), cst.Arg(updated))

    # -- calls --------------------------------------------------------------------------------

    def render(
        self,
        node: cst.Call,
        rule: CallRule,
        binding: Binding,
        updated: cst.CSTNode,
        receiver: cst.BaseExpression | None = None,
    ) -> cst.BaseExpression:
        assert isinstance(updated, cst.Call)
        assert rule.becomes is not None
        updated = self.hoisted.call(node, updated)
        given = present_parameters(node, binding)
        names: dict[str, Callable[[], cst.BaseExpression]] = {}
        for parameter in given.keys() - rule.drops.keys():
            position = binding.arguments[parameter]
            names[parameter] = always(updated.args[position].value)
        for module in ("types", "errors", "genai"):
            names[module] = partial(self.plan.module, module)
        names["client"] = lambda: self.context.client(node)
        inline_settings = None
        if receiver is not None:
            assert isinstance(updated.func, cst.Attribute)
            new_receiver = self.hoisted.written(receiver, updated.func.value)
            names["self"] = lambda: new_receiver
            inline_settings = self._receiver_names(
                names, node, receiver, new_receiver, binding, updated
            )

        def convert(name: str, parameter: str) -> cst.BaseExpression:
            if parameter not in given:
                return names[parameter]()
            argument = Argument(given[parameter], names[parameter](), node, parameter)
            return self.context.convert(name, argument)

        converters = {name: partial(convert, name) for name in self.pack.converters}
        for parameter in rule.defaults.keys() - given.keys():
            names[parameter] = partial(attribute, rule.defaults[parameter])
            self.plan.imports |= standard_imports(rule.defaults[parameter])
        hidden = {"model", "settings", "self", *rule.legacy.parameters}
        rendered = render(rule.becomes, names, converters, frozenset(hidden))
        for name in HELPERS.findall(" ".join((rule.becomes, *rule.defaults.values()))):
            if name in source_of(rendered):
                self.plan.helper(name)
        if inline_settings is not None and "**" in inline_settings:
            rendered = _spread(rendered, inline_settings["**"])
        if binding.unmatched and _passes_on(rule) and self.facts.empty_spread(node) is not None:
            rest = next(argument.value for argument in updated.args if argument.star)
            assert isinstance(rendered, cst.Call)
            rendered = rendered.with_changes(args=[*rendered.args, cst.Arg(star="**", value=rest)])
        if rule.mechanism == "chat" and self.chats.is_async(node):
            rendered = _on_async_side(rendered)
        return self._streamed(rendered, rule, node, binding)

    def _streamed(
        self, rendered: cst.BaseExpression, rule: CallRule, node: cst.Call, binding: Binding
    ) -> cst.BaseExpression:
        position = binding.arguments.get("stream")
        if rule.stream is None or position is None or not isinstance(rendered, cst.Call):
            return rendered
        flag = node.args[position].value
        assert isinstance(rendered.func, cst.Attribute)
        streaming = rendered.func.with_changes(attr=cst.Name(rule.stream))
        known = literal(flag)
        if known is True:
            return rendered.with_changes(func=streaming)
        if known in (False, None):
            return rendered
        return chosen(rendered, flag, rule.stream)


def _passes_on(rule: CallRule) -> bool:
    """Whether a call becomes one that can be given more, which fails as the legacy one did."""
    return rule.becomes is not None and re.match(r"(client|self)\.", rule.becomes) is not None


def _spread(rendered: cst.BaseExpression, value: cst.BaseExpression) -> cst.BaseExpression:
    assert isinstance(rendered, cst.Call)
    return rendered.with_changes(args=[cst.Arg(star="**", value=value), *rendered.args])


def _awaited(updated: cst.CSTNode) -> cst.BaseExpression:
    """What could be gone through without being awaited first, and cannot be any more."""
    assert isinstance(updated, cst.BaseExpression)
    return cst.Await(updated)


def _on_async_side(rendered: cst.BaseExpression) -> cst.BaseExpression:
    """``client.chats.create`` as ``client.aio.chats.create``."""
    assert isinstance(rendered, cst.Call)
    create = rendered.func
    assert isinstance(create, cst.Attribute)
    chats = create.value
    assert isinstance(chats, cst.Attribute)
    side = cst.Attribute(chats.value, cst.Name("aio"))
    return rendered.with_changes(func=create.with_changes(value=chats.with_changes(value=side)))
