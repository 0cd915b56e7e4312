from importlib.resources import files
from pathlib import Path
from time import process_time

import pytest
import yaml
from tests.engine.packs import HEAD, write

from genai_codemod.engine.rule_packs import template, yaml_values
from genai_codemod.engine.rule_packs.catalogue import catalogue
from genai_codemod.engine.rule_packs.rule_files import load_pack
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule, ErrorRule, NameRule
from genai_codemod.engine.rule_packs.signature import Signature

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
