"""What the class of every message of the legacy SDK could do, such as ``Content.to_dict(x)``."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.missing import are_made
from genai_codemod.engine.rewriting import Rewriter
from genai_codemod.engine.rules import CallRule, RulePack
from genai_codemod.engine.signature import Binding, bind, source_of
from genai_codemod.engine.syntax import literal
from genai_codemod.engine.template import as_test, atomic
from genai_codemod.engine.values import instances, present

MESSAGES = "google.generativeai.protos."
CLASS = "MessageClass"
NAMES = "the {} has names for numbers, URL-safe base64, and leaves out what is not set."
OLD_JSON = "google.genai refuses JSON with numbers for members of enums, as the old SDK wrote it."
OF_NOTHING = {"to_dict": "{}", "to_json": '"{}"'}


def methods(pack: RulePack) -> dict[str, CallRule]:
    """The rules for the methods of each message that has a constructor in the new SDK."""
    return {
        f"{name}.{rule.legacy.name}": _of_class(rule, name, constructor)
        for name, constructor in pack.calls.items()
        if name.startswith(MESSAGES) and constructor.becomes is not None
        for rule in pack.kinds[CLASS].methods.values()
    }


def _of_class(rule: CallRule, name: str, constructor: CallRule) -> CallRule:
    """A rule for the methods of messages, for one message."""
    assert constructor.becomes is not None
    return replace(
        _with_self(rule, constructor.becomes),
        legacy=replace(rule.legacy, name=f"{name}.{rule.legacy.name}"),
        returns=constructor.returns if rule.mechanism == "message_load" else None,
    )


def _with_self(rule: CallRule, target: str) -> CallRule:
    if rule.becomes is None or not rule.becomes.startswith("self."):
        return rule
    return replace(rule, becomes=target + rule.becomes.removeprefix("self"))


def plan_classes(rewriter: Rewriter) -> None:
    """``type(x).to_dict(x)``, how a class is reached that is not imported."""
    facts, pack = rewriter.facts, rewriter.pack
    for node in facts.index.calls:
        func = node.func
        if not isinstance(func, cst.Attribute) or not isinstance(func.value, cst.Call):
            continue
        owner, rule = func.value, pack.method(CLASS, func.attr.value)
        if rule is None or source_of(owner.func) != "type" or len(owner.args) != 1:
            continue
        value = present(facts.value(owner.args[0].value))
        kinds = {atom.kind for atom in instances(value)}
        if not kinds or len(instances(value)) != len(value) or rewriter.left.value_left(value):
            continue
        target = next((kind.type for name in kinds if (kind := pack.kinds.get(name))), None)
        if rule.manual is not None:
            rewriter.plan.found(node, rule, "manual", rule.manual)
        else:
            binding = bind(node, rule.legacy)
            rewriter.plan_call(node, _with_self(rule, target or ""), binding)


def message_dump(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """A message as a dict or as JSON: members of enums were numbers, and all fields were there."""
    method = rule.legacy.name.rpartition(".")[2]
    if method == "to_json" and "indent" not in binding.arguments and rule.becomes is not None:
        rule = replace(rule, becomes=rule.becomes.replace("indent=indent", "indent=2"))
    given = binding.argument(node, "instance")
    kinds = _kinds(rewriter, given)
    rewriter.plan_template(node, rule, binding)
    made = are_made(rewriter.facts, present(rewriter.facts.value(given)))
    if kinds & rewriter.pack.guarded().keys() and not made:
        write = rewriter.plan.replace[node]
        position = binding.arguments["instance"]

        def written_if_there(updated: cst.CSTNode) -> cst.BaseExpression:
            assert isinstance(updated, cst.Call)
            owner, dump = updated.args[position].value, write(updated)
            assert isinstance(dump, cst.BaseExpression)
            empty = cst.parse_expression(OF_NOTHING[method])
            return atomic(cst.IfExp(test=as_test(owner), body=dump, orelse=empty))

        rewriter.plan.replace[node] = written_if_there
    pack = rewriter.pack
    if not kinds or any(_holds_enums(pack, k) or "bytes" in _held(pack, k) for k in kinds):
        form = "dict" if method == "to_dict" else "JSON"
        rewriter.plan.found(node, rule, "review", NAMES.format(form))


def message_load(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """A message of JSON: what the legacy SDK wrote has numbers for the members of enums."""
    rewriter.plan_template(node, rule, binding)
    if rule.returns is None or _holds_enums(rewriter.pack, rule.returns):
        rewriter.plan.found(node, rule, "review", OLD_JSON)


def as_dict(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """``response.to_dict()``: the dict had numbers for members of enums."""
    dump(rewriter, node, rule, binding, NAMES.format("dict"))


def dump(
    rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding, message: str
) -> None:
    """A message as a dict; the message says what is not the same in it."""
    rewriter.plan_template(node, rule, binding)
    reads = rewriter.facts.by_site.get(node, [])
    shown = [read for read in reads if rewriter.facts.use(read).role != "stored"]
    if not shown or not all(_reads_text(rewriter.facts, read) for read in shown):
        rewriter.plan.found(node, rule, "review", message)


def _reads_text(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether ``node`` is only read by its keys, down to a value that is the same."""
    if isinstance(facts.index.parents.get(node), cst.AssignTarget):
        return True
    keys: list[object] = []
    while isinstance(parent := facts.index.parents.get(node), cst.Subscript):
        index = parent.slice[0].slice
        keys.append(literal(index.value) if isinstance(index, cst.Index) else ...)
        node = parent
    return bool(keys) and keys[-1] in ("text", "role", "model_version", "name")


def _kinds(rewriter: Rewriter, node: cst.BaseExpression | None) -> set[str]:
    return {atom.kind for atom in instances(present(rewriter.facts.value(node)))}


def _holds_enums(pack: RulePack, kind: str) -> bool:
    held = (pack.kinds.get(name) for name in _held(pack, kind))
    return any(each is not None and each.enum is not None for each in held)


def _held(pack: RulePack, name: str) -> set[str]:
    """The kinds and plain types that messages of a kind hold, at any depth, and the kind itself."""
    found: set[str] = set()
    todo = [name]
    while todo:
        held = todo.pop().removeprefix("list[").removesuffix("]")
        if held not in found and (kind := pack.kinds.get(held)):
            todo += [rule.returns for rule in kind.attributes.values() if rule.returns]
        found.add(held)
    return found


MECHANISMS = {"as_dict": as_dict, "message_dump": message_dump, "message_load": message_load}
