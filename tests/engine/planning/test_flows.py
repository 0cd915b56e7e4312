"""What can be refused alone, and what becomes of the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import libcst as cst
import pytest
from tests.checks import compiles
from tests.engine.programs import ALONE, SETUP

from genai_codemod.engine import load_pack
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.migrate import migrate_program
from genai_codemod.engine.result import Migration
from genai_codemod.engine.rule_packs.selection import Selection
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex

PROGRAM = f"""{SETUP}
model = genai.GenerativeModel("m", generation_config={{"temperature": 0}})
other = genai.GenerativeModel("m")


def ask(prompt):
    return model.generate_content(prompt).text


def stream(prompt):
    for chunk in other.generate_content(prompt, stream=True):
        print(chunk.text)


def upload(path):
    file = genai.upload_file(path)
    return file.uri
"""


def migrated(
    files: Mapping[str, str], refused: Mapping[str, set[int]] | None = None
) -> dict[str, Migration]:
    sources = {
        name: Source(
            text.encode(),
            {each: each for each in files if each != name},
            selection=Selection(refused=frozenset((refused or {}).get(name, ()))),
        )
        for name, text in files.items()
    }
    results = migrate_program(sources, load_pack(), ALONE)
    found = {name: each for name, each in results.items() if isinstance(each, Migration)}
    assert found.keys() == results.keys()
    for each in found.values():
        compiles(each.after)
    return found


def flows(files: Mapping[str, str]) -> list[set[tuple[str, str]]]:
    """The code of the findings in each flow, with the module it is in."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for name, migration in migrated(files).items():
        lines = files[name].splitlines()
        for finding in migration.findings:
            if finding.flow:
                found[finding.flow].add((name, lines[finding.line - 1].strip()))
    return list(found.values())


def line(text: str, start: str) -> int:
    return next(n for n, each in enumerate(text.split("\n"), 1) if each.strip().startswith(start))


def test_what_is_about_one_object_is_one() -> None:
    found = [{code for _, code in flow} for flow in flows({"a": PROGRAM})]
    assert found == [
        {
            'model = genai.GenerativeModel("m", generation_config={"temperature": 0})',
            "return model.generate_content(prompt).text",
        },
        {
            'other = genai.GenerativeModel("m")',
            "for chunk in other.generate_content(prompt, stream=True):",
            "print(chunk.text)",
        },
        {"file = genai.upload_file(path)"},
    ]


def test_a_flow_goes_through_files() -> None:
    first = f"{SETUP}\nmodel = genai.GenerativeModel('m')\n"
    second = "from a import model\n\nprint(model.generate_content('Hi').text)\n"
    (flow,) = flows({"a": first, "b": second})
    assert {name for name, _ in flow} == {"a", "b"}


def test_an_alias_and_what_is_made_with_it_are_one() -> None:
    text = f"{SETUP}\nModel = genai.GenerativeModel\nprint(Model('m').generate_content('a').text)\n"
    assert len(flows({"a": text})) == 1


def test_a_handler_belongs_to_what_it_guards() -> None:
    text = (
        f"from google.api_core import exceptions\n{SETUP}\n"
        "try:\n    print(genai.upload_file('a').uri)\nexcept exceptions.NotFound:\n    pass\n"
    )
    assert len(flows({"a": text})) == 1


@pytest.mark.parametrize("number", range(3))
def test_a_flow_that_is_refused_stays_legacy_code_and_the_others_are_migrated(number: int) -> None:
    (before,) = migrated({"a": PROGRAM}).values()
    names = sorted({each.flow for each in before.findings if each.flow})
    assert len(names) == 3
    refused = {each.line for each in before.findings if each.flow == names[number]}
    (after,) = migrated({"a": PROGRAM}, {"a": refused}).values()
    text, lines = after.after.decode(), PROGRAM.splitlines()
    assert "TODO" not in text
    for each in before.findings:
        if each.flow:
            assert (lines[each.line - 1] in text) == (each.flow == names[number])
    assert "import google.generativeai as genai" in text
    assert {each.status for each in after.findings if each.line in refused} <= {"ignored", "note"}


def test_the_head_of_a_loop_is_refused_without_its_body() -> None:
    text = f"{SETUP}\nfor each in genai.list_files():\n    genai.upload_file('a')\n"
    (after,) = migrated({"a": text}, {"a": {line(text, "for")}}).values()
    assert "for each in genai.list_files():\n    client.files.upload" in after.after.decode()
    assert "TODO" not in after.after.decode()


def test_everything_refused_changes_nothing() -> None:
    (before,) = migrated({"a": PROGRAM}).values()
    assert before.changed
    lines = {each.line for each in before.findings if each.flow}
    (after,) = migrated({"a": PROGRAM}, {"a": lines}).values()
    assert not after.changed


def test_lines_are_those_of_the_file_where_the_tree_has_others() -> None:
    text = PROGRAM.replace("\ndef upload", "\n\x0c\n\\\n\ndef upload")
    upload = line(text, "file =")
    (after,) = migrated({"a": text}, {"a": {upload}}).values()
    assert "file = genai.upload_file(path)" in after.after.decode()
    assert "client.models.generate_content" in after.after.decode()


def test_the_line_of_a_node_is_that_of_its_position() -> None:
    head = "import a\r\n\r\n\x0c\r\nif a:\r\n"
    text = f"{head}    b = '''\r\n'''\r\n    c(\r\n        1)\r\nd = 2 ; e = 3\r\n"
    index = SyntaxIndex(cst.parse_module(text))
    nodes = list(index.parents)
    assert len(nodes) > 20
    assert [index.line(node) for node in nodes] == [index.position(node)[0] for node in nodes]


def test_a_parameter_can_be_refused() -> None:
    text = (
        f"{SETUP}\ndef ask(model: genai.GenerativeModel = None, *, key: str = 'k') -> str:\n"
        "    return model.generate_content('a').text\n\n\nprint(list(genai.list_files()))\n"
    )
    refused = {line(text, "def ask"), line(text, "return")}
    (after,) = migrated({"a": text}, {"a": refused}).values()
    assert "def ask(model: genai.GenerativeModel = None, *, key: str = 'k') -> str:" in (
        after.after.decode()
    )
    assert "client.files.list()" in after.after.decode()


@pytest.mark.parametrize(
    "test",
    [
        "isinstance(value, (genai.types.File, str))",
        "value == genai.protos.Candidate.FinishReason.STOP",
        "value in (genai.protos.Candidate.FinishReason.STOP, 2)",
    ],
)
def test_a_test_of_what_nobody_knows_belongs_to_everything(test: str) -> None:
    text = f"{SETUP}\nfile = genai.upload_file('a')\n\n\ndef check(value):\n    return {test}\n"
    assert len(flows({"a": text})) == 1
