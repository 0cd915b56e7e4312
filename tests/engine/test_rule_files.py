from importlib.resources import files
from pathlib import Path
from textwrap import dedent
from time import process_time

import pytest
import yaml

from genai_codemod.engine import template, yaml_values
from genai_codemod.engine.catalogue import catalogue
from genai_codemod.engine.rule_files import RuleFileError, load_pack
from genai_codemod.engine.rules import AttributeRule, CallRule, ErrorRule, NameRule, RulePack
from genai_codemod.engine.signature import Signature

HEAD = """
name: old
packages: [old.sdk, old.low]
aliases:
  old.sdk.a: old.sdk
  old.sdk.types.inner: old.sdk.types
"""

RULES = """
- rule: files.upload
  legacy: old.sdk.upload(path, *, name, mime)
  becomes: client.files.upload(file=path, config=types.Config(name=name))
  returns: File
  stream: upload_stream
  streams: Chunks
  awaits: true
  drops: {mime: it is guessed}
  refuses: {name: names are given}
  gone_parameters: {mime: 0.1.0}
  mechanism: upload
  manual: do it
  review: >-
    look at it,
    twice
  guide: https://example.com/guide#files

- rule: names.mode
  name: [old.sdk.Mode, old.sdk.types.Mode]
  becomes: types.Mode
  iterates: Mode

- rule: names.upload
  name: old.sdk.upload
  manual: not a value any more

- rule: names.text
  within: old.low
  name: [Prompt, deep.Answer]
  manual: the text service is gone
  gone: 0.7.2

- rule: errors.spent
  exception: cloud.errors.Spent
  becomes: errors.ClientError
  where: {code: 402}
  timeout: wire.Timeout
  limited_by: options
"""

KINDS = """
- kind: Video
  like: File
  annotation: [old.low.Video, old.sdk.types.Video]
  attributes:
    uri: {rule: video.address, becomes: self.url}
  methods:
    - rule: video.play
      legacy: play(at=0)
      manual: there is no player

- kind: File
  annotation: old.sdk.types.File
  type: types.File
  iterates: Chunk
  attributes:
    uri: str
    name: {}
    state:
      returns: State
      guards: state
    feedback: {guards: reason, review: may be None}
    actions: {becomes: self.supported_actions, empty: '[]'}
  items:
    uri: {becomes: self.uri}
  methods:
    - rule: file.delete
      legacy: delete()
      becomes: client.files.delete(name=self.name)
"""


def write(folder: Path, **texts: str) -> Path:
    for name, text in ({"pack": HEAD} | texts).items():
        (folder / f"{name}.yaml").write_text(dedent(text).removeprefix("\n"), encoding="utf-8")
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> RulePack:
    (tmp_path / "notes.txt").write_text("not a rule")
    return load_pack(write(tmp_path, calls=RULES, kinds=KINDS))


def test_the_head_of_a_pack(pack: RulePack) -> None:
    assert pack.name == "old"
    assert pack.packages == ("old.sdk", "old.low")
    assert pack.aliases == (("old.sdk.types.inner", "old.sdk.types"), ("old.sdk.a", "old.sdk"))


def test_a_call_rule_with_everything(pack: RulePack) -> None:
    assert pack.calls == {
        "old.sdk.upload": CallRule(
            id="files.upload",
            legacy=Signature("old.sdk.upload", ("path", "name", "mime"), 1),
            becomes="client.files.upload(file=path, config=types.Config(name=name))",
            returns="File",
            stream="upload_stream",
            streams="Chunks",
            awaits=True,
            drops={"mime": "it is guessed"},
            refuses={"name": "names are given"},
            gone_parameters={"mime": "0.1.0"},
            mechanism="upload",
            manual="do it",
            review="look at it, twice",
            guide="https://example.com/guide#files",
        )
    }


def test_name_rules_and_exceptions(pack: RulePack) -> None:
    assert list(pack.names) == [
        "old.sdk.Mode",
        "old.sdk.types.Mode",
        "old.sdk.upload",
        "old.low.Prompt",
        "old.low.deep.Answer",
    ]
    assert pack.names["old.sdk.types.Mode"] == NameRule(
        id="names.mode", legacy="old.sdk.types.Mode", becomes="types.Mode", iterates="Mode"
    )
    assert pack.exceptions == {
        "cloud.errors.Spent": ErrorRule(
            id="errors.spent",
            legacy="cloud.errors.Spent",
            becomes="errors.ClientError",
            where=("code", 402),
            timeout="wire.Timeout",
            limited_by="options",
        )
    }


def test_names_within_a_module(pack: RulePack) -> None:
    rule = pack.names["old.low.deep.Answer"]
    assert (rule.id, rule.manual, rule.gone) == (
        "names.text",
        "the text service is gone",
        "0.7.2",
    )


def test_a_manual_name_answers_for_what_lies_in_it(pack: RulePack) -> None:
    rule = pack.names["old.low.Prompt"]
    assert pack.manual("old.low.Prompt") is rule
    assert pack.manual("old.low.Prompt.from_file.x") is rule
    assert pack.manual("old.low.Prompted") is None
    assert pack.manual("old.sdk.Mode.HIGH") is None


def test_a_constructor_answers_for_its_class(tmp_path: Path) -> None:
    rules = "- {rule: part, legacy: 'old.sdk.Part(text)', becomes: Part, mechanism: constructor}"
    written = "- {rule: own, name: old.sdk.Part, becomes: PartLike}"
    pack = load_pack(write(tmp_path, a=rules))
    assert pack.names == {
        "old.sdk.Part": NameRule(id="part", legacy="old.sdk.Part", becomes="Part")
    }
    pack = load_pack(write(tmp_path, a=rules + "\n" + written))
    assert pack.names["old.sdk.Part"].becomes == "PartLike"


def test_a_kind(pack: RulePack) -> None:
    kind = pack.kinds["File"]
    assert (kind.name, kind.iterates) == ("File", "Chunk")
    assert kind.annotation == ("old.sdk.types.File",)
    assert kind.type == "types.File"
    assert kind.attributes == {
        "uri": AttributeRule(id="file.uri", name="uri", returns="str"),
        "name": AttributeRule(id="file.name", name="name"),
        "state": AttributeRule(
            id="file.state",
            name="state",
            returns="State",
            guards="state",
        ),
        "feedback": AttributeRule(
            id="file.feedback", name="feedback", guards="reason", review="may be None"
        ),
        "actions": AttributeRule(
            id="file.actions", name="actions", becomes="self.supported_actions", empty="[]"
        ),
    }
    assert kind.items == {"uri": AttributeRule(id="file.uri", name="uri", becomes="self.uri")}
    assert kind.methods["delete"].legacy == Signature("delete", (), 0)


def test_a_kind_like_another_has_what_it_does_not_define(pack: RulePack) -> None:
    file, video = pack.kinds["File"], pack.kinds["Video"]
    assert video.attributes["uri"].id == "video.address"
    assert video.attributes["state"] is file.attributes["state"]
    assert list(video.methods) == ["delete", "play"]
    assert video.items == file.items
    assert video.iterates == "Chunk"
    assert video.annotation == ("old.low.Video", "old.sdk.types.Video")


def test_a_call_that_makes_an_object_of_another(tmp_path: Path) -> None:
    calls = """
        - rule: model.from-cache
          legacy: old.sdk.Model(cache)
          mechanism: settings
          source: {Cache: cache, str: client.caches.get(name=cache)}
          named: source.model
          adds: {cache: source.name}
    """
    rule = load_pack(write(tmp_path, calls=calls)).calls["old.sdk.Model"]
    assert rule.source == {"Cache": "cache", "str": "client.caches.get(name=cache)"}
    assert (rule.named, rule.adds) == ("source.model", {"cache": "source.name"})


def test_a_sequence_and_what_keeps_an_object(tmp_path: Path) -> None:
    kinds = """
        - kind: A
          sequence: items
          attributes:
            rights: {manual: ask the API, keeps: true}
        - {kind: B, like: A}
    """
    found = load_pack(write(tmp_path, kinds=kinds)).kinds["B"]
    assert found.sequence == "items"
    assert found.attributes["rights"].keeps


def test_likeness_is_passed_on(tmp_path: Path) -> None:
    kinds = "- {kind: A, like: B}\n- {kind: B, like: C}\n- {kind: C, iterates: D}\n"
    assert load_pack(write(tmp_path, kinds=kinds)).kinds["A"].iterates == "D"


def test_a_pack_may_be_a_resource_of_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pack_for_this_test"
    folder.mkdir()
    (folder / "__init__.py").touch()
    write(folder, calls=RULES)
    monkeypatch.syspath_prepend(tmp_path)
    assert "old.sdk.upload" in load_pack(files("pack_for_this_test")).calls


def test_what_is_there_to_be_read(tmp_path: Path) -> None:
    rules = """
- rule: files.upload
  legacy: old.sdk.upload(path)
  becomes: upload(path)
  about: it uploads
  differs: it is faster
  example: |
    sdk.upload("a")

    sdk.upload("b")
- finding: sdk.odd
  about: something odd
  differs: [it is, very odd]
"""
    head = HEAD + "prelude: |\n  import old.sdk as sdk\n"
    pack = load_pack(write(tmp_path, pack=head, a=rules))
    rule = pack.calls["old.sdk.upload"]
    assert (rule.about, rule.differs) == ("it uploads", ("it is faster",))
    assert pack.findings["sdk.odd"].differs == ("it is", "very odd")
    entries = catalogue(pack)
    assert list(entries) == ["files.upload", "sdk.odd"]
    program = 'import old.sdk as sdk\n\nsdk.upload("a")\n\nsdk.upload("b")\n'
    assert entries["files.upload"].program == program


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


def test_the_loader_without_libyaml_gives_the_same(
    tmp_path: Path, pack: RulePack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_values, "_LOADER", yaml.SafeLoader)
    assert load_pack(tmp_path) == pack


def test_templates_that_load_can_be_parsed(tmp_path: Path) -> None:
    texts = ["a, b", "a  # why", "(a := 1)", "lambda: a", "f'{a!r}'", "[*a]", "await f(a)"]
    rules = yaml.safe_dump(
        [{"rule": f"r{n}", "name": f"n{n}", "becomes": text} for n, text in enumerate(texts)]
    )
    for rule in load_pack(write(tmp_path, a=rules)).names.values():
        assert rule.becomes is not None
        template.parse(rule.becomes)


def test_the_time_to_load_grows_with_the_size_of_the_pack(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    for folder, size in ((small, 50), (large, 400)):
        folder.mkdir()
        rules = "".join(
            f"- rule: files.upload-{n}\n"
            f"  legacy: old.sdk.upload_{n}(path, *, mime_type, name)\n"
            f"  becomes: client.files.upload(file=path, config=types.Config(a{size}x{n}=name))\n"
            "  returns: File\n"
            "  drops: {mime_type: it is guessed}\n"
            for n in range(size)
        )
        write(folder, a=rules)
    pairs = [(_seconds(small), _seconds(large)) for _ in range(5)]
    assert min(large for _, large in pairs) < 20 * min(small for small, _ in pairs)


def _seconds(folder: Path) -> float:
    start = process_time()
    load_pack(folder)
    return process_time() - start
