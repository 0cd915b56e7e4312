from pathlib import Path

import pytest
import yaml
from tests.engine.packs import write

from genai_codemod.engine.rule_packs import yaml_values
from genai_codemod.engine.rule_packs.rule_files import RuleFileError, load_pack

RULE = "- rule: a.b\n  legacy: old.sdk.f(x, *, yes)\n"
ATTRIBUTES = "- kind: K\n  attributes:\n"

WRONG = {
    "- a": "1: an entry of the file must be a mapping",
    "a: b": "1: the file must be a list",
    "": "1: the file must be a list",
    "# nothing": "1: the file must be a list",
    "- rul: a": "1: an entry needs 'rule' or 'kind' (did you mean 'rule'?)",
    "- rule: a\n  manual: m": "1: rule a has no 'legacy'",
    "- name: old.sdk.A\n  manual: m": "1: the rule has no 'rule'",
    "- rule: a\n  manual: m\n  legcy: f()": (
        "3: unknown key 'legcy' in rule a (did you mean 'legacy'?)"
    ),
    "- rule: a b\n  legacy: f()": "1: 'rule' must be one word, not 'a b'",
    RULE: "1: rule a.b needs one of becomes, manual, mechanism",
    RULE + "  manual: m\n  retruns: T": (
        "4: unknown key 'retruns' in rule a.b (did you mean 'returns'?)"
    ),
    RULE + "  manual: m\n  zzz: T": "4: unknown key 'zzz' in rule a.b",
    RULE + "  manual: m\n  manual: n": "4: duplicate key 'manual'",
    RULE + "  manual: m\n  [a]: n": "4: a key in an entry of the file must be text",
    RULE + "  manual:": "3: 'manual' must be text, not nothing",
    RULE + "  manual: ''": "3: 'manual' must be text, not empty",
    RULE + "  manual: 5": "3: 'manual' must be text, not 5",
    RULE + "  manual: [m]": "3: 'manual' must be text",
    RULE + "  manual: |\n    one\n    two": "3: 'manual' must be one line",
    RULE + "  becomes: a b": ("3: 'becomes': 'a b' is not a Python expression: invalid syntax"),
    RULE + "  becomes: f(\n": "3: 'becomes': 'f(' is not a Python expression: '(' was never closed",
    RULE + "  manual: m\n  awaits: 1": "4: 'awaits' must be true or false",
    RULE + "  manual: m\n  drops: x": "4: 'drops' must be a mapping",
    RULE + "  manual: m\n  drops:\n    x: r\n    yees: r": (
        "6: drops: old.sdk.f has no 'yees' (did you mean 'yes'?)"
    ),
    RULE + "  manual: m\n  gone_parameters: {no: 0.1.0}": (
        "4: gone_parameters: old.sdk.f has no 'no'"
    ),
    RULE + "  manual: m\n  refuses: {q: r}": "4: refuses: old.sdk.f has no 'q'",
    RULE + "  manual: m\n  drops: {x: }": "4: 'x' must be text, not nothing",
    RULE + "  manual: m\n  name: n": "2: unknown key 'legacy' in rule a.b",
    "- rule: a\n  manual: m\n  legacy: f(x": "3: 'legacy': 'f(x' is not a signature: ",
    "- rule: a\n  manual: m\n  legacy: f-g(x)": "3: 'legacy': 'f-g' is not a dotted name",
    "- rule: a\n  manual: m\n  legacy: old.sdk.a.f()": (
        "3: 'old.sdk.a.f' is an alias: write 'old.sdk.f'"
    ),
    "- rule: a\n  manual: m\n  name:\n  - b\n  - old.sdk.a.N": (
        "5: 'old.sdk.a.N' is an alias: write 'old.sdk.N'"
    ),
    "- rule: a\n  name: n": "1: rule a needs one of becomes, manual",
    "- rule: a\n  manual: m\n  name: []": "3: 'name' must not be empty",
    "- rule: a\n  manual: m\n  name: n m": "3: 'name' must be a dotted name, not 'n m'",
    "- rule: a\n  manual: m\n  name: n\n  within: n m": (
        "4: 'within' must be a dotted name, not 'n m'"
    ),
    "- rule: a\n  manual: m\n  within: old.sdk.a\n  name:\n  - N": (
        "5: 'old.sdk.a.N' is an alias: write 'old.sdk.N'"
    ),
    RULE + "  manual: m\n  gone: 0.5": "4: 'gone' must be text, not 0.5",
    "- rule: a\n  manual: m\n  name: {n: m}": "3: 'name' must be a list",
    "- rule: a\n  manual: m\n  name:\n  - n\n  - n": "5: duplicate name 'n' (first at a.yaml:4)",
    "- rule: a\n  manual: m\n  exception: e\n  iterates: K": "4: unknown key 'iterates' in rule a",
    "- {rule: a, manual: m, legacy: f()}\n- {rule: a, manual: m, legacy: g()}": (
        "2: duplicate rule 'a' (first at a.yaml:1)"
    ),
    "- {rule: a, manual: m, legacy: f()}\n- {rule: b, manual: m, legacy: f(x)}": (
        "2: duplicate call 'f' (first at a.yaml:1)"
    ),
    "- {rule: a, manual: m, exception: e}\n- {rule: b, manual: m, exception: e}": (
        "2: duplicate exception 'e' (first at a.yaml:1)"
    ),
    "- kind: K\n\n- kind: K": "3: duplicate kind 'K' (first at a.yaml:1)",
    "- kind: K\n  atributes: {}": (
        "2: unknown key 'atributes' in kind K (did you mean 'attributes'?)"
    ),
    "- kind: Kind\n- kind: L\n  like: Kin": "3: unknown kind 'Kin' (did you mean 'Kind'?)",
    "- kind: K\n  like: L\n- kind: L\n  like: K": "4: kind 'K' is like itself",
    "- kind: K\n  annotation: old.sdk.a.K": "2: 'old.sdk.a.K' is an alias: write 'old.sdk.K'",
    "- kind: K\n  annotation: K[T]": "2: 'annotation' must be a dotted name, not 'K[T]'",
    "- kind: K\n  annotation: []": "2: 'annotation' must not be empty",
    "- kind: K\n  annotation:\n  - K\n  - old.sdk.a.K": (
        "4: 'old.sdk.a.K' is an alias: write 'old.sdk.K'"
    ),
    "- kind: K\n  type: K[T]": "2: 'type' must be a dotted name, not 'K[T]'",
    "- kind: K\n  methods: {}": "2: 'methods' must be a list",
    "- kind: K\n  methods:\n  - {rule: a, legacy: b.c(), manual: m}": (
        "3: method 'b.c' of K must not have a dot"
    ),
    "- kind: K\n  methods:\n  - {rule: a, legacy: b(), manual: m}\n"
    "  - {rule: c, legacy: b(), manual: m}": "4: duplicate method 'K.b' (first at a.yaml:3)",
    "- kind: K\n  methods:\n  - {rule: a, legacy: b()}": (
        "3: rule a needs one of becomes, manual, mechanism"
    ),
    ATTRIBUTES: "2: 'attributes' must be a mapping",
    ATTRIBUTES + "    a: 5": "3: 'a' must be a mapping",
    ATTRIBUTES + "    a:\n      become: x": (
        "4: unknown key 'become' in K.a (did you mean 'becomes'?)"
    ),
    ATTRIBUTES + "    a: {empty: []}": "3: 'empty' must be text",
    ATTRIBUTES + "    a: {empty: '['}": "3: 'empty': '[' is not a Python expression: ",
    "- kind: File\n  numbers:\n    1: A\n    x: B": ("4: 'numbers' maps whole numbers, not 'x'"),
    ATTRIBUTES + "    a: T\n    b: {rule: k.a}": "4: duplicate rule 'k.a' (first at a.yaml:3)",
    RULE + "  manual: m\n  example: x =": "4: 'example' is not valid Python: invalid syntax",
    RULE + "  manual: m\n  example: [x]": "4: 'example' must be a program",
    RULE + "  manual: m\n  differs: 5": "4: 'differs' must be a list",
    RULE + "  manual: m\n  differs: [a, 5]": "4: an entry of 'differs' must be text, not 5",
    "- finding: a": "1: the finding has no 'about'",
    "- finding: a\n  about: b\n  manual: m": "3: unknown key 'manual' in the finding",
    "- {finding: a, about: b}\n- {finding: a, about: c}": (
        "2: duplicate finding 'a' (first at a.yaml:1)"
    ),
    "- findng: a": "1: an entry needs 'rule' or 'kind' (did you mean 'finding'?)",
    "- rule: a\n  legacy: [\n": "3: ",
    "- rule: a\n--- b": "2: but found another document",
    "- rule: *gone": "1: found undefined alias",
}


def without_column(error: RuleFileError) -> str:
    """The message with the line alone."""
    assert str(error).startswith(f"{error.file}:{error.line}:{error.column}: ")
    return f"{error.file}:{error.line}: {error.problem}"


COLUMNS = {
    "- rule: a\n  manual: m\n  legcy: f()": 3,
    "- rule: a b\n  legacy: f()": 9,
    RULE + "  manual: m\n  drops: {x: r, q: r}": 17,
    RULE + "  manual: {}": 11,
    "- rule: a\n  legacy: [\n": 1,
}


@pytest.mark.parametrize(("text", "column"), COLUMNS.items(), ids=COLUMNS)
def test_the_column_is_that_of_the_key_or_of_the_value(
    tmp_path: Path, text: str, column: int
) -> None:
    with pytest.raises(RuleFileError) as raised:
        load_pack(write(tmp_path, a=text))
    assert raised.value.column == column


@pytest.mark.parametrize(("text", "message"), WRONG.items(), ids=WRONG.values())
def test_a_wrong_rule_is_one_line_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RuleFileError) as raised:
        load_pack(write(tmp_path, a=text))
    assert without_column(raised.value).startswith(f"a.yaml:{message}")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("packages: [a]", "1: the pack has no 'name'"),
        ("name: a", "1: the pack has no 'packages'"),
        (
            "name: a\npackage: [a]",
            "2: unknown key 'package' in the pack (did you mean 'packages'?)",
        ),
        ("name: a\npackages: a", "2: 'packages' must be a list"),
        ("name: a\npackages:\n- a b", "3: an entry of 'packages' must be a dotted name, not 'a b'"),
        ("name: a\npackages: [a]\naliases:\n  a.b: a.b.c", "4: alias 'a.b' leads back to itself"),
    ],
)
def test_a_wrong_head(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(RuleFileError) as raised:
        load_pack(write(tmp_path, pack=text))
    assert without_column(raised.value) == f"pack.yaml:{message}"


def test_a_folder_without_a_head(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match=r"^pack\.yaml:1:1: no such file in "):
        load_pack(tmp_path)


def test_duplicates_are_found_across_files(tmp_path: Path) -> None:
    text = "- {rule: %s, legacy: f(), manual: m}"
    with pytest.raises(
        RuleFileError, match=r"^b\.yaml:2:3: duplicate call 'f' \(first at a\.yaml:1"
    ):
        load_pack(write(tmp_path, a=text % "x", b="# second\n" + text % "y"))


def test_the_error_has_its_parts(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError) as raised:
        load_pack(write(tmp_path, a="- kind: K\n  like: L"))
    error = raised.value
    assert (error.file, error.line, error.problem) == ("a.yaml", 2, "unknown kind 'L'")


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml_values._LOADER])
@pytest.mark.parametrize("data", [b"- kind: K\n# \xff\n", b"- kind: K\n# \x07\n"])
def test_bytes_that_are_not_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loader: type, data: bytes
) -> None:
    monkeypatch.setattr(yaml_values, "_LOADER", loader)
    write(tmp_path)
    (tmp_path / "a.yaml").write_bytes(data)
    with pytest.raises(RuleFileError, match=r"^a\.yaml:2:1: not YAML text: "):
        load_pack(tmp_path)
