from itertools import pairwise

import pytest
from tests.checks import compiles
from tests.engine.programs import ALONE, CONFIGURE, PLAIN, SDK, SETUP

from genai_codemod.engine import load_pack
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.migrate import migrate_program, migrate_source
from genai_codemod.engine.result import Migration
from genai_codemod.engine.rule_packs.selection import Selection

IGNORE = "  # genai-codemod: ignore"
UPLOAD = 'file = genai.upload_file("a.txt")'
LIST = "print(list(genai.list_files()))"
MODEL = f"model = {PLAIN}"
ASK = 'print(model.generate_content("Hi").text)'


def migrated(*lines: str, selection: Selection | None = None) -> str:
    """What becomes of a program; a second run changes nothing of it."""
    data = "\n".join((*lines, "")).encode()
    source = Source(data, selection=selection or Selection())
    (result,) = migrate_program({"": source}, load_pack(), ALONE).values()
    assert isinstance(result, Migration)
    compiles(result.after)
    again = Source(result.after, selection=source.selection)
    (second,) = migrate_program({"": again}, load_pack(), ALONE).values()
    assert isinstance(second, Migration)
    assert not second.changed
    return result.after.decode()


def statuses(*lines: str) -> dict[str, str]:
    result = migrate_source("\n".join((*lines, "")).encode(), load_pack())
    return {finding.rule: finding.status for finding in result.findings}


def marked(text: str) -> list[str]:
    """The lines below markers."""
    lines = text.splitlines()
    return [
        below
        for line, below in pairwise(lines)
        if "TODO(genai" in line and "TODO(genai" not in below
    ]


def test_a_line_is_left_and_what_it_needs_stays() -> None:
    text = migrated(SETUP, UPLOAD + IGNORE, LIST)
    assert UPLOAD + IGNORE in text
    assert "import google.generativeai as genai\n" in text
    assert CONFIGURE in text
    assert "client = google_genai.Client(api_key=" in text
    assert "print(list(client.files.list()))" in text
    assert "TODO" not in text


@pytest.mark.parametrize(
    "comment",
    [
        "#genai-codemod:ignore",
        "# genai-codemod: ignore[files.upload]",
        "# genai-codemod: ignore[chat, files]",
        "# noqa: E501  # genai-codemod: ignore",
    ],
)
def test_forms_of_the_comment(comment: str) -> None:
    text = migrated(SETUP, f"{UPLOAD}  {comment}", LIST)
    assert f"{UPLOAD}  {comment}" in text
    assert "client.files.list()" in text


@pytest.mark.parametrize(
    "comment",
    ["# genai-codemod: ignore[chat]", "# genai-codemod: ignored", "# genai-codemod: ignore-line"],
)
def test_what_is_no_such_comment(comment: str) -> None:
    assert "client.files.upload" in migrated(SETUP, f"{UPLOAD}  {comment}")


def test_a_text_is_no_comment() -> None:
    assert "client.files" in migrated(SETUP, 'genai.upload_file("# genai-codemod: ignore")')


def test_the_comment_can_stand_above() -> None:
    text = migrated(SETUP, "# genai-codemod: ignore", UPLOAD, LIST)
    assert f"# genai-codemod: ignore\n{UPLOAD}\n" in text
    assert "client.files.list()" in text


def test_the_comment_can_stand_anywhere_in_a_long_statement() -> None:
    lines = ["file = genai.upload_file(", "    # genai-codemod: ignore", '    "a.txt",', ")"]
    text = migrated(SETUP, *lines, LIST)
    assert "\n".join(lines) in text
    assert "client.files.list()" in text


def test_a_compound_statement_is_left_with_its_body() -> None:
    lines = [f"for name in names:{IGNORE}", "    genai.delete_file(name)", "    " + UPLOAD]
    text = migrated(SETUP, "names = []", *lines, LIST)
    assert "\n".join(lines) in text
    assert "client.files.list()" in text


def test_what_belongs_to_an_ignored_call_is_marked() -> None:
    text = migrated(SETUP, MODEL, ASK + IGNORE, LIST)
    assert ASK + IGNORE in text
    assert MODEL in marked(text)
    assert "migrate this together with model.generate_content(...), which is ignored." in text
    assert "client.files.list()" in text


def test_other_calls_of_an_object_that_is_left_are_marked() -> None:
    text = migrated(SETUP, MODEL, ASK + IGNORE, ASK)
    assert marked(text)[-1] == ASK
    assert "TODO(genai-codemod):  " not in text


def test_an_object_that_comes_from_what_is_migrated_pulls_it_along() -> None:
    reading = "print(answer.candidates[0].finish_reason == 1)" + IGNORE
    text = migrated(SETUP, MODEL, 'answer = model.generate_content("Hi")', reading)
    assert reading in text
    assert 'answer = model.generate_content("Hi")' in marked(text)


def test_settings_made_of_ignored_names_are_not_given_to_migrated_calls() -> None:
    names = "genai.types.HarmCategory.HARM_CATEGORY_HARASSMENT"
    threshold = "genai.types.HarmBlockThreshold.BLOCK_NONE"
    safety = f"SAFETY = {{{names}: {threshold}}}"
    call = 'print(model.generate_content("Hi", safety_settings=SAFETY).text)'
    text = migrated(SETUP, safety + IGNORE, MODEL, call)
    assert safety + IGNORE in text
    assert call in marked(text)
    text = migrated(SETUP, safety, MODEL, call + IGNORE)
    assert safety in text
    assert call + IGNORE in text


def test_an_ignored_import_stays() -> None:
    line = "import google.generativeai as genai" + IGNORE
    text = migrated(line, CONFIGURE, LIST)
    assert text.startswith(f"{line}\nfrom google import genai as google_genai\n")
    assert "client.files.list()" in text
    assert "TODO" not in text


def test_an_ignored_configuration_stays_beside_the_client() -> None:
    line = CONFIGURE.strip() + IGNORE
    text = migrated(SDK, line, LIST)
    assert f'{line}\nclient = google_genai.Client(api_key="K")\n' in text
    assert "TODO" not in text


def test_a_configuration_alone_for_ignored_code_gets_no_client() -> None:
    text = migrated(SETUP, UPLOAD + IGNORE)
    assert text.split() == "\n".join((SETUP, UPLOAD + IGNORE)).split()


def test_what_would_be_marked_is_not_when_it_is_ignored() -> None:
    assert "TODO" not in migrated(SETUP, "print(genai.generate_text(prompt='a'))" + IGNORE)


def test_a_file_is_not_touched() -> None:
    text = "\n".join(("# genai-codemod: ignore-file", SETUP, MODEL, ASK, ""))
    result = migrate_source(text.encode(), load_pack())
    assert (result.changed, result.findings) == (False, ())
    assert result.skipped is not None


def test_rules_that_are_not_selected_leave_legacy_code() -> None:
    text = migrated(SETUP, LIST, MODEL, ASK, selection=Selection(select=("files",)))
    assert "client.files.list()" in text
    assert f"{MODEL}\n{ASK}\n" in text
    assert "TODO" not in text


def test_rules_can_be_ignored_in_a_whole_file() -> None:
    text = migrated(SETUP, LIST, MODEL, ASK, selection=Selection(never=("ALL",)))
    assert text == "\n".join((SETUP, LIST, MODEL, ASK, ""))


def test_a_rule_for_an_attribute_pulls_the_call_along() -> None:
    reading = "print(answer.candidates[0].finish_reason == 1)"
    lines = (SETUP, MODEL, 'answer = model.generate_content("Hi")', reading)
    found = statuses(*lines[:-1], reading + IGNORE)
    assert "ignored" in found.values()
    assert found["generate.content"] == "manual"


def test_handlers_that_are_ignored_still_catch_what_is_raised() -> None:
    lines = [
        "from google.api_core import exceptions" + IGNORE,
        SETUP,
        "try:",
        f"    {LIST}",
        "except exceptions.NotFound:" + IGNORE,
        "    pass",
    ]
    text = migrated(*lines)
    assert LIST in text
    assert "\n".join(lines[-4:]) in text


def test_objects_of_an_ignored_file_are_left_in_others() -> None:
    factory = f"# genai-codemod: ignore-file\n{SETUP}\ndef make():\n    return {PLAIN}\n"
    user = 'from factory import make\n\nprint(make().generate_content("Hi").text)\n'
    sources = {
        "factory": Source(factory.encode()),
        "user": Source(user.encode(), {"factory": "factory", "factory.make": "factory"}),
    }
    results = migrate_program(sources, load_pack(), ALONE)
    made, used = results["factory"], results["user"]
    assert isinstance(made, Migration)
    assert isinstance(used, Migration)
    assert not made.changed
    assert 'print(make().generate_content("Hi").text)' in marked(used.after.decode())


def test_settings_of_an_ignored_file_are_not_given_to_migrated_calls() -> None:
    safety = (
        "# genai-codemod: ignore-file\nfrom google.generativeai.types import HarmCategory\n\n"
        'SAFETY = {HarmCategory.HARM_CATEGORY_HARASSMENT: "BLOCK_NONE"}\n'
    )
    call = 'print(model.generate_content("Hi", safety_settings=SAFETY).text)'
    user = f"from safety import SAFETY\n{SETUP}{MODEL}\n{call}\n"
    sources = {
        "safety": Source(safety.encode()),
        "user": Source(user.encode(), {"safety": "safety", "safety.SAFETY": "safety"}),
    }
    results = migrate_program(sources, load_pack(), ALONE)
    assert isinstance(results["user"], Migration)
    assert call in marked(results["user"].after.decode())


def test_a_retired_model_can_be_kept() -> None:
    line = f"{MODEL.replace('a', 'gemini-pro', 0)}"
    data = f'{SETUP}print(genai.get_model("models/gemini-pro")){IGNORE}\n{line}\n'.encode()
    result = migrate_source(data, load_pack(), upgrade_models=True)
    assert b'"models/gemini-pro"' in result.after


def test_a_comment_with_an_unknown_rule_is_noted() -> None:
    line = f"{UPLOAD}  # genai-codemod: ignore[file.upload]"
    result = migrate_source(f"{SETUP}{line}\n".encode(), load_pack())
    (note,) = (finding for finding in result.findings if finding.status == "note")
    assert note.message == "the comment ignores 'file.upload', and there is no such rule"
    assert b"client.files.upload" in result.after


def test_an_object_that_is_left_gets_nothing_beside_it() -> None:
    lines = (
        "model = None",
        'model = genai.GenerativeModel("a", system_instruction="S")',
        ASK,
    )
    text = migrated(SETUP, *lines, LIST, selection=Selection(ignore=("model", "generate")))
    assert "\n".join(lines) in text
    assert "model_config" not in text


def test_what_becomes_a_part_of_an_object_that_is_left_is_left() -> None:
    part = 'content.parts.append(genai.protos.Part(text="Hi"))'
    lines = ('content = genai.protos.Content(role="user")', part, "print(content)")
    text = migrated(SETUP, *lines, selection=Selection(ignore=("protos.content",)))
    assert part in marked(text)


def test_a_collection_is_not_converted_for_an_ignored_call() -> None:
    history = 'history = [{"role": "user", "parts": ["Hi"]}]'
    text = migrated(SETUP, history, f"print({PLAIN}.generate_content(history).text){IGNORE}")
    assert history in text


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(end: str) -> None:
    text = f'{SETUP}genai.upload_file(  # genai-codemod: ignore\n    "ä",\n)\n{LIST}\n'
    data = text.replace("\n", end).encode()
    after = migrate_source(data, load_pack()).after.decode()
    kept = text.replace("\n", end).partition("genai.upload")[2].partition("print")[0]
    assert kept in after
    assert "client.files.list()" in after


def test_an_ignored_statement_of_several_lines_can_stand_in_a_block() -> None:
    lines = ["def send(path):", "    file = genai.upload_file(", "        path,", f"    ){IGNORE}"]
    text = migrated(SETUP, *lines, "    return file.uri", "", LIST)
    assert "\n".join(lines) in text
    assert "client.files.list()" in text
    assert "TODO" not in text


def test_what_is_left_can_go_through_code_that_nothing_is_done_to() -> None:
    models = "models = [m for m in genai.list_models() if 'x' in m.supported_generation_methods]"
    text = migrated(SETUP, models + IGNORE, "name = models[0].name", LIST)
    assert models + IGNORE in text
    assert "client.files.list()" in text
    assert "TODO" not in text


@pytest.mark.parametrize(
    "line",
    [
        "file = asyncio.to_thread(genai.upload_file, path='a')",
        "print(genai.GenerativeModel('m', **{'system_instruction': 'S'}))",
    ],
)
def test_an_ignored_call_can_be_written_in_another_way(line: str) -> None:
    text = migrated("import asyncio", SETUP, line + IGNORE, LIST)
    assert line + IGNORE in text
    assert "client.files.list()" in text
    assert "TODO" not in text
