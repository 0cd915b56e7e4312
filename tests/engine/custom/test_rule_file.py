"""Files of rules of one's own: what is wrong with them is said with its place."""

from __future__ import annotations

import pytest

from genai_codemod.engine.custom.rule_file import load_file
from genai_codemod.engine.rule_packs.packs import load_packs
from genai_codemod.engine.rule_packs.rule_sources import DEFAULT_SOURCE, RulesError, RuleSource
from genai_codemod.engine.rule_packs.yaml_values import RuleFileError

CALL = "- rule: a.f\n  legacy: old.sdk.f(x, *, loud)\n"
WRONG = {
    "": "1:1: the file must be a list",
    "rulez: []": "1:1: unknown key 'rulez' in the file (did you mean 'rules'?)",
    "name: a b\nrules: []": "1:7: 'name' must be one word, not 'a b'",
    "rules: [x": "2:1: did not find expected ',' or ']'",
    "- {rul: a}": "1:3: an entry needs 'rule' or 'kind' (did you mean 'rule'?)",
    "- rule: a\n  legcy: f()": "2:3: unknown key 'legcy' in rule a (did you mean 'legacy'?)",
    "- rule: a": "1:3: rule a needs one of legacy, name, module",
    "- rule: a\n  legacy: f(x)\n  manual: m": (
        "2:11: 'f' must be written with its module, such as package.f"
    ),
    "- rule: a\n  legacy: a.f(x": "2:11: 'legacy': 'a.f(x' is not a signature: '(' was never",
    CALL: "1:3: rule a.f needs one of becomes, manual, renames, drops, values",
    CALL + "  becomes: new.f(y)": "3:12: 'becomes': 'y' is no parameter (there are: loud, x); what",
    CALL + "  becomes: client.f(x)": (
        "3:12: 'becomes': 'client' is something that only an installed pack can use; write the"
    ),
    CALL + "  becomes: new.f(": "3:12: 'becomes': 'new.f(' is not a Python expression: ",
    CALL + "  becomes: old.sdk.f(x)": "3:12: old.sdk.f becomes itself: leave 'becomes' out",
    CALL + "  becomes: new.f(x)\n  renames: {x: y}": (
        "4:3: renames: the template of 'becomes' names the new keywords already"
    ),
    CALL + "  becomes: new.f\n  manual: m": "4:3: a rule has either 'becomes' or 'manual'",
    CALL + "  drops: {lout: why}": "3:11: drops: old.sdk.f has no 'lout' (did you mean 'loud'?)",
    CALL + "  refuses: {x: why, and what}": (
        "3:21: refuses: old.sdk.f has no 'and what' (a text with a comma in it needs quotes here)"
    ),
    CALL + "  renames: {x: loud, loud: x}": "3:16: renames: loud is renamed itself",
    CALL + "  values:\n    x: {1: 2, 2: 3}": "4:5: values: x 2 becomes something else itself",
    CALL + "  values: {x: [1]}": "3:15: 'x' must be a mapping of old values to new ones",
    CALL + "  values: {x: {1: [2]}}": "3:19: the new value of '1' must be a text, a number",
    CALL + "  values: {x: {1: {nam: a.B}}}": "3:20: unknown key 'nam' in the new value of '1'",
    CALL + "  manual: m\n  returns: Sesion\n- kind: Session": (
        "4:12: unknown kind 'Sesion' (did you mean 'Session'?)"
    ),
    CALL + "  manual: m\n  after: x": "4:3: 'after' needs an 'example' that it comes from",
    CALL + "  manual: m\n  example: x =": "4:12: 'example' is not valid Python: ",
    CALL + "  manual: m\n" + CALL + "  manual: m": "4:9: duplicate rule 'a.f' (first at r.yaml:1)",
    "- rule: a\n  manual: do: this": "2:13: mapping values are not allowed in this context (a text",
    "- rule: a\n\tname: a.B": "2:1: found a tab character that violates indentation (spaces",
    "- rule: a\n  legacy: a.f(x)\n  name: a.f\n  manual: m": (
        "3:3: a rule has either 'legacy' or 'name': write two rules"
    ),
    CALL + "  drops: [loud]": "3:10: 'drops' must be a mapping, such as {key: value}",
    CALL + "  manual: m\n  returns: Text": "4:12: unknown kind 'Text' (there are: none)",
    "- {rule: a, name: a.B}": "1:3: rule a needs one of becomes, manual",
    "- {rule: a, name: a.B, becomes: C}": "1:33: 'becomes': 'C' is no parameter (there are: none)",
    "- {rule: a, module: a.b, becomes: a.b.c}": "1:35: a.b.c lies in a.b itself",
    "- {rule: a, module: a.b, becomes: a-b}": "1:35: 'becomes' must be a dotted name, not 'a-b'",
    "- kind: K\n  methods:\n  - {rule: a, legacy: b.f(x), manual: m}": (
        "3:23: method 'b.f' of K must not have a dot"
    ),
    "- kind: K\n  attributes:\n    a: {becomes: self.b}": "3:8: K.a has no 'rule'",
    "- kind: K\n  attributes:\n    a: {rule: b, becomes: that.b + d}": "3:27: 'becomes': 'd' is",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items(), ids=WRONG.values())
def test_what_is_wrong_is_one_line_with_its_place(text: str, message: str) -> None:
    with pytest.raises(RuleFileError) as raised:
        load_file("r.yaml", text.encode())
    assert str(raised.value).startswith(f"r.yaml:{message}")
    assert "\n" not in str(raised.value)


def test_a_file_with_a_head() -> None:
    rules = b"name: team\nmodules: [new.sdk.core]\nrules:\n" + CALL.encode() + b"  becomes: new.f\n"
    pack = load_file("rules/r.yaml", rules)
    assert (pack.name, pack.modules, pack.packages) == ("team", ("new.sdk.core",), ("old.sdk.f",))
    assert load_file("rules/r.yaml", b"[]").name == "r"


def test_rules_that_are_called_as_others() -> None:
    upload = b"---\n- {rule: files.upload, name: a.B, manual: m}"
    with pytest.raises(
        RulesError, match=r"^r.yaml:2: google-generativeai has a rule 'files.upload', too"
    ):
        load_packs((DEFAULT_SOURCE, RuleSource("r.yaml", upload)))
    with pytest.raises(RulesError, match=r"b/r.yaml: a/r.yaml is called 'r', too"):
        load_packs((RuleSource("a/r.yaml", b"[]"), RuleSource("b/r.yaml", b"[]")))
