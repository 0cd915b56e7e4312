"""Rules of one's own in Python: what they are given, and what becomes of what they return."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import libcst as cst
import pytest

from genai_codemod import Migration, SourceError
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.custom.migrating import migrate_own
from genai_codemod.engine.custom.python_rules import load_module, load_python_file, pack_of
from genai_codemod.engine.rule_packs.rule_sources import RulesError
from genai_codemod.rules import Attribute, Call, Edit, Module, Name, rule


def result_of(program: str, *rules: object) -> Migration | SourceError:
    (result,) = migrate_own({"": Source(program.encode())}, pack_of("test", rules)).values()
    return result


def migrated(program: str, *rules: object) -> str:
    result = result_of(program, *rules)
    assert isinstance(result, Migration)
    return result.after.decode()


CALL = (
    "from acme import llm\n\n\nclass A:\n    def f(self, p):\n        return llm.ask(p, 'm', *p)\n"
)


def test_what_a_rule_is_given() -> None:
    seen: list[Call] = []

    @rule("t.ask", calls="acme.llm.ask(prompt, model)")
    def ask(call: Call) -> None:
        seen.append(call)

    assert migrated(CALL, ask) == CALL
    (call,) = seen
    assert (call.function, call.line, call.role) == ("acme.llm.ask", 6, "returned")
    assert (call.text, call.inside) == ("llm.ask(p, 'm', *p)", ("A", "f"))
    assert list(call.arguments) == ["prompt", "model"]
    assert call.unmatched == ("*p",)
    assert call.arguments["model"].literal == "m"
    assert call.arguments["model"].value.types == {"str"}
    assert not call.arguments["prompt"].is_literal
    assert call.module.imports == {"llm": "acme.llm"}
    assert isinstance(call.node, cst.Call)
    with pytest.raises(ValueError, match="p is not a literal"):
        _ = call.arguments["prompt"].literal
    with pytest.raises(AttributeError):
        call.line = 5  # type: ignore[misc]


def test_a_template_with_parts() -> None:
    @rule("t.ask", calls="acme.llm.ask(prompt)")
    def ask(call: Call) -> Edit:
        return call.becomes(
            "acme.ai.complete(prompt, where=where, n=n)",
            where=repr(call.inside[-1]),
            n=cst.Integer("3"),
        )

    program = "from acme.llm import ask\n\n\ndef f():\n    return ask(ask('a'))\n"
    assert migrated(program, ask) == (
        "from acme.ai import complete\n\n\ndef f():\n"
        "    return complete(complete('a', where='f', n=3), where='f', n=3)\n"
    )


def test_nodes_of_the_file_may_be_used_in_new_ones() -> None:
    """What other rules do to the arguments is not lost."""

    @rule("t.pair", calls="acme.llm.pair(one, two)")
    def pair(call: Call) -> Edit:
        one, two = call.arguments["one"].node, call.arguments["two"].node
        return call.becomes("given", given=cst.Tuple([cst.Element(two), cst.Element(one)]))

    @rule("t.ask", calls="acme.llm.ask(prompt)")
    def ask(call: Call) -> Edit:
        return call.becomes("acme.ai.complete(prompt)")

    @rule("t.first", calls="acme.llm.first(listed)")
    def first(call: Call) -> Edit:
        listed = call.arguments["listed"].node
        assert isinstance(listed, cst.List)
        return call.becomes("given", given=listed.elements[0].value)

    program = "from acme import llm\n\nx = llm.pair(llm.ask(1), llm.first([llm.ask(2)]))\n"
    assert migrated(program, pair, ask, first) == (
        "from acme import ai\n\nx = (ai.complete(2), ai.complete(1))\n"
    )


def test_arguments_that_are_rearranged() -> None:
    @rule("t.ask", calls="acme.llm.ask(prompt, model, *, debug)")
    def ask(call: Call) -> Edit:
        return call.rearranged(
            "acme.ai.ask",
            renames={"model": "name"},
            drops=["debug"],
            values={"prompt": "prompt.strip()"},
            adds={"mode": "acme.ai.Mode.FAST"},
        )

    program = "from acme import llm\n\nllm.ask(p, model='m', debug=True, other=1)\n"
    assert migrated(program, ask) == (
        "from acme import ai\n\nai.ask(p.strip(), name='m', other=1, mode=ai.Mode.FAST)\n"
    )


@pytest.mark.parametrize("passed", ["'a', **more", "*more", "'a', mode=3", "'a', 'm', 'b'"])
def test_arguments_that_a_template_has_no_name_for_are_not_lost(passed: str) -> None:
    @rule("t.ask", calls="acme.llm.ask(prompt, model)")
    def ask(call: Call) -> Edit:
        return call.becomes("acme.ai.complete(model=model, input=prompt)")

    program = f"from acme import llm\n\nllm.ask({passed})\n"
    lines = migrated(program, ask).splitlines()
    assert lines[-1] == f"llm.ask({passed})"
    assert lines[-2].startswith("# TODO(genai-codemod): write the arguments of this call out: ")


def test_parts_of_a_template_that_a_call_does_not_pass() -> None:
    @rule("t.ask", calls="acme.llm.ask(prompt, model)")
    def ask(call: Call) -> Edit:
        return call.becomes("acme.ai.complete(model=low, input=prompt)", low="model.lower()")

    @rule("t.put", calls="acme.llm.put(key, value)")
    def put(call: Call) -> Edit:
        return call.rearranged("acme.ai.put", adds={"size": "len(value) + 1"})

    program = "from acme import llm\n\nllm.ask('a')\nllm.put('k')\n"
    assert migrated(program, ask, put) == (
        "from acme import ai, llm\n\nai.complete(input='a')\n"
        "# TODO(genai-codemod): len(value) is needed, and not passed here: migrate this by "
        "hand. [t.put]\nllm.put('k')\n"
    )


def test_what_is_rearranged_may_be_in_arguments_that_nobody_sees() -> None:
    @rule("t.ask", calls="acme.llm.ask(prompt, *, model, debug)")
    def ask(call: Call) -> Edit:
        return call.rearranged("acme.ai.ask", renames={"model": "name"}, drops=["debug"])

    program = "from acme import llm\n\nllm.ask(p, **more)\n"
    assert migrated(program, ask) == (
        "from acme import ai\n\n"
        "# TODO(genai-codemod): see whether **more holds any of debug, model. [t.ask]\n"
        "ai.ask(p, **more)\n"
    )


def test_a_class_for_everything() -> None:
    @rule(
        "t.session",
        calls="acme.llm.connect(url)",
        methods="Session.ask(prompt)",
        attributes="Session.address",
        names="acme.llm.Settings",
        returns="Session",
    )
    class Sessions:
        def __init__(self) -> None:
            self.calls = 0

        def call(self, call: Call) -> Edit:
            self.calls += 1
            if call.function == "Session.ask":
                return call.becomes("self.complete(prompt, number)", number=str(self.calls))
            return call.becomes("acme.ai.Session(url)")

        def attribute(self, attribute: Attribute) -> Edit:
            assert attribute.owner.value.kinds == {"Session"}
            return attribute.becomes("self.url")

        def name(self, name: Name) -> Edit:
            return name.becomes("acme.ai.Options", review="see its fields.")

    program = (
        "from acme import llm\n\ns = llm.connect(llm.Settings)\nprint(s.ask('a'), s.address)\n"
    )
    assert migrated(program, Sessions) == (
        "from acme import ai\n\n# TODO(genai-codemod): see its fields. [t.session]\n"
        "s = ai.Session(ai.Options)\nprint(s.complete('a', 2), s.url)\n"
    )


def test_a_rule_for_whole_modules() -> None:
    @rule("t.setup", modules="acme")
    def setup(module: Module) -> Iterator[Edit]:
        for call in module.calls("acme.other.setup"):
            if "debug" in call.arguments:
                yield call.rearranged(drops=["debug"])

    program = "from acme.other import setup\n\nsetup(1, debug=True)\nsetup(2)\n"
    assert migrated(program, setup) == program.replace(", debug=True", "")


def test_a_rule_for_whole_modules_loses_no_argument_by_position() -> None:
    @rule("t.setup", modules="acme")
    def setup(module: Module) -> Iterator[Edit]:
        for call in module.calls("acme.other.setup"):
            yield call.becomes("acme.logs.start(debug=debug)")

    program = "from acme.other import setup\n\nsetup(1, debug=True)\nsetup(debug=False)\n"
    assert migrated(program, setup).splitlines()[-3:] == [
        "# TODO(genai-codemod): write the arguments of this call out: 1 cannot be translated. "
        "[t.setup]",
        "setup(1, debug=True)",
        "start(debug=False)",
    ]


def raises(_call: Call) -> None:
    raise OSError("no disk")


FAILING: dict[str, Callable[[Call], object]] = {
    "raises": raises,
    "ends the program": lambda _: sys.exit(3),
    "gives an argument twice": lambda call: call.rearranged(adds={"prompt": "1", "b": "f("}),
    "gives something else": lambda call: call.text,
    "a template that is no Python": lambda call: call.becomes("f("),
    "a template with an unknown name": lambda call: call.becomes("complete(prompt)"),
    "a part that is no expression": lambda call: call.becomes("x", x=cast(str, 3)),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_rule_that_fails_leaves_the_place_to_a_person(case: str) -> None:
    failing = rule("t.ask", calls="acme.llm.ask(prompt)")(FAILING[case])

    @rule("t.embed", calls="acme.llm.embed(text)")
    def embed(call: Call) -> Edit:
        return call.becomes("acme.ai.vectors(text)")

    program = "from acme import llm\n\nllm.ask('a')\nllm.embed('b')\n"
    lines = migrated(program, failing, embed).splitlines()
    assert lines[-1] == "ai.vectors('b')"
    assert lines[-2] == "llm.ask('a')"
    assert lines[-3].startswith("# TODO(genai-codemod): the rule failed here (")
    assert lines[-3].endswith("): migrate this by hand. [t.ask]")


def test_a_class_that_cannot_be_made_and_a_module_rule_that_fails() -> None:
    @rule("t.class", calls="acme.llm.ask(prompt)")
    class Broken:
        def __init__(self) -> None:
            raise OSError("no disk")

    @rule("t.module", modules="acme")
    def module(given: Module) -> Iterator[Edit]:
        yield given.calls("nothing")[0].marked("x")

    result = result_of("from acme import llm\n\nllm.ask('a')\n", Broken, module)
    assert isinstance(result, Migration)
    messages = {each.rule: each.message for each in result.findings}
    assert "OSError: no disk" in messages["t.class"]
    line = module.__code__.co_firstlineno + 2
    assert messages["t.module"] == (
        f"the rule failed: test_python_rules.py:{line}: IndexError: tuple index out of range."
    )


def test_rules_that_never_end_change_nothing() -> None:
    @rule("t.ask", calls="acme.llm.ask(prompt)")
    def ask(call: Call) -> Edit:
        return call.becomes("acme.llm.ask(prompt + 1)")

    result = result_of("from acme import llm\n\nllm.ask(1)\n", ask)
    assert isinstance(result, SourceError)
    assert result.message.startswith("rules go on changing what they wrote")


FILE = b"""
from dataclasses import dataclass

from genai_codemod.rules import Call, Edit, rule


@dataclass
class Limits:
    most: int = 3


@rule("f.ask", calls="acme.llm.ask(prompt)")
def ask(call: Call) -> Edit:
    return call.becomes("acme.ai.complete(prompt, most=most)", most=str(Limits().most))


@rule("f.embed", calls="acme.llm.embed(text)")
def embed(call: Call) -> None: ...


both = [ask, embed]
nothing = 5
"""


def test_rules_in_a_file() -> None:
    assert set(load_python_file("rules.py", FILE).functions) == {"f.ask", "f.embed"}
    assert set(load_python_file("rules.py:both", FILE).functions) == {"f.ask", "f.embed"}
    pack = load_python_file("rules.py:ask", FILE)
    assert set(pack.functions) == {"f.ask"}
    source = {"": Source(b"from acme.llm import ask\n\nask(1)\n")}
    (result,) = migrate_own(source, pack).values()
    assert isinstance(result, Migration)
    assert result.after == b"from acme.ai import complete\n\ncomplete(1, most=3)\n"
    assert "rules" not in sys.modules


WRONG = {
    b"x = (": "rules.py:1:5: '(' was never closed",
    b"import nothing_like_this": (
        "rules.py:1: ModuleNotFoundError: No module named 'nothing_like_this'"
    ),
    b"import sys; sys.exit(3)": "rules.py:1: SystemExit: 3",
    b"\0": "rules.py",
    b"x = 5": "rules.py has no rules: register functions with genai_codemod.rules.rule",
    b"\n\ndef f():\n    return 1 // 0\n\nf()": "rules.py:4: ZeroDivisionError: integer division",
    b"from genai_codemod.rules import rule\nrule('a')": (
        "rules.py:2: ValueError: rule 'a' is for nothing"
    ),
    b"from genai_codemod.rules import rule\nrule('a', calls='f(')": (
        "rules.py:2: ValueError: 'f(' is not a signature"
    ),
    b"from genai_codemod.rules import rule\nrule('a', methods='f(x)')": (
        "rules.py:2: ValueError: rule 'a': 'f' is not of the form Kind.name"
    ),
}


@pytest.mark.parametrize(("data", "message"), WRONG.items(), ids=WRONG.values())
def test_a_file_that_is_wrong_is_one_line(data: bytes, message: str) -> None:
    with pytest.raises(RulesError) as raised:
        load_python_file("rules.py", data)
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


def test_an_attribute_that_is_not_there_or_no_rule() -> None:
    with pytest.raises(RulesError, match=r"rules.py:gone: there is no 'gone'"):
        load_python_file("rules.py:gone", FILE)
    with pytest.raises(RulesError, match=r"rules.py:nothing: int is not registered as a rule"):
        load_python_file("rules.py:nothing", FILE)


def test_two_rules_for_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = FILE + FILE.replace(b"f.ask", b"f.again").replace(b"f.embed", b"f.more")
    with pytest.raises(RulesError, match=r"two rules are for calls of acme\.llm\.ask"):
        pack_of("x", [*load_functions(FILE), *load_functions(twice)])
    (tmp_path / "rules_for_a_test.py").write_bytes(FILE)
    monkeypatch.syspath_prepend(tmp_path)
    assert set(load_module("rules_for_a_test:both").functions) == {"f.ask", "f.embed"}
    with pytest.raises(RulesError, match=r"cannot import the rules no_such_module:x"):
        load_module("no_such_module:x")


def load_functions(data: bytes) -> list[object]:
    return list(load_python_file("rules.py", data).functions.values())
