"""The helper for tools."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.genai import types
from google.generativeai.types import content_types
from tests.rules.helper_templates import Compared, helper

DECLARATION = {"name": "g", "description": "d"}
SCHEMA = {"type": "OBJECT", "properties": {"x": {"type": "STRING"}}, "required": ["x"]}


TOOLS = [
    "None",
    "[]",
    "f",
    "[f]",
    "(f,)",
    "'code_execution'",
    "['CODE_EXECUTION']",
    "'google_search_retrieval'",
    "{'code_execution': {}}",
    json.dumps([{"function_declarations": [{**DECLARATION, "parameters": SCHEMA}]}]),
    json.dumps({"function_declarations": [DECLARATION]}),
    json.dumps(DECLARATION),
    json.dumps([DECLARATION, {**DECLARATION, "name": "h"}]),
    "[f, t.FunctionDeclaration(name='g', description='d')]",
    "t.FunctionDeclaration(name='g', description='d')",
    "[t.Tool(function_declarations=[t.FunctionDeclaration(name='g')])]",
    "t.Tool(function_declarations=[t.FunctionDeclaration(name='g')])",
    "[[f, t.FunctionDeclaration(name='g', description='d')]]",
    "{'function_declarations': [f, {'name': 'g', 'description': 'd'}]}",
    "['code_execution', f]",
]


def test_tools_are_sent_as_before(compared: Compared) -> None:
    calls = "def f(a: str):\n    'doc'\nfor tools in [{}]: {}"
    tools = ", ".join(TOOLS)
    comparison = compared(
        calls.format(tools, "genai.GenerativeModel('m', tools=tools).generate_content('Hi')"),
        calls.format(
            tools,
            "client.models.generate_content(model='m', contents='Hi', "
            "config=types.GenerateContentConfig(tools=_tools(tools)))",
        ),
        "tools",
    )
    assert comparison.differences == ()
    assert comparison.request_count == len(TOOLS)
    assert comparison.equal


@pytest.mark.parametrize("tools", ["google_maps_and_more", ["bogus"]])
def test_an_unknown_tool_is_refused_as_before(tools: Any) -> None:
    with pytest.raises(ValueError, match="only string"):
        content_types.to_function_library(tools)
    with pytest.raises(ValueError, match="validation error"):
        helper("tools")(tools)


def test_functions_are_declared_beside_other_tools() -> None:
    def roll(sides: int) -> int:
        """Roll a dice."""
        return sides

    search = types.Tool(google_search=types.GoogleSearch())
    declare = helper("declared_tools")
    first, *rest = declare([roll, search])
    assert [each.name for each in first.function_declarations] == ["roll"]
    assert rest == [search]
    assert declare([search]) == [search]
    assert declare(None) is None
