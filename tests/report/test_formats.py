from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml
from markdown_it import MarkdownIt
from pydantic import BaseModel
from sarif_pydantic import Sarif
from tests.report.reports import KEY, LEGACY, MIGRATED, example

from genai_codemod.report import formats
from genai_codemod.report.formats import FORMATS, rendered
from genai_codemod.report.formats.markdown import LIMIT

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_looks_as_it_always_did(name: str) -> None:
    """``python -m tests.report.write_golden`` writes the files anew, to be read."""
    assert rendered(example(), name) == (GOLDEN / name).read_bytes().decode()


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_a_key(name: str) -> None:
    text = rendered(example(), name)
    assert KEY not in text
    assert KEY[:12] not in text


def test_json_is_what_the_schema_says() -> None:
    schema = json.loads(files(formats).joinpath("schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for written in (True, False):
        jsonschema.validate(json.loads(rendered(example(written=written), "json")), schema)


def test_json_says_everything_of_every_file() -> None:
    report = json.loads(rendered(example(), "json"))
    states = {file["path"]: file["state"] for file in report["files"]}
    assert states == {
        "src/app.py": "changed",
        "src/chat:1, old.py": "changed",
        "notes/try.ipynb": "changed",
        "src/held.py": "held",
        "src/broken.py": "failed",
    }
    assert set(report["rules"]) == {"generate.content", "palm.chat"}


def sarif() -> Any:
    return json.loads(rendered(example(), "sarif"))


def test_sarif_is_read_by_a_model_of_the_standard() -> None:
    log = Sarif.model_validate(sarif())
    (run,) = log.runs
    assert [result.rule_id for result in run.results or []] == [
        "generate.content", "generate.content", "palm.chat", "palm.chat", "migration.held",
    ]  # fmt: skip


def unknown(value: object, path: str = "") -> Iterator[str]:
    """Where a log has what the model of the standard does not know; tags are free."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from unknown(getattr(value, name), f"{path}.{name}")
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from unknown(each, f"{path}[{number}]")


def test_sarif_has_nothing_that_the_standard_does_not_know() -> None:
    log = {**sarif(), "nothing": 1}
    # The standard knows the last two as well (3.14.17 and 3.20.21), this model of it does not.
    assert set(unknown(Sarif.model_validate(log))) == {
        ".nothing",
        ".runs[0].columnKind",
        ".runs[0].invocations[0].toolExecutionNotifications",
    }


def test_sarif_has_what_code_scanning_asks_for() -> None:
    (run,) = sarif()["runs"]
    for rule in run["tool"]["driver"]["rules"]:
        for text in ("shortDescription", "fullDescription", "help"):
            assert rule[text]["text"]
        assert rule["help"]["markdown"]
        assert len(set(rule["properties"]["tags"])) == len(rule["properties"]["tags"])
    prints = [result.get("partialFingerprints") for result in run["results"]]
    assert all(prints[:-1])
    assert len({json.dumps(each) for each in prints}) == len(prints)
    for result in run["results"]:
        assert (result["level"] == "none") == (result.get("kind") == "informational")
        for location in result["locations"]:
            physical = location["physicalLocation"]
            assert not re.match("[/.]|[a-z]+:", physical["artifactLocation"]["uri"])
            assert physical.get("region", {"startLine": 1})["startLine"] >= 1


def test_every_result_of_sarif_points_at_its_rule() -> None:
    (run,) = sarif()["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_fix_of_sarif_makes_the_migrated_file() -> None:
    outcome = next(file for file in example().files if file.path == "src/chat:1, old.py")
    results = [each for each in sarif()["runs"][0]["results"] if "fixes" in each]
    (change,) = results[0]["fixes"][0]["artifactChanges"]
    lines = re.findall(r"[^\n]*\n|[^\n]+$", outcome.before)
    for replacement in reversed(change["replacements"]):
        region = replacement["deletedRegion"]
        inserted = replacement.get("insertedContent", {"text": ""})["text"]
        lines[region["startLine"] - 1 : region["endLine"] - 1] = [inserted]
    assert change["artifactLocation"]["uri"] == "src/chat%3A1%2C%20old.py"
    assert "".join(lines) == outcome.after


def test_a_file_with_a_key_has_no_fix() -> None:
    app = [
        result
        for result in sarif()["runs"][0]["results"]
        if "src/app.py" in json.dumps(result["locations"])
    ]
    assert len(app) == 2
    assert not any("fixes" in result for result in app)


def test_github_gets_one_command_per_line() -> None:
    lines = rendered(example(), "github").splitlines()
    command = re.compile(r"::(error|warning|notice) file=([^,:]+),line=(\d+),title=([^,:]+)::.+")
    found = [command.fullmatch(line) for line in lines]
    assert all(found)
    places = {(match[1], match[2], match[3]) for match in found if match}
    assert ("error", "src/chat%3A1%2C old.py", "3") in places
    assert ("warning", "src/app.py", "3") in places
    assert any("gone: 100%25" in line for line in lines)


def test_the_runner_of_github_reads_what_was_meant() -> None:
    """It splits at the second ``::``, then the properties, and decodes them in this order."""
    commands = []
    for line in rendered(example(), "github").splitlines():
        head, _, message = line.removeprefix("::").partition("::")
        _, _, given = head.partition(" ")
        properties = dict(each.split("=", 1) for each in given.split(","))
        decoded = {
            name: value.replace("%0D", "\r")
            .replace("%0A", "\n")
            .replace("%3A", ":")
            .replace("%2C", ",")
            .replace("%25", "%")
            for name, value in properties.items()
        }
        commands.append((decoded["file"], decoded["title"], message.replace("%25", "%")))
    title = "genai-codemod: palm.chat"
    assert ("src/chat:1, old.py", title, "the PaLM API is gone: 100%") in commands


def test_gitlab_issues_have_what_its_documentation_asks_for() -> None:
    issues = json.loads(rendered(example(), "gitlab"))
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["lines"]["begin"] >= 1
        assert not issue["location"]["path"].startswith(("./", "/"))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 5


def test_gitlab_knows_an_issue_again_when_lines_move() -> None:
    report = example()
    moved = tuple(
        replace(file, findings=tuple(replace(each, line=each.line + 9) for each in file.findings))
        for file in report.files
    )
    before, after = (
        [issue["fingerprint"] for issue in json.loads(rendered(each, "gitlab"))]
        for each in (report, replace(report, files=moved))
    )
    assert before == after


@pytest.mark.parametrize("written", [True, False])
def test_junit_is_read_by_a_parser(written: bool) -> None:
    (suite,) = JUnitXml.fromstring(rendered(example(written=written), "junit").encode())
    outcomes = {case.name: [type(result) for result in case.result] for case in suite}
    assert outcomes == {
        "src/app.py": [Failure],
        "src/chat:1, old.py": [Failure],
        "notes/try.ipynb": [Failure],
        "src/held.py": [Failure],
        "src/broken.py": [Error],
    }
    assert (suite.tests, suite.failures, suite.errors) == (5, 4, 1)


def markdown_tokens(text: str) -> list[str]:
    return [token.type for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text)]


def test_markdown_is_a_table_a_list_and_diffs() -> None:
    text = rendered(example(), "markdown")
    types = markdown_tokens(text)
    assert types.count("table_open") == 1
    assert types.count("tr_open") == 6
    assert types.count("fence") == 3
    assert types.count("list_item_open") == 5
    assert text.index("Needs a person") < text.index("<details>")


def test_markdown_is_cut_to_what_a_comment_can_hold() -> None:
    report = example()
    app = next(file for file in report.files if file.path == "src/app.py")
    large = replace(app, after=app.after + "x = 1\n" * (LIMIT // 10))
    others = tuple(replace(large, path=f"src/{number}.py") for number in range(200))
    text = rendered(replace(report, files=(large, *others)), "markdown")
    assert len(text) < 65_536 - len("<!-- genai-codemod -->\n")
    assert markdown_tokens(text).count("fence") == 1
    note = text.partition("**200 diffs left out**")[2]
    assert "- `src/0.py`\n" in note
    named = note.count("- `src/")
    assert f"- and {200 - named} more\n" in note
    assert "| and 161 more | | |" in text


def test_markdown_is_cut_between_lines_where_findings_alone_are_too_many() -> None:
    report = example()
    app = next(file for file in report.files if file.path == "src/app.py")
    finding = replace(app.findings[-1], message="look at it " + "very " * 500)
    findings = tuple(replace(finding, message=f"{n} {finding.message}") for n in range(50))
    text = rendered(replace(report, files=(replace(app, findings=findings),)), "markdown")
    assert len(text) < 65_536 - len("<!-- genai-codemod -->\n")
    assert "**1 diff left out**" in text
    assert "\n- `src/app.py`\n" in text


def test_markdown_says_each_thing_once_and_keys_openly() -> None:
    report = example()
    app = next(file for file in report.files if file.path == "src/app.py")
    same = replace(app.findings[-1], message="migrate this too")
    one = replace(same, message="the cause", line=9)
    key = replace(same, rule="secrets.key", status="note", message="a key stands in the code")
    note = replace(same, rule="model.retired", status="note", message="model one is retired")
    others = [replace(same, line=number) for number in (1, 2)]
    files = (
        replace(app, findings=(*others, one, key, note)),
        replace(app, path="b.py", findings=(same,)),
    )
    text = rendered(replace(report, files=files), "markdown")
    assert text.index("`src/app.py:9` the cause") < text.index("migrate this too")
    assert text.count("migrate this too") == 1
    assert "  - `src/app.py`: 1, 2\n  - `b.py`: 3\n" in text
    assert "#### Keys\n\n- `src/app.py:3` a key stands in the code (`secrets.key`)\n" in text
    assert text.index("#### Keys") < text.index("<details><summary>Noted")


class Page(HTMLParser):
    """Checks that every element is closed, and gathers what the page would load."""

    VOID = frozenset({"meta", "input", "link", "img", "br", "col"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loaded: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [value or "" for name, value in attrs if name == "src"]
        if tag == "link":
            self.loaded.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_is_whole_and_loads_nothing() -> None:
    page = Page()
    page.feed(rendered(example(), "html"))
    page.close()
    assert page.open == []
    assert page.loaded == []
    assert 'ask("`<b>|`")' in page.text


def test_a_run_without_findings_has_a_report_in_every_format() -> None:
    report = replace(example(), files=(), rules={})
    report = replace(
        report, summary=replace(report.summary, changed=0, markers=0, held=0, errors=0)
    )
    texts = {name: rendered(report, name) for name in FORMATS}
    assert "nothing to migrate" in texts["markdown"]
    assert "nothing to migrate" in texts["html"]
    assert texts["github"] == ""
    assert json.loads(texts["gitlab"]) == []
    assert Sarif.model_validate_json(texts["sarif"]).runs[0].results == []
    assert next(iter(JUnitXml.fromstring(texts["junit"].encode()))).tests == 0


def test_the_example_has_a_key_to_hide() -> None:
    assert KEY in LEGACY
    assert KEY in MIGRATED
