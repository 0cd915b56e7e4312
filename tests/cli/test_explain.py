import subprocess
import sys
from functools import cache

import pytest
from click.testing import CliRunner, Result

import genai_codemod
from genai_codemod.cli.main import group
from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.engine.rule_packs.catalogue import catalogue
from genai_codemod.report import all_rules


def explain(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(group, ["explain", *arguments], env=environment, color=True)


def test_a_rule_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    result = explain("models.get")
    assert result.exit_code == 0
    assert result.stdout == (
        "models.get\n"
        "\n"
        "Legacy    google.generativeai.get_model(name, *, client, request_options)\n"
        "New       client.models.get(model=name, "
        "config=types.GetModelConfig(http_options=request_options))\n"
        "Differs   a call with client gets a marker: the client given here is not used any more: "
        "give its\n"
        "          options to the genai.Client.\n"
        "\n"
        "-import google.generativeai as genai\n"
        "+from google import genai\n"
        " \n"
        '-genai.configure(api_key="...")\n'
        '+client = genai.Client(api_key="...")\n'
        " \n"
        '-info = genai.get_model("models/gemini-3.6-flash")\n'
        "-print(info.name, info.description)\n"
        '+info = client.models.get(model="models/gemini-3.6-flash")\n'
        '+print(info.name, info.description or "")\n'
    )


def test_a_manual_rule_says_what_to_do_and_shows_the_marker() -> None:
    shown = explain("chat.last").stdout
    assert "By hand   keep the response of send_message in a variable" in shown
    assert "New " not in shown
    assert "[chat.last]" in shown


def test_a_rule_without_a_legacy_name_says_what_it_is_about() -> None:
    shown = explain("imports.star").stdout
    assert "About     a star import hides which names come from the old SDK" in shown


def test_what_gets_a_marker_is_a_difference() -> None:
    assert "a call with credentials gets a marker: google.genai takes" in " ".join(
        explain("client.configure").stdout.split()
    )


def test_no_line_is_wider_than_the_code() -> None:
    head = explain("client.configure").stdout.partition("\n\n-")[0]
    assert max(map(len, head.splitlines())) <= 100


def test_many_names_are_told_in_one_text() -> None:
    shown = " ".join(explain("retriever.messages").stdout.split())
    assert "Legacy google.generativeai.protos: BatchCreateChunksRequest, BatchCreate" in shown


def test_parameters_with_the_same_reason_are_told_together() -> None:
    shown = " ".join(explain("protos.to-json").stdout.split())
    assert "gets a marker: model_dump of google.genai has other options" in shown


def test_an_exception_says_what_tells_it_from_others() -> None:
    shown = explain("errors.not-found").stdout
    assert "New       errors.ClientError, where its code is 404\n" in shown


@pytest.mark.parametrize(
    ("rule", "about"),
    [
        ("finishreason.number", "1 is STOP, 2 is MAX_TOKENS, 3 is SAFETY"),
        ("usage.printed", "the marker says: google.genai prints this object in another form."),
        ("chat.copied", "the marker says: a copy of google.genai's chat shares its history"),
    ],
)
def test_what_is_done_with_whole_objects_is_explained(rule: str, about: str) -> None:
    assert about in " ".join(explain(rule).stdout.split())


def test_the_brackets_of_a_marker_may_be_there() -> None:
    assert explain("[models.get]").stdout == explain("models.get").stdout


@pytest.mark.parametrize(
    ("rule", "meant"),
    [
        ("files.uplod", "files.upload"),
        ("uplod", "files.upload"),
        ("upload_file", "files.upload"),
        ("ChatSession.rewind", "chat.rewind"),
    ],
)
def test_an_unknown_rule_is_answered_with_a_suggestion(rule: str, meant: str) -> None:
    result = explain(rule)
    assert (result.stdout, result.exit_code) == ("", 2)
    assert f"there is no rule {rule!r} (did you mean {meant}" in result.stderr


def test_without_a_suggestion_the_list_is_named() -> None:
    assert "genai-codemod rules lists all" in explain("xyzzy").stderr


def test_colours_are_only_for_those_who_want_them() -> None:
    assert "\x1b" not in explain("models.get").stdout
    assert "\x1b[1mmodels.get\x1b[0m" in explain("models.get", FORCE_COLOR="1").stdout


def test_every_rule_can_be_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = load_pack()
    entries = catalogue(pack)
    # Many rules share an example, and each command would migrate it again.
    migrated = cache(lambda source: migrate_source(source.encode(), pack))
    monkeypatch.setattr(genai_codemod, "migrate_source", lambda source, **_: migrated(source))
    monkeypatch.setattr(all_rules, "catalogue", lambda _: entries)
    for rule in entries:
        assert explain(rule).exit_code == 0, rule


def test_the_help_does_not_load_the_engine() -> None:
    script = (
        "import sys\n"
        "from genai_codemod.cli.main import run\n"
        "for command in ([], ['rules'], ['explain']):\n"
        "    assert run([*command, '--help']) == 0\n"
        "assert 'libcst' not in sys.modules\n"
        "assert 'yaml' not in sys.modules\n"
        "assert 'rich' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
