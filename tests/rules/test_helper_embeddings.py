"""The helpers for embeddings."""

from __future__ import annotations

from typing import Any

import pytest
from google.generativeai.embedding import _EMBEDDING_TASK_TYPE
from tests.rules.helper_templates import Compared, helper


def test_embeddings_have_the_shape_they_had(compared: Compared) -> None:
    contents = (
        "['a', ['a'], ('a', 'b'), [], {'parts': [{'text': 'a'}]}, t.Part(text='a'), "
        "t.Content(parts=[t.Part(text='a')])]"
    )
    comparison = compared(
        f"""
        for content in {contents}:
            if content:
                print(genai.embed_content(model="models/e", content=content)["embedding"])
        """,
        f"""
        for content in {contents}:
            if content:
                response = client.models.embed_content(model="models/e", contents=content)
                print(_embedding(response, content))
        """,
        "embedding",
    )
    assert comparison.output_diff == ""
    assert not comparison.ending_after


@pytest.mark.parametrize("model", ["models/text-embedding-004", "models/gemini-embedding-2"])
def test_a_long_list_is_embedded_in_batches_as_before(model: str, compared: Compared) -> None:
    comparison = compared(
        f"""
        for texts in ([], ["a"], [str(i) for i in range(250)], (str(i) for i in range(101)),
                ["a", {{"parts": [{{"text": "b"}}]}}, ["c", "d"], {{"text": "e"}}, t.Part(text="f"),
                 t.Content(parts=[t.Part(text="g")])]):
            result = genai.embed_content(model={model!r}, content=texts, task_type="clustering")
            print(result["embedding"])
        """,
        f"""
        for texts in ([], ["a"], [str(i) for i in range(250)], (str(i) for i in range(101)),
                ["a", {{"parts": [{{"text": "b"}}]}}, ["c", "d"], {{"text": "e"}}, t.Part(text="f"),
                 t.Content(parts=[t.Part(text="g")])]):
            config = {{"task_type": _task_type("clustering")}}
            print(_embed_batches(client, model={model!r}, contents=texts, config=config))
        """,
        "embed_batches",
        "task_type",
    )
    assert comparison.differences == ()
    assert comparison.output_diff == ""
    assert comparison.request_count == 7
    assert comparison.equal


@pytest.mark.parametrize("value", _EMBEDDING_TASK_TYPE)
def test_a_task_type_means_what_it_meant(value: Any) -> None:
    expected = _EMBEDDING_TASK_TYPE[value].name
    assert helper("task_type")(value) == expected
    if isinstance(value, str):
        assert helper("task_type")(value.upper()) == expected


def test_no_task_type_and_an_unknown_one_stay() -> None:
    assert helper("task_type")(None) is None
    assert helper("task_type")("code_retrieval_query") == "CODE_RETRIEVAL_QUERY"
