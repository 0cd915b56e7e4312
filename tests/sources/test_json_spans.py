from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_codemod.sources.json_spans import JsonError, JsonValue, parse_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def plain(value: JsonValue, text: str) -> Any:
    """The value, each scalar read again from the place that is said to hold it."""
    if value.items is not None:
        return [plain(item, text) for item in value.items]
    if text[value.start] == "{":
        return {name: plain(member, text) for name, member in value.members.items()}
    assert json.loads(text[value.start : value.end], strict=False) == value.value
    return value.value


@given(VALUES, st.sampled_from([None, 0, 1, "\t"]), st.booleans())
def test_every_value_is_found_where_it_stands(
    value: Any, indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert plain(parse_json(text), text) == value


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 0),
        ("[1,\n 2", 2, 2),
        ("[1,]", 1, 3),
        ('{"a" 1}', 1, 5),
        ("{\n1: 2}", 2, 0),
        ("[1] 2", 1, 4),
        ('["a\n', 1, 1),
        ("[" * 100_000, 1, 100_000),
    ],
)
def test_what_is_no_json_is_an_error_with_its_place(text: str, line: int, column: int) -> None:
    with pytest.raises(JsonError) as caught:
        parse_json(text)
    assert (caught.value.line, caught.value.column) == (line, column)
