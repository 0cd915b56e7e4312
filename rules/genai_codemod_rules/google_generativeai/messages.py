"""What the class of every message of the legacy SDK could do, such as ``Content.to_dict(x)``."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from genai_codemod.engine.answers.missing import are_made
from genai_codemod.engine.answers.printing import is_shown
from genai_codemod.engine.answers.streams import STREAMS
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import instances, present, symbol_names
from genai_codemod.engine.imports.unused_imports import drop_emptied
from genai_codemod.engine.plan import Replace
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding, bind
from genai_codemod.engine.rule_packs.template import as_test, atomic, attribute
from genai_codemod.engine.syntax.module_syntax import literal, source_of
from genai_codemod_rules.google_generativeai.helpers.legacy_layout import _legacy_layout

MESSAGES = "google.generativeai.protos."
CLASS = "MessageClass"
BASES = frozenset({"proto.Message", "proto.message.Message"})
NAMES = "the {} has names for numbers, URL-safe base64, and leaves out what is not set."
OLD_JSON = "google.genai refuses JSON with numbers for members of enums, as the old SDK wrote it."
EXACT, USAGE = "_legacy_dict", "_usage_dict"
NEEDED = ("base64", "enum", "json")
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
        returns=constructor.returns if rule.mechanism == "message_load" else rule.returns,
    )


def _with_self(rule: CallRule, target: str) -> CallRule:
    if rule.becomes is None or not rule.becomes.startswith("self."):
        return rule
    return replace(rule, becomes=target + rule.becomes.removeprefix("self"))


def plan_classes(rewriter: Rewriter) -> None:
    """``type(x).to_dict(x)`` and ``proto.Message.to_dict(x)``, of a class that is not imported."""
    facts, pack = rewriter.facts, rewriter.pack
    gone: set[cst.CSTNode] = set()
    for node in facts.index.calls:
        func = node.func
        if not isinstance(func, cst.Attribute):
            continue
        rule = pack.method(CLASS, func.attr.value)
        message = _message_of_class(facts, node, func.value) if rule is not None else None
        if rule is None or message is None:
            continue
        value = present(facts.value(message))
        kinds = {atom.kind for atom in instances(value)}
        if not kinds or len(instances(value)) != len(value) or rewriter.left.value_left(value):
            continue
        target = next((kind.type for name in kinds if (kind := pack.kinds.get(name))), None)
        if rule.manual is not None:
            rewriter.plan.found(node, rule, "manual", rule.manual)
        else:
            binding = bind(node, rule.legacy)
            rewriter.plan_call(node, _with_self(rule, target or ""), binding)
            gone.add(func.value)
    drop_emptied(facts, rewriter.plan, gone)


def _message_of_class(
    facts: Facts, node: cst.Call, owner: cst.BaseExpression
) -> cst.BaseExpression | None:
    """The message that tells whose methods are called, if it is the class of any."""
    if isinstance(owner, cst.Call):
        is_type = source_of(owner.func) == "type" and len(owner.args) == 1
        return owner.args[0].value if is_type else None
    if BASES.isdisjoint(symbol_names(facts.value(owner))):
        return None
    plain = [each for each in node.args if each.keyword is None and not each.star]
    named = [each for each in node.args if each.keyword and each.keyword.value == "instance"]
    return next((each.value for each in (*plain[:1], *named)), None)


def message_dump(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """A message as a dict or as JSON: members of enums were numbers, and all fields were there."""
    pack, method = rewriter.pack, rule.legacy.name.rpartition(".")[2]
    if method == "to_json" and "indent" not in binding.arguments and rule.becomes is not None:
        rule = replace(rule, becomes=rule.becomes.replace("indent=indent", "indent=2"))
    given = binding.argument(node, "instance")
    kinds = _kinds(rewriter, given)
    same = method == "to_dict" and _reads_same(rewriter.facts, node)
    differs = not same and (not kinds or any(_is_another_dict(pack, kind) for kind in kinds))
    shown = method == "to_dict" and _is_only_shown(rewriter.facts, node)
    helper = None
    if differs and not shown and method == "to_dict" and binding.arguments.keys() == {"instance"}:
        helper = None if _hides(rewriter) else _exact(pack, kinds)
    if helper is not None:
        rule = replace(rule, becomes=f"{helper}(instance)")
    rewriter.plan_template(node, rule, binding)
    made = are_made(rewriter.facts, present(rewriter.facts.value(given)))
    if kinds & pack.guarded().keys() and not made:
        if helper is None:
            _write_if_there(rewriter, node, binding.arguments["instance"], OF_NOTHING[method])
        else:
            _write_or_empty(rewriter, node, kinds)
    if differs and helper is None:
        form = "dict" if method == "to_dict" else "JSON"
        rewriter.plan.found(node, rule, "review", NAMES.format(form))


def _write_if_there(rewriter: Rewriter, node: cst.Call, position: int, otherwise: str) -> None:
    """Make what is written for a call hold only where its argument is something."""
    write = rewriter.plan.replace[node]

    def written_if_there(updated: cst.CSTNode) -> cst.BaseExpression:
        assert isinstance(updated, cst.Call)
        owner, dump = updated.args[position].value, write(updated)
        assert isinstance(dump, cst.BaseExpression)
        empty = cst.parse_expression(otherwise)
        return atomic(cst.IfExp(test=as_test(owner), body=dump, orelse=empty))

    rewriter.plan.replace[node] = written_if_there


def _write_or_empty(rewriter: Rewriter, node: cst.Call, kinds: set[str]) -> None:
    """Give the helper that is written for a call an empty message where there is none."""
    write = rewriter.plan.replace[node]
    (name, *_) = sorted(str(rewriter.pack.kinds[kind].type) for kind in kinds)

    def written_or_empty(updated: cst.CSTNode) -> cst.BaseExpression:
        dump = write(updated)
        assert isinstance(dump, cst.Call)
        head, _, tail = name.partition(".")
        empty = cst.Call(attribute(f"{rewriter.plan.name(head)}.{tail}"))
        value = cst.BooleanOperation(atomic(dump.args[0].value), cst.Or(), empty)
        return dump.with_changes(args=[cst.Arg(value)])

    rewriter.plan.replace[node] = written_or_empty


def message_load(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """A message of JSON: what the legacy SDK wrote has numbers for the members of enums."""
    rewriter.plan_template(node, rule, binding)
    if rule.returns is None or _holds_enums(rewriter.pack, rule.returns):
        rewriter.plan.found(node, rule, "review", OLD_JSON)


def as_dict(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """``response.to_dict()``: the dict had numbers for members of enums, and zeros."""
    parent = rewriter.facts.index.parents.get(node)
    if isinstance(parent, cst.Subscript) and _keys_of(rewriter.facts, node)[0] == "usage_metadata":
        rewriter.plan_template(node, replace(rule, becomes="self.usage_metadata"), binding)
        rewriter.plan.replace[parent] = _usage_writer(rewriter.plan.helper(USAGE))
    elif _keeps_new_form(rewriter, node):
        dump(rewriter, node, rule, binding, NAMES.format("dict"))
    else:
        rewriter.plan_template(node, replace(rule, becomes=f"{EXACT}(self)"), binding)


def _keeps_new_form(rewriter: Rewriter, node: cst.Call) -> bool:
    """Whether the dict of the new SDK will do, or no other one can be made."""
    facts = rewriter.facts
    enough = _reads_same(facts, node) or _is_only_shown(facts, node)
    return enough or _of_stream(rewriter, node) or _hides(rewriter)


def _hides(rewriter: Rewriter) -> bool:
    """Whether the module gives the name of what the helper imports to something of its own."""
    index = rewriter.facts.index
    bound = index.scopes[rewriter.facts.module].names
    return any(name in bound and index.imported.get(name) != (name, "") for name in NEEDED)


def _of_stream(rewriter: Rewriter, node: cst.Call) -> bool:
    """Whether a method is called on what may be a stream, which a helper keeps the chunks of."""
    receiver = node.func.value if isinstance(node.func, cst.Attribute) else None
    return bool(_kinds(rewriter, receiver).intersection(STREAMS))


def _usage_writer(helper: str) -> Replace:
    """What writes the usage as a dict, of a subscript whose value is the usage already."""

    def write(updated: cst.CSTNode) -> cst.BaseExpression:
        assert isinstance(updated, cst.Subscript)
        return cst.Call(cst.Name(helper), [cst.Arg(updated.value)])

    return write


def dump(
    rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding, message: str
) -> None:
    """A message as a dict; the message says what is not the same in it."""
    rewriter.plan_template(node, rule, binding)
    if not _reads_same(rewriter.facts, node):
        rewriter.plan.found(node, rule, "review", message)


def _reads_same(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether the dict that a call gives is only asked for what is the same in both SDKs."""
    reads = _reads(facts, node)
    return bool(reads) and all(_reads_text(facts, read) for read in reads)


def _is_only_shown(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether people read the dict that a call gives, and nothing else does."""
    reads = _reads(facts, node)
    return bool(reads) and all(is_shown(facts, read) for read in reads)


def _reads(facts: Facts, node: cst.CSTNode) -> list[cst.CSTNode]:
    """Where what a call gives is used, but for what only gives it a name."""
    return [read for read in facts.by_site.get(node, [node]) if facts.use(read).role != "stored"]


def _reads_text(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether ``node`` is only read by its keys, down to a value that is the same."""
    if isinstance(facts.index.parents.get(node), cst.AssignTarget):
        return True
    return _keys_of(facts, node)[-1] in ("text", "role", "model_version", "name")


def _keys_of(facts: Facts, node: cst.CSTNode) -> list[object]:
    """The keys that a value is read by, ``...`` for one that is not written there, or nothing."""
    keys: list[object] = []
    while isinstance(parent := facts.index.parents.get(node), cst.Subscript):
        index = parent.slice[0].slice
        keys.append(literal(index.value) if isinstance(index, cst.Index) else ...)
        node = parent
    return keys or [...]


def _exact(pack: RulePack, kinds: set[str]) -> str | None:
    """The helper that gives the dict of the old SDK for messages of these kinds, if one does."""
    types = {str(pack.kinds[kind].type).removeprefix("types.") for kind in kinds}
    if types == {"GenerateContentResponseUsageMetadata"}:
        return USAGE
    return EXACT if types and types <= _legacy_layout().keys() else None


def _is_another_dict(pack: RulePack, kind: str) -> bool:
    """Whether the new SDK writes other values for messages of a kind, or leaves out counts."""
    if _holds_enums(pack, kind) or "bytes" in _held(pack, kind):
        return True
    attributes = pack.kinds[kind].attributes.values() if kind in pack.kinds else ()
    return any(rule.returns == "int" and rule.empty is not None for rule in attributes)


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
