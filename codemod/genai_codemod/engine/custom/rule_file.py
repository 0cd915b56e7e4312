"""Loads a file of rules of one's own, checked against a closed schema.

A file is a list of rules, or a mapping with a ``name``, the ``rules``, and ``modules``: new modules
that cannot be told from classes by their names.  A rule has a ``legacy`` signature, a ``name`` or a
``module``; a ``kind`` has methods and attributes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath

import yaml

from genai_codemod.engine.custom.templates import read_template
from genai_codemod.engine.rule_packs.rule_pack import Kind, RulePack
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule, NameRule
from genai_codemod.engine.rule_packs.signature import Signature
from genai_codemod.engine.rule_packs.yaml_values import (
    Fields,
    RuleFileError,
    Value,
    did_you_mean,
    mapping_in,
    read_fields,
    read_yaml,
)

_READ: Fields = {
    "manual": Value.text, "review": Value.text, "guide": Value.word, "about": Value.text,
    "differs": Value.sentences, "example": Value.program, "after": Value.program,
}  # fmt: skip
_CALL: Fields = _READ | {
    "becomes": Value.template, "returns": Value.text, "drops": Value.texts,
    "renames": Value.texts, "refuses": Value.texts,
}  # fmt: skip
_NAME: Fields = _READ | {"becomes": Value.template}
_MODULE: Fields = _READ | {"becomes": Value.dotted}
_ATTRIBUTE: Fields = _READ | {"becomes": Value.template, "returns": Value.text}
_KINDS_OF_RULES = ("rule", "kind")
_SUBJECTS = ("legacy", "name", "module")
_ABOUT_PARAMETERS = ("drops", "renames", "refuses", "values")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def load_file(name: str, data: bytes) -> RulePack:
    """The pack that a file of rules makes, by its path and what it holds.

    Raises:
        RuleFileError: it is not valid YAML, or a rule is wrong.
    """
    document = read_yaml(name, data)
    pack_name, entries = PurePath(name).stem, document
    modules: tuple[str, ...] = ()
    if isinstance(document.node, yaml.MappingNode):
        fields = document.fields("the file", ("name", "modules", "rules"), ("rules",))
        pack_name = fields["name"].word() if "name" in fields else pack_name
        if "modules" in fields:
            modules = tuple(each.dotted() for each in fields["modules"].sequence())
        entries = fields["rules"]
    loading = _Loading()
    for entry in entries.sequence():
        loading.add(entry)
    return loading.pack(pack_name, modules)


class _Loading:
    """The rules of a file so far, and where each was found."""

    def __init__(self) -> None:
        self.calls: dict[str, CallRule] = {}
        self.names: dict[str, NameRule] = {}
        self.moved: dict[str, NameRule] = {}
        self.kinds: dict[str, Kind] = {}
        self._returned: list[tuple[Value, str]] = []
        self._places: dict[tuple[str, str], str] = {}

    def add(self, entry: Value) -> None:
        keys = entry.mapping()
        if "kind" in keys:
            self._add_kind(entry)
        elif "rule" not in keys:
            hints = (did_you_mean(key, _KINDS_OF_RULES) for key in keys)
            raise entry.error(f"an entry needs 'rule' or 'kind'{next(filter(None, hints), '')}")
        elif len(both := [key for key in _SUBJECTS if key in keys]) > 1:
            named = " or ".join(map(repr, both))
            raise keys[both[1]].key_error(f"a rule has either {named}: write two rules")
        elif "legacy" in keys:
            rule = self._call(entry)
            self._define("call", rule.legacy.name, keys["legacy"])
            self.calls[rule.legacy.name] = rule
        elif "name" in keys:
            self._add_names(entry)
        elif "module" in keys:
            self._add_module(entry)
        else:
            known = (*_SUBJECTS, *_CALL, "values", "within")
            for key, value in keys.items():
                if key != "rule" and key not in known:
                    raise value.key_error(
                        f"unknown key {key!r} in rule {keys['rule'].word()}"
                        f"{did_you_mean(key, known)}"
                    )
            raise entry.error(f"rule {keys['rule'].word()} needs one of {', '.join(_SUBJECTS)}")

    def pack(self, name: str, modules: tuple[str, ...]) -> RulePack:
        for value, kind in self._returned:
            if kind not in self.kinds:
                hint = (
                    did_you_mean(kind, self.kinds)
                    or f" (there are: {', '.join(sorted(self.kinds)) or 'none'})"
                )
                raise value.error(f"unknown kind {kind!r}{hint}")
        new = {rule.becomes for rule in self.moved.values() if rule.becomes is not None}
        packages = (*self.calls, *self.names, *self.moved)
        return RulePack(
            name=name,
            packages=tuple(dict.fromkeys(packages)),
            aliases=(),
            calls=self.calls,
            names=self.names,
            kinds=self.kinds,
            own=True,
            moved=self.moved,
            modules=(*modules, *sorted(new)),
        )

    def _add_names(self, entry: Value) -> None:
        fields, rule_id = self._fields(entry, "name", {"within": Value.dotted, **_NAME})
        prefix = fields["within"].dotted() + "." if "within" in fields else ""
        _needs_one(entry, fields, rule_id, ("becomes", "manual"))
        self._template(fields, frozenset())
        for value in fields["name"].one_or_more():
            name = prefix + value.dotted()
            self._define("name", name, value)
            self.names[name] = NameRule(id=rule_id, legacy=name, **read_fields(fields, _NAME))

    def _add_module(self, entry: Value) -> None:
        fields, rule_id = self._fields(entry, "module", _MODULE)
        _needs_one(entry, fields, rule_id, ("becomes", "manual"))
        module = fields["module"].dotted()
        self._define("module", module, fields["module"])
        rule = NameRule(id=rule_id, legacy=module, **read_fields(fields, _MODULE))
        if rule.manual is not None:
            self.names[module] = rule
        elif f"{rule.becomes}.".startswith(f"{module}."):
            raise fields["becomes"].error(f"{rule.becomes} lies in {module} itself")
        else:
            self.moved[module] = rule

    def _call(self, entry: Value, kind: str | None = None) -> CallRule:
        fields, rule_id = self._fields(entry, "legacy", {**_CALL, "values": Value.mapping})
        legacy = _signature(fields["legacy"], kind)
        _check_parameters(fields, legacy)
        _needs_one(entry, fields, rule_id, ("becomes", "manual", "renames", "drops", "values"))
        becomes = fields["becomes"].text() if "becomes" in fields else None
        keeps = becomes is None or _DOTTED.fullmatch(becomes) is not None
        _check_becomes(fields, legacy, becomes, keeps=keeps)
        self._template(fields, frozenset({*legacy.parameters, *(("self",) if kind else ())}))
        if "returns" in fields:
            self._returned.append((fields["returns"], fields["returns"].text()))
        return CallRule(
            id=rule_id,
            legacy=legacy,
            keeps_arguments=keeps,
            values={
                parameter: tuple(_literals(value))
                for parameter, value in mapping_in(fields, "values").items()
            },
            **read_fields(fields, _CALL),
        )

    def _add_kind(self, entry: Value) -> None:
        name = entry.mapping()["kind"].word()
        fields = entry.fields(f"kind {name}", ("kind", "methods", "attributes", "iterates"))
        self._define("kind", name, fields["kind"])
        methods: dict[str, CallRule] = {}
        for value in fields["methods"].sequence() if "methods" in fields else ():
            rule = self._call(value, name)
            self._define("method", f"{name}.{rule.legacy.name}", value)
            methods[rule.legacy.name] = rule
        attributes = {
            key: self._attribute(name, key, value)
            for key, value in mapping_in(fields, "attributes").items()
        }
        iterates = fields["iterates"].text() if "iterates" in fields else None
        if iterates is not None:
            self._returned.append((fields["iterates"], iterates))
        self.kinds[name] = Kind(
            name=name, methods=methods, attributes=attributes, iterates=iterates
        )

    def _attribute(self, kind: str, name: str, value: Value) -> AttributeRule:
        subject = f"{kind}.{name}"
        fields = value.fields(subject, ("rule", *_ATTRIBUTE), ("rule",))
        rule_id = fields["rule"].word()
        _needs_one(value, fields, rule_id, ("becomes", "manual", "returns"))
        self._template(fields, frozenset({"self"}))
        self._define("rule", rule_id, fields["rule"])
        if "returns" in fields:
            self._returned.append((fields["returns"], fields["returns"].text()))
        return AttributeRule(id=rule_id, name=name, **read_fields(fields, _ATTRIBUTE))

    def _fields(self, entry: Value, subject: str, schema: Fields) -> tuple[dict[str, Value], str]:
        """The values of a rule, and its id, which no other one has."""
        keys = entry.mapping()
        owner = f"rule {keys['rule'].word()}" if "rule" in keys else "the rule"
        fields = entry.fields(owner, ("rule", subject, *schema), ("rule", subject))
        rule_id = fields["rule"].word()
        self._define("rule", rule_id, fields["rule"])
        if "after" in fields and "example" not in fields:
            raise fields["after"].key_error("'after' needs an 'example' that it comes from")
        return fields, rule_id

    def _template(self, fields: Mapping[str, Value], known: frozenset[str]) -> None:
        """Check that a template names nothing but what there is."""
        if "becomes" in fields:
            value = fields["becomes"]
            try:
                read_template(value.text(), known)
            except ValueError as error:
                raise value.error(f"{value.label}: {error}") from None

    def _define(self, what: str, name: str, at: Value) -> None:
        if (what, name) in self._places:
            raise at.error(f"duplicate {what} {name!r} (first at {self._places[what, name]})")
        self._places[what, name] = at.place


def _signature(value: Value, kind: str | None) -> Signature:
    """A signature with the whole name of a function, or of a method of a kind."""
    legacy = value.signature()
    if kind is not None and "." in legacy.name:
        raise value.error(f"method {legacy.name!r} of {kind} must not have a dot")
    if kind is None and "." not in legacy.name:
        written = f"such as package.{legacy.name}"
        raise value.error(f"{legacy.name!r} must be written with its module, {written}")
    return legacy


def _check_parameters(fields: Mapping[str, Value], legacy: Signature) -> None:
    """Refuse what is said about parameters that there are not."""
    for key in _ABOUT_PARAMETERS:
        for parameter, value in mapping_in(fields, key).items():
            if parameter not in legacy.parameters:
                hint = did_you_mean(parameter, legacy.parameters)
                if value.is_empty():
                    hint = hint or " (a text with a comma in it needs quotes here)"
                raise value.key_error(f"{key}: {legacy.name} has no {parameter!r}{hint}")


def _check_becomes(
    fields: Mapping[str, Value], legacy: Signature, becomes: str | None, *, keeps: bool
) -> None:
    """Refuse a template that contradicts what else a rule says."""
    if becomes is None:
        _refuse_chains(fields)
        return
    if "manual" in fields:
        raise fields["manual"].key_error("a rule has either 'becomes' or 'manual'")
    if "renames" in fields and not keeps:
        message = "renames: the template of 'becomes' names the new keywords already"
        raise fields["renames"].key_error(message)
    if becomes.partition("(")[0] == legacy.name:
        raise fields["becomes"].error(
            f"{legacy.name} becomes itself: leave 'becomes' out, and say what changes with "
            "renames, drops or values"
        )


def _needs_one(
    entry: Value, fields: Mapping[str, Value], rule_id: str, keys: tuple[str, ...]
) -> None:
    if not any(key in fields for key in keys):
        raise entry.error(f"rule {rule_id} needs one of {', '.join(keys)}")


def _literals(mapping: Value) -> list[tuple[object, str]]:
    """Old literals with the source of the new ones; ``{name: a.b.C}`` is an imported name."""
    node = mapping.node
    if not isinstance(node, yaml.MappingNode):
        raise mapping.error(f"{mapping.label} must be a mapping of old values to new ones")
    found: list[tuple[object, str]] = []
    for key_node, value_node in node.value:
        line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        value = Value(
            mapping.file, line, f"the new value of {key_node.value!r}", value_node, column
        )
        key = Value(mapping.file, line, "an old value", key_node, column)
        if isinstance(value_node, yaml.MappingNode):
            new = value.fields(value.label, ("name",), ("name",))["name"].dotted()
        else:
            new = repr(_scalar(value))
        found.append((_scalar(key), new))
    return found


def _scalar(value: Value) -> object:
    """A text, a number, true, false or null."""
    if isinstance(value.node, yaml.ScalarNode):
        found = yaml.safe_load(yaml.serialize(value.node))
        if found is None or isinstance(found, str | int | float | bool):
            return found
    raise value.error(f"{value.label} must be a text, a number, true, false or null")


def _refuse_chains(fields: Mapping[str, Value]) -> None:
    """Where the function keeps its name, a second run must find nothing to do."""
    renames = mapping_in(fields, "renames")
    for value in renames.values():
        if value.text() in renames:
            raise value.error(
                f"renames: {value.text()} is renamed itself, so a second run would, too"
            )
    for parameter, mapping in mapping_in(fields, "values").items():
        literals = _literals(mapping)
        old = {repr(each) for each, _ in literals}
        for _, new in literals:
            if new in old:
                raise mapping.key_error(
                    f"values: {parameter} {new} becomes something else itself, so a second run "
                    "would change it again"
                )


__all__ = ["RuleFileError", "load_file"]
