"""What a rule pack says of its SDK, and the engine knows of none: a made-up SDK with such data."""

from __future__ import annotations

from pathlib import Path

import pytest

from genai_codemod.engine import migrate_source
from genai_codemod.engine.result import Migration
from genai_codemod.engine.rule_packs.catalogue import catalogue
from genai_codemod.engine.rule_packs.rule_files import load_pack
from genai_codemod.engine.rule_packs.rule_pack import RulePack

HEAD = """
name: acme
packages: [acme]
stays: [acme.charts]
successor: google-genai
successor_module: google.genai
prelude: |
  import acme

  acme.begin(team="a")
whole: ["acme.begin("]
client: genai.Client(vertexai=True, location=_place())
client_needs: team
dropped_prefix: x/
not_configured: nobody begins here.
configured_elsewhere: somebody else begins.
settings:
  generation_config: generation_config
  system_instruction: system_instruction
  tools: tools
replaces_settings: true
optional: [title]
calls_functions: false
"""
RULES = """
- rule: client.begin
  legacy: acme.begin(*, team, place)
  becomes: genai.Client(vertexai=True, project=team, location=place)
  mechanism: configuration
  defaults: {place: _place()}
- rule: model.create
  legacy: acme.Model(name, *, generation_config, system_instruction, tools)
  mechanism: settings
  named: name
  returns: Model
  example: print(acme.Model("m").ask("Hello").text)
- kind: Model
  annotation: acme.Model
  type: str
  methods:
    - rule: model.ask
      legacy: ask(text, *, generation_config, tools, stream)
      becomes: client.models.generate_content(model=model, contents=text, config=settings)
      returns: Answer
      stream: generate_content_stream
      streams: Stream
    - rule: model.count
      legacy: count(text)
      becomes: client.models.count_tokens(model=model, contents=text, config=_counted(settings))
    - rule: model.chat
      legacy: chat(*, strict)
      becomes: client.chats.create(model=model, config=settings)
      mechanism: chat
      drops: {strict: nothing is strict}
      returns: Chat
- kind: Chat
  methods:
    - rule: chat.say
      legacy: say(text)
      becomes: self.send_message(text)
      returns: Answer
      raises: _checked
      unless: strict
      kept: the answer stays in the history.
- kind: Answer
  attributes:
    text: {returns: str, raises: _text, error: AttributeError}
    words: {becomes: _words(self)}
- kind: Stream
  iterates: Answer
- rule: notes.write
  legacy: acme.write(text, *, title)
  becomes: client.files.upload(file=text, config=types.UploadFileConfig(display_name=title))
"""
HELPERS = {
    name: f"def {name}(value: object = None) -> object:\n    return value\n"
    for name in ("_checked", "_counted", "_place", "_text", "_without_generation", "_words")
}


@pytest.fixture
def pack(tmp_path: Path) -> RulePack:
    from dataclasses import replace

    (tmp_path / "pack.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    return replace(load_pack(tmp_path), helpers=HELPERS)


def migrated(text: str, pack: RulePack) -> Migration:
    return migrate_source(text.encode(), pack)


def after(text: str, pack: RulePack) -> str:
    return migrated(text, pack).after.decode()


def test_an_argument_that_is_not_given_has_the_default_of_the_rule(pack: RulePack) -> None:
    text = after('import acme\n\nacme.begin(team="a")\nacme.write("notes.txt")\n', pack)
    assert 'client = genai.Client(vertexai=True, project="a", location=_place())' in text
    assert "def _place(" in text
    given = after('import acme\n\nacme.begin(team="a", place="here")\nacme.write("n")\n', pack)
    assert 'location="here")' in given
    assert "_place" not in given


def test_a_client_that_nothing_configures_is_built_by_the_template_of_the_pack(
    pack: RulePack,
) -> None:
    migration = migrated('import acme\n\n\ndef f():\n    acme.write("n")\n', pack)
    assert b"return genai.Client(vertexai=True, location=_place())" in migration.after
    assert b"def _place(" in migration.after
    assert b"nobody begins here." in migration.after


def test_a_module_stays_importable_without_what_the_client_needs(pack: RulePack) -> None:
    program = (
        "import os\n\nimport acme\n\nacme.begin(team={})\n\n\n"
        'def f():\n    return acme.Model("m").ask("a")\n'
    )
    assert "def get_client()" in after(program.format('os.getenv("TEAM")'), pack)
    assert "def get_client()" not in after(program.format('"a"'), pack)


def test_what_goes_on_keeps_its_configuration_beside_the_client(pack: RulePack) -> None:
    text = after('import acme\n\nacme.begin(team="a")\nacme.charts.draw()\nacme.write("n")\n', pack)
    assert 'acme.begin(team="a")\nclient = genai.Client(' in text
    assert "acme.charts.draw()" in text
    assert "TODO" not in text
    assert after(text, pack) == text


def test_a_module_that_only_uses_what_goes_on_is_left_alone(pack: RulePack) -> None:
    program = 'import acme\n\nacme.begin(team="a")\nacme.charts.draw()\n'
    migration = migrated(program, pack)
    assert migration.after == program.encode()
    assert not migration.findings


def test_what_is_left_for_a_person_is_marked_beside_what_goes_on(pack: RulePack) -> None:
    text = after('import acme\n\nacme.begin(team="a")\nacme.charts.draw()\nacme.dance()\n', pack)
    assert "acme.dance has no counterpart" in text


def test_a_configuration_of_a_call_replaces_that_of_the_model(pack: RulePack) -> None:
    text = after(
        'import acme\n\nacme.begin(team="a")\n'
        'model = acme.Model("m", generation_config={"top_k": 1}, system_instruction="s")\n'
        'model.ask("a", generation_config={"top_p": 0.5})\nmodel.ask("b", tools=[])\n'
        'acme.Model("m", generation_config={"top_k": 1}).ask("c", generation_config={"top_p": 1})'
        "\n",
        pack,
    )
    assert '_without_generation(model_config).model_copy(update={"top_p": 0.5})' in text
    assert 'config=model_config.model_copy(update={"tools": []})' in text
    assert "config=types.GenerateContentConfig(top_p=1)" in text


def test_functions_are_not_called_by_a_pack_whose_tools_are_none(pack: RulePack) -> None:
    text = after(
        'import acme\n\nacme.begin(team="a")\n\n\ndef f(tools):\n'
        '    return acme.Model("m", tools=tools).ask("a")\n',
        pack,
    )
    assert "GenerateContentConfig(tools=tools)" in text
    assert "automatic_function_calling" not in text


def test_settings_can_be_given_to_a_helper(pack: RulePack) -> None:
    text = after(
        'import acme\n\nacme.begin(team="a")\nmodel = acme.Model("m", system_instruction="s")\n'
        'model.count("a")\n',
        pack,
    )
    assert "config=_counted(model_config)" in text
    plain = after('import acme\n\nacme.begin(team="a")\nacme.Model("m").count("a")\n', pack)
    assert "_counted" not in plain


def test_an_optional_argument_may_come_from_a_dict(pack: RulePack) -> None:
    text = after(
        'import acme\n\nacme.begin(team="a")\n\n\ndef f(title):\n'
        '    options = {"title": title} if title else {}\n    acme.write("n", **options)\n',
        pack,
    )
    assert 'display_name=options.get("title")' in text


CHAT = (
    'import acme\n\nacme.begin(team="a")\nchat = acme.Model("m").chat({})\n'
    'try:\n    chat.say("a")\nexcept Exception:\n    print("refused")\n'
)


def test_a_refused_answer_raises_unless_the_chat_was_told_not_to(pack: RulePack) -> None:
    assert '_checked(chat.send_message("a"))' in after(CHAT.format(""), pack)
    assert "the answer stays in the history. [chat.say]" in after(CHAT.format(""), pack)
    told = after(CHAT.format("strict=False"), pack)
    assert "_checked" not in told
    assert "stays in the history" not in told


def test_an_attribute_raises_where_its_own_error_is_handled(pack: RulePack) -> None:
    program = (
        'import acme\n\nacme.begin(team="a")\nanswer = acme.Model("m").ask("a")\n'
        'try:\n    print(answer.text)\nexcept {}:\n    print("none")\n'
    )
    assert "_text(answer)" in after(program.format("AttributeError"), pack)
    assert "_text(answer)" not in after(program.format("ValueError"), pack)


def test_an_attribute_may_become_a_call_of_a_helper(pack: RulePack) -> None:
    text = after(
        'import acme\n\nacme.begin(team="a")\nprint(acme.Model("m").ask("a").words)\n', pack
    )
    assert "print(_words(client.models.generate_content(" in text
    assert "def _words(" in text


def test_streams_are_only_recorded_for_a_pack_that_has_the_helper(pack: RulePack) -> None:
    text = after(
        'import acme\n\nacme.begin(team="a")\nstream = acme.Model("m").ask("a", stream=True)\n'
        "for chunk in stream:\n    print(chunk)\nfor chunk in stream:\n    print(chunk)\n",
        pack,
    )
    assert 'stream = client.models.generate_content_stream(model="m", contents="a")' in text


def test_a_prefix_of_models_is_dropped_where_it_is_written(pack: RulePack) -> None:
    text = after('import acme\n\nacme.begin(team="a")\nacme.Model("x/m").ask("a")\n', pack)
    assert 'model="m"' in text


def test_an_example_gets_the_prelude_unless_it_is_whole(pack: RulePack) -> None:
    program = catalogue(pack)["model.create"].program
    assert program is not None
    assert program.startswith('import acme\n\nacme.begin(team="a")\n')


def test_the_package_itself_is_no_name_for_the_new_one(pack: RulePack) -> None:
    text = after('import acme\n\nacme.begin(team="a")\nacme.write("n")\n', pack)
    assert text.startswith("from google import genai\n")
