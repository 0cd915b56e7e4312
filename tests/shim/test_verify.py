"""What the check of google.genai code finds, and what it leaves in peace."""

from __future__ import annotations

import ast
import re
import time
from pathlib import Path

import pytest
import yaml

from genai_codemod.engine.result import SourceError
from genai_codemod.shim import surface
from genai_codemod.shim.static_checks.check import check_source
from genai_codemod.shim.static_checks.findings import Finding

FIXTURES = Path(__file__).parents[2] / "fixtures"
WRONG = sorted((FIXTURES / "verify" / "wrong").glob("*.py"))
RIGHT = sorted((FIXTURES / "verify" / "right").glob("*.py"))
START = "from google import genai\nfrom google.genai import types\nclient = genai.Client()\n"


def shown(finding: Finding) -> str:
    suggestion = f"; {finding.suggestion}" if finding.suggestion else ""
    place = f"{finding.line}:{finding.column + 1}"
    return f"{place} {finding.check}: {finding.message}{suggestion}"


def check(source: str) -> list[str]:
    return [shown(finding) for finding in check_source(source.encode())]


@pytest.mark.parametrize("program", WRONG, ids=lambda path: path.stem)
def test_mistakes_are_found(program: Path) -> None:
    source = program.read_text()
    head = source.partition("\n\n")[0]
    expected = [line.removeprefix("# ") for line in head.splitlines()]
    found = [line.partition("; one of ")[0] for line in check(source)]
    assert found == expected
    assert expected


@pytest.mark.parametrize("program", RIGHT, ids=lambda path: path.stem)
def test_right_code_is_left_in_peace(program: Path) -> None:
    assert check(program.read_text()) == []


def test_there_are_many_examples() -> None:
    functions = [
        node
        for program in RIGHT
        for node in ast.walk(ast.parse(program.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert len(WRONG) > 90
    assert len(functions) > 200


def test_migrated_programs_are_left_in_peace_but_for_what_is_marked() -> None:
    programs = list(FIXTURES.glob("**/after.py"))
    alarms = [
        f"{path}:{shown(finding)}"
        for path in programs
        for finding in check_source(path.read_bytes())
        if not is_marked(path.read_text(), finding.line) and not is_known_to_end(path)
    ]
    assert len(programs) > 100
    assert alarms == []


def is_known_to_end(program: Path) -> bool:
    """Whether a marker of the program is about what it ends with elsewhere."""
    case = program.with_name("case.yaml")
    said = yaml.safe_load(case.read_text()) if case.exists() else {}
    return "ending" in (said.get("differs") or {})


def is_marked(source: str, line: int) -> bool:
    """Whether a line belongs to a statement with a marker, or to one around it."""
    lines = source.splitlines()
    around = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt | ast.ExceptHandler)
        and node.lineno <= line <= (node.end_lineno or 0)
    ]
    for node in around:
        above = node.lineno - 2
        while above >= 0 and lines[above].lstrip().startswith(("#", "@")):
            if "TODO(genai-codemod)" in lines[above]:
                return True
            above -= 1
    return False


@pytest.mark.parametrize(
    "source",
    [
        "genai.configure(api_key='x')\n",
        "import genai\ngenai.configure(api_key='x')\n",
        "def f(client):\n    return client.generate_content('x').text()\n",
    ],
)
def test_names_are_followed_and_not_guessed(source: str) -> None:
    assert check("from google import genai as sdk\n" + source) == []


def test_findings_point_at_the_name_in_a_chain_over_lines() -> None:
    assert check(START + "r = (\n    client\n    .models\n    .generate_contents(x='é')\n)\n") == [
        "7:6 attribute: Models has no attribute 'generate_contents'; did you mean generate_content?"
    ]


def test_columns_count_characters() -> None:
    found = check_source((START + "x = 'é', client.modells\n").encode())
    assert [(finding.line, finding.column) for finding in found] == [(4, 16)]


def test_other_encodings() -> None:
    source = "# coding: latin-1\n" + START + "x = 'é', client.modells\n"
    assert [finding.line for finding in check_source(source.encode("latin-1"))] == [5]


def test_modules_without_the_sdk_are_not_even_parsed() -> None:
    assert check_source(b"this is ( not Python") == ()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"import genai\nx = (", "'(' was never closed"),
        (b"import genai\n\0", "null bytes"),
        (b"import genai\nx = '\xff'\n", "utf-8"),
        (b"# coding: nonsense\nimport genai\n", "nonsense"),
        (b"import genai\nx = " + b"-" * 100_000 + b"1\n", "too deeply"),
    ],
)
def test_what_cannot_be_read_is_an_error(source: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=re.escape(message)):
        check_source(source)


def test_a_client_that_stays_open_may_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "from google import genai\nprint(genai.Client().models.list())\n"
    assert len(check(source)) == 1
    monkeypatch.setattr(surface, "closes_itself", lambda: False)
    assert check(source) == []


def test_a_call_costs_less_than_five_milliseconds() -> None:
    call = (
        "print(client.models.generate_content(model='m', contents=['x', {'text': 'y'}],"
        " config=types.GenerateContentConfig(temperature=0.1, safety_settings=["
        "{'category': 'HARM_CATEGORY_HARASSMENT', 'threshold': 'OFF'}])).text)\n"
    )
    check(START + call)
    source = (START + call * 200).encode()
    start = time.process_time()
    check_source(source)
    assert time.process_time() - start < 200 * 0.005


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("client.modells  # genai-codemod: ignore\n", 0),
        ("client.modells  # genai-codemod: ignore[sdk.refused]\n", 0),
        ("client.modells  # genai-codemod: ignore[files.upload]\n", 1),
        ("# genai-codemod: ignore\nclient.modells\nclient.modells\n", 1),
        ("print(\n    client.modells,\n)  # genai-codemod: ignore\n", 0),
        ("def f():  # genai-codemod: ignore\n    x = 1\n    client.modells\n", 0),
        ("x = '# genai-codemod: ignore', client.modells\n", 1),
        ("client.modells\n# genai-codemod: ignore-file\n", 0),
    ],
)
def test_comments_leave_code_alone(source: str, number: int) -> None:
    assert len(check(START + source)) == number
