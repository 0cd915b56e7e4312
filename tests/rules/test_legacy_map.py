"""Every public name of the installed google-generativeai has a rule, and no rule is stale."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from tests.rules.legacy_map import problems
from tests.rules.legacy_surface import by_name, raised_names, walk

from genai_codemod.engine import load_pack
from genai_codemod.engine.rule_packs.rule_pack import Kind, RulePack
from genai_codemod.engine.rule_packs.signature import Signature

PACK = load_pack()
# Spellings that no walk meets: modules of older versions.
OLD = ("text", "discuss", "discuss_types")


def test_every_legacy_name_has_a_rule_and_no_rule_is_stale() -> None:
    assert sorted(problems(PACK)) == []


def test_the_walk_finds_the_whole_surface() -> None:
    sorts = [legacy.sort for legacy in walk()]
    assert sorts.count("message") > 150
    assert sorts.count("enum") > 40
    assert sorts.count("function") > 130
    model = by_name()["google.generativeai.GenerativeModel"]
    assert model.attributes == {"cached_content", "model_name"}
    assert "stream" in model.methods["generate_content"].names
    assert model.bound == {"from_cached_content"}
    assert "google.generativeai.protos.Candidate.FinishReason" in by_name()
    assert "google.ai.generativelanguage.RetrieverServiceClient" in by_name()
    assert by_name()["google.generativeai.protos.Blob"].attributes == {"mime_type", "data"}
    assert "google.generativeai.types.Union" not in by_name()


def reported(pack: RulePack) -> set[str]:
    """What is wrong with a changed pack."""
    return problems(pack)


def without(pack: RulePack, name: str) -> RulePack:
    """The pack without its rules for one name."""
    calls = {key: rule for key, rule in pack.calls.items() if key != name}
    names = {key: rule for key, rule in pack.names.items() if key != name}
    exceptions = {key: rule for key, rule in pack.exceptions.items() if key != name}
    return replace(pack, calls=calls, names=names, exceptions=exceptions)


def lies_in(problem: str, name: str) -> bool:
    subject = problem.partition(" ")[0].partition("(")[0]
    return PACK.canonical(subject) == name or PACK.canonical(subject).startswith(name + ".")


def removable() -> list[str]:
    """The names that no other rule answers for: a rule may say more of a part of something."""
    enums = {PACK.canonical(legacy.name) for legacy in walk() if legacy.sort == "enum"}
    found = []
    for name, rule in {**PACK.names, **PACK.calls}.items():
        owner = name.rpartition(".")[0]
        public = not name.rpartition(".")[2].startswith("_")
        if public and not rule.gone and owner not in enums and PACK.manual(owner) is None:
            found.append(name)
    return found


def test_a_removed_name_is_reported() -> None:
    silent = []
    for name in removable():
        found = reported(without(PACK, name))
        if not found or not all(lies_in(problem, name) for problem in found):
            silent.append((name, sorted(found)[:3]))
    assert silent == []


def test_a_removed_exception_is_reported() -> None:
    assert len(raised_names()) > 30
    for name in raised_names():
        assert reported(without(PACK, name)) == {f"{name} has no rule"}


def test_an_exception_that_does_not_exist_is_reported() -> None:
    name = "google.api_core.exceptions.TooFewRequests"
    rule = replace(PACK.exceptions["google.api_core.exceptions.TooManyRequests"], legacy=name)
    found = reported(replace(PACK, exceptions={**PACK.exceptions, name: rule}))
    assert found == {f"{name} does not exist"}


def members() -> Iterator[tuple[Kind, str]]:
    for kind in PACK.kinds.values():
        for legacy in walk():
            name = PACK.canonical(legacy.name)
            if name not in kind.annotation or legacy.sort == "enum":
                continue
            if PACK.names[name].manual is None:
                for name in {*legacy.attributes, *legacy.methods} - legacy.bound:
                    yield kind, name


@pytest.mark.thorough
def test_a_removed_attribute_or_method_is_reported() -> None:
    silent = []
    for kind, name in members():
        smaller = replace(
            kind,
            attributes={key: rule for key, rule in kind.attributes.items() if key != name},
            methods={key: rule for key, rule in kind.methods.items() if key != name},
        )
        found = reported(replace(PACK, kinds={**PACK.kinds, kind.name: smaller}))
        if not found or not all(f".{name} has no rule" in problem for problem in found):
            silent.append((kind.name, name, sorted(found)[:3]))
    assert silent == []


def test_a_removed_alias_is_reported() -> None:
    silent = []
    for alias in PACK.aliases:
        fewer = replace(PACK, aliases=tuple(each for each in PACK.aliases if each != alias))
        others_say_it = fewer.canonical(alias[0]) == PACK.canonical(alias[0])
        if alias[0].rpartition(".")[2] in OLD or others_say_it or reported(fewer):
            continue
        if all(step_by_step(fewer, name) == step_by_step(PACK, name) for name in modules()):
            silent.append(alias)
    assert silent == []


def modules() -> Iterator[str]:
    """Modules with messages that a program can come to by the attributes of a package."""
    types = importlib.import_module("google.ai.generativelanguage_v1beta.types")
    yield from (f"{types.__name__}.{each.name}" for each in pkgutil.iter_modules(types.__path__))
    yield "google.generativeai.types.content_types.protos"


def step_by_step(pack: RulePack, dotted: str) -> str:
    """The canonical name of what is reached by one attribute after the other."""
    first, *rest = dotted.split(".")
    return reduce(lambda name, part: pack.canonical(f"{name}.{part}"), rest, first)


@pytest.mark.thorough
@pytest.mark.parametrize("field", ["drops", "refuses"])
def test_a_parameter_that_loses_its_reason_is_reported(field: str) -> None:
    tested = 0
    for name, rule in PACK.calls.items():
        for parameter in getattr(rule, field):
            other = "refuses" if field == "drops" else "drops"
            if parameter in getattr(rule, other) or rule.mechanism == "constructor":
                continue
            fewer = {key: why for key, why in getattr(rule, field).items() if key != parameter}
            changes: dict[str, Any] = {field: fewer}
            changed = replace(rule, **changes)
            found = reported(replace(PACK, calls={**PACK.calls, name: changed}))
            assert found == {f"{name}({parameter}) goes nowhere in the rule {rule.id}"}
            tested += 1
    assert tested > 1


def test_a_wrong_signature_is_reported() -> None:
    rule = PACK.calls["google.generativeai.get_file"]
    signature = Signature(rule.legacy.name, ("name", "colour"), 2)
    found = reported(
        replace(PACK, calls={**PACK.calls, rule.legacy.name: replace(rule, legacy=signature)})
    )
    assert found == {
        "google.generativeai.get_file(name) differs from the rule files.get: (name, colour)",
        "google.generativeai.get_file(colour) goes nowhere in the rule files.get",
    }


def test_a_message_is_made_with_exactly_its_fields() -> None:
    name = "google.generativeai.protos.Blob"
    rule = PACK.calls[name]
    signature = Signature(name, ("data", "colour"), 0)
    found = reported(replace(PACK, calls={**PACK.calls, name: replace(rule, legacy=signature)}))
    assert found == {
        f"{name}(mime_type) differs from the rule protos.blob",
        f"{name}(colour) differs from the rule protos.blob",
    }


def test_what_does_not_exist_is_reported() -> None:
    rule = replace(PACK.names["google.generativeai.types.File"], legacy="google.generativeai.Fiel")
    found = reported(replace(PACK, names={**PACK.names, rule.legacy: rule}))
    assert found == {"google.generativeai.Fiel does not exist"}


def test_what_is_said_to_be_gone_must_be_gone() -> None:
    name = "google.generativeai.types.File"
    rule = replace(PACK.names[name], gone="0.1.0")
    found = reported(replace(PACK, names={**PACK.names, name: rule}))
    assert found == {f"{name} exists, but its rule says that it is gone since 0.1.0"}


def test_a_stale_attribute_is_reported() -> None:
    kind = PACK.kinds["Blob"]
    attributes = {**kind.attributes, "size": replace(kind.attributes["data"], name="size")}
    kinds = {**PACK.kinds, "Blob": replace(kind, attributes=attributes)}
    found = reported(replace(PACK, kinds=kinds))
    assert found == {"google.generativeai.protos.Blob.size does not exist"}


def test_a_wrong_number_is_reported() -> None:
    kind = PACK.kinds["FileState"]
    numbers = {**kind.numbers, 0: "STATE_UNSPECIFIED", 2: "READY"}
    found = reported(
        replace(PACK, kinds={**PACK.kinds, "FileState": replace(kind, numbers=numbers)})
    )
    state = "google.generativeai.protos.File.State"
    assert found == {
        f"{state}(0) is no member: kind FileState has another",
        f"{state}(2) is ACTIVE: kind FileState has another",
    }


def test_a_class_has_one_kind() -> None:
    classes = [name for kind in PACK.kinds.values() for name in kind.annotation]
    assert sorted(classes) == sorted(set(classes))
