"""Loads a rule pack from a folder of YAML files, checked against a closed schema.

``pack.yaml`` names the pack, its packages and their aliases; every other ``*.yaml`` file is a
list of entries, each a ``rule`` (with ``legacy``, ``name`` or ``exception``), a ``kind``, or a
``finding`` that rules of the engine report, except ``retired_models.yaml``, the table of models
that are gone.  A ``name`` may be a list of names, all ``within`` one module or class.
A wrong entry raises a `RuleFileError` that says in one line where it is and what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.resources.abc import Traversable
from typing import Any

from genai_codemod.engine.rule_packs.retired_models import RETIRED_MODELS, read_retired_models
from genai_codemod.engine.rule_packs.rule_pack import Kind, RulePack
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule, ErrorRule, NameRule, Rule
from genai_codemod.engine.rule_packs.yaml_values import (
    Fields,
    RuleFileError,
    Value,
    did_you_mean,
    mapping_in,
    read_document,
    read_fields,
)

__all__ = ["RuleFileError", "load_pack"]


def load_pack(folder: Traversable) -> RulePack:
    """Load the rule pack in a folder: a ``Path``, or a resource of a package.

    Raises:
        RuleFileError: a file is not valid YAML, or a rule is wrong.
    """
    files = {file.name: file for file in folder.iterdir() if file.name.endswith(".yaml")}
    head = files.pop("pack.yaml", None)
    if head is None:
        raise RuleFileError("pack.yaml", 1, f"no such file in {folder}")
    pack = _head(read_document(head))
    if (retired := files.pop(RETIRED_MODELS, None)) is not None:
        pack = replace(pack, retired=read_retired_models(read_document(retired)))
    loading = _Loading(pack)
    for name in sorted(files):
        for entry in read_document(files[name]).sequence():
            loading.add(entry)
    return loading.finish()


_HEAD: Fields = {
    "successor": Value.word,
    "successor_module": Value.dotted,
    "default_model": Value.word,
    "model_prefix": Value.word,
    "dropped_prefix": Value.word,
    "model_calls": Value.callers,
    "prelude": Value.program,
    "whole": Value.words,
    "key_variables": Value.words,
    "shared": Value.flag,
    "client": Value.template,
    "client_needs": Value.word,
    "not_configured": Value.text,
    "configured_elsewhere": Value.text,
    "settings": Value.texts,
    "replaces_settings": Value.flag,
    "optional": Value.words,
    "calls_functions": Value.flag,
}
_READ: Fields = {
    "guide": Value.word, "about": Value.text, "differs": Value.sentences, "example": Value.program,
}  # fmt: skip
_RULE: Fields = _READ | {
    "manual": Value.text, "review": Value.text, "gone": Value.word,
}  # fmt: skip
_CALL: Fields = _RULE | {
    "becomes": Value.template, "returns": Value.text, "stream": Value.word,
    "streams": Value.text, "awaits": Value.flag, "drops": Value.texts,
    "renames": Value.texts,
    "refuses": Value.texts, "mechanism": Value.word, "model": Value.word,
    "named": Value.template, "adds": Value.templates, "source": Value.templates,
    "gone_parameters": Value.texts, "converts": Value.texts,
    "raises": Value.word, "raises_later": Value.word, "stream_raises": Value.word,
    "spread": Value.word, "when": Value.texts, "unsure": Value.text, "given": Value.words,
    "defaults": Value.templates, "unless": Value.word, "kept": Value.text,
}  # fmt: skip
_NAME: Fields = _RULE | {
    "becomes": Value.template, "asynchronous": Value.template, "iterates": Value.text,
    "annotates": Value.flag, "tested": Value.text,
    "restored": Value.word, "caught": Value.word, "unset": Value.flag,
}  # fmt: skip
_EXCEPTION: Fields = _RULE | {
    "becomes": Value.dotted, "where": Value.constant, "base": Value.dotted,
    "timeout": Value.dotted, "limited_by": Value.word, "limit": Value.word, "awaited": Value.text,
    "unreached": Value.dotted, "unreached_in_time": Value.names,
    "predicate": Value.dotted, "fails": Value.names, "asks": Value.names,
    "takes_classes": Value.flag,
}  # fmt: skip
_ATTRIBUTE: Fields = _RULE | {
    "becomes": Value.template, "used": Value.templates, "returns": Value.text,
    "empty": Value.template, "absent": Value.template, "guards": Value.word, "raises": Value.word,
    "error": Value.word, "unreached": Value.template,
    "joins": Value.word, "checked": Value.template, "renews": Value.word, "latest": Value.word,
    "assigned": Value.text, "changed": Value.text,
    "keeps": Value.flag,
}  # fmt: skip
_KIND = (
    "kind", "like", "annotation", "annotated", "type", "prints", "copies", "iterates", "sequence",
    "enum", "number", "numbers", "attributes", "items", "methods", "example", "strict", "stays",
    "leaves", "entered", "given",
)  # fmt: skip
_KIND_FIELDS: Fields = {
    "iterates": Value.text, "sequence": Value.word, "annotation": Value.names,
    "type": Value.dotted, "annotated": Value.dotted, "prints": Value.text,
    "copies": Value.text, "enum": Value.text, "number": Value.word,
    "numbers": Value.numbers, "example": Value.program, "strict": Value.flag,
    "stays": Value.text, "leaves": Value.text, "entered": Value.text,
    "given": Value.flag,
}  # fmt: skip


def _head(document: Value) -> RulePack:
    required = ("name", "packages")
    fields = document.fields(
        "the pack", (*required, "aliases", "siblings", "stays", *_HEAD), required
    )
    aliases = mapping_in(fields, "aliases")
    pack = RulePack(
        name=fields["name"].word(),
        packages=tuple(package.dotted() for package in fields["packages"].sequence()),
        aliases=tuple(
            (prefix, aliases[prefix].dotted())
            for prefix in sorted(aliases, key=lambda prefix: (-len(prefix), prefix))
        ),
        calls={},
        names={},
        kinds={},
        siblings=_dotted_names(fields, "siblings"),
        stays=_dotted_names(fields, "stays"),
        **read_fields(fields, _HEAD),
    )
    for prefix, value in aliases.items():
        try:
            pack.canonical(prefix)
        except RecursionError:
            raise value.error(f"alias {prefix!r} leads back to itself") from None
    return pack


def _dotted_names(fields: Mapping[str, Value], key: str) -> tuple[str, ...]:
    return tuple(each.dotted() for each in fields[key].sequence()) if key in fields else ()


class _Loading:
    """The rules of a pack so far, and where each was found."""

    def __init__(self, head: RulePack) -> None:
        self._head = head
        self._calls: dict[str, CallRule] = {}
        self._names: dict[str, NameRule] = {}
        self._findings: dict[str, Rule] = {}
        self._exceptions: dict[str, ErrorRule] = {}
        self._kinds: dict[str, Kind] = {}
        self._like: dict[str, Value] = {}
        self._places: dict[tuple[str, str], str] = {}
        self._subjects: dict[str, tuple[str, str]] = {}

    def add(self, entry: Value) -> None:
        """Add an entry of a rule file.

        Raises:
            RuleFileError: it is wrong, or something has been added under its name before.
        """
        keys = entry.mapping()
        if "kind" in keys:
            self._add_kind(entry)
        elif "name" in keys:
            for name, fields in self._named(entry, "name", _NAME):
                self._names[name] = NameRule(legacy=name, **fields)
        elif "exception" in keys:
            for name, fields in self._named(entry, "exception", _EXCEPTION):
                self._exceptions[name] = ErrorRule(legacy=name, **fields)
        elif "finding" in keys:
            self._add_finding(entry)
        elif "rule" in keys:
            rule = self._call(entry)
            self._canonical(rule.legacy.name, keys["legacy"])
            self._define("call", rule.legacy.name, entry)
            self._calls[rule.legacy.name] = rule
        else:
            hints = (did_you_mean(key, ("rule", "kind", "finding")) for key in keys)
            raise entry.error(f"an entry needs 'rule' or 'kind'{next(filter(None, hints), '')}")

    def finish(self) -> RulePack:
        """The pack, with every kind completed by the one it is like.

        A constructor answers for its class wherever it is named without being called.
        """
        classes = {
            name: NameRule(id=rule.id, legacy=name, becomes=rule.becomes, guide=rule.guide)
            for name, rule in self._calls.items()
            if rule.mechanism == "constructor" and rule.becomes is not None
        }
        return replace(
            self._head,
            calls=self._calls,
            names=classes | self._names,
            exceptions=self._exceptions,
            findings=self._findings,
            kinds={name: self._completed(name, ()) for name in self._kinds},
        )

    def _named(
        self, entry: Value, subject: str, schema: Fields
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The names an entry is about, and what it says of each."""
        fields, rule_id = _rule_fields(entry, subject, {"within": Value.dotted, **schema})
        values = fields[subject].one_or_more()
        prefix = fields["within"].dotted() + "." if "within" in fields else ""
        names = [prefix + value.dotted() for value in values]
        self._identify(rule_id, ", ".join(names), fields["rule"])
        rest = {"id": rule_id, **read_fields(fields, schema)}
        for value, name in zip(values, names, strict=True):
            self._canonical(name, value)
            self._define(subject, name, value)
            yield name, rest

    def _add_finding(self, entry: Value) -> None:
        fields = entry.fields("the finding", ("finding", *_READ), ("finding", "about"))
        finding = fields["finding"].word()
        self._define("finding", finding, entry)
        self._findings[finding] = Rule(id=finding, **read_fields(fields, _READ))

    def _call(self, entry: Value, kind: str | None = None) -> CallRule:
        fields, rule_id = _rule_fields(entry, "legacy", _CALL)
        legacy = fields["legacy"].signature()
        if kind and "." in legacy.name:
            raise fields["legacy"].error(f"method {legacy.name!r} of {kind} must not have a dot")
        for key in (
            "drops", "refuses", "renames", "converts", "gone_parameters", "when", "defaults",
        ):  # fmt: skip
            for parameter, value in mapping_in(fields, key).items():
                if parameter not in legacy.parameters:
                    hint = did_you_mean(parameter, legacy.parameters)
                    raise value.key_error(f"{key}: {legacy.name} has no {parameter!r}{hint}")
        if "model" in fields and fields["model"].word() not in legacy.parameters:
            hint = did_you_mean(fields["model"].word(), legacy.parameters)
            raise fields["model"].error(
                f"model: {legacy.name} has no {fields['model'].word()!r}{hint}"
            )
        self._identify(rule_id, f"{kind}.{legacy.name}" if kind else legacy.name, fields["rule"])
        return CallRule(id=rule_id, legacy=legacy, **read_fields(fields, _CALL))

    def _add_kind(self, entry: Value) -> None:
        name = entry.mapping()["kind"].word()
        fields = entry.fields(f"kind {name}", _KIND)
        self._define("kind", name, entry)
        self._kinds[name] = Kind(
            name=name,
            methods=self._methods(fields, name),
            attributes=self._attributes(fields, "attributes", name),
            items=self._attributes(fields, "items", name),
            **read_fields(fields, _KIND_FIELDS),
        )
        if "annotation" in fields:
            for each in fields["annotation"].one_or_more():
                self._canonical(each.dotted(), each)
        if "like" in fields:
            self._like[name] = fields["like"]

    def _methods(self, fields: Mapping[str, Value], kind: str) -> dict[str, CallRule]:
        methods: dict[str, CallRule] = {}
        for value in fields["methods"].sequence() if "methods" in fields else ():
            rule = self._call(value, kind)
            self._define("method", f"{kind}.{rule.legacy.name}", value)
            methods[rule.legacy.name] = rule
        return methods

    def _attributes(
        self, fields: Mapping[str, Value], key: str, kind: str
    ) -> dict[str, AttributeRule]:
        attributes: dict[str, AttributeRule] = {}
        for name, value in mapping_in(fields, key).items():
            subject = f"{kind}.{name}"
            if value.is_text():
                given = {"returns": value}
            else:
                given = value.fields(subject, ("rule", *_ATTRIBUTE))
            rule_id = given["rule"].word() if "rule" in given else f"{kind.lower()}.{name}"
            self._identify(rule_id, subject, given.get("rule", value))
            attributes[name] = AttributeRule(
                id=rule_id, name=name, **read_fields(given, _ATTRIBUTE)
            )
        return attributes

    def _completed(self, name: str, users: tuple[str, ...]) -> Kind:
        """A kind with what it has from the one it is like, all the way up."""
        kind = self._kinds[name]
        like = self._like.get(name)
        if like is None:
            return kind
        base_name = like.word()
        if base_name not in self._kinds:
            raise like.error(f"unknown kind {base_name!r}{did_you_mean(base_name, self._kinds)}")
        if base_name in (*users, name):
            raise like.error(f"kind {base_name!r} is like itself")
        base = self._completed(base_name, (*users, name))
        return replace(
            kind,
            like=base_name,
            methods={**base.methods, **kind.methods},
            attributes={**base.attributes, **kind.attributes},
            items={**base.items, **kind.items},
            iterates=kind.iterates or base.iterates,
            sequence=kind.sequence or base.sequence,
            enum=kind.enum or base.enum,
            number=kind.number or base.number,
            numbers=kind.numbers or base.numbers,
            prints=kind.prints or base.prints,
            copies=kind.copies or base.copies,
            strict=kind.strict or base.strict,
            stays=kind.stays or base.stays,
            leaves=kind.leaves or base.leaves,
            entered=kind.entered or base.entered,
            given=kind.given or base.given,
        )

    def _identify(self, rule_id: str, subject: str, at: Value) -> None:
        """Note whose rule an id is; only the same legacy name may have it again."""
        first, place = self._subjects.setdefault(rule_id, (subject, at.place))
        if first != subject:
            raise at.error(f"duplicate rule {rule_id!r} (first at {place})")

    def _define(self, what: str, name: str, at: Value) -> None:
        if (what, name) in self._places:
            first = self._places[what, name]
            raise at.error(f"duplicate {what} {name!r} (first at {first})")
        self._places[what, name] = at.place

    def _canonical(self, dotted: str, at: Value) -> None:
        """Refuse a name under which no rule would ever be looked up."""
        canonical = self._head.canonical(dotted)
        if canonical != dotted:
            raise at.error(f"{dotted!r} is an alias: write {canonical!r}")


def _rule_fields(entry: Value, subject: str, schema: Fields) -> tuple[dict[str, Value], str]:
    """The values of a rule, and its id."""
    keys = entry.mapping()
    owner = f"rule {keys['rule'].word()}" if "rule" in keys else "the rule"
    fields = entry.fields(owner, ("rule", subject, *schema), ("rule", subject))
    ways = [key for key in ("becomes", "manual", "mechanism") if key in schema]
    if not any(key in fields for key in ways):
        raise entry.error(f"{owner} needs one of {', '.join(ways)}")
    return fields, fields["rule"].word()
