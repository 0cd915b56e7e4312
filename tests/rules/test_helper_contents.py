"""The helpers for contents, messages and histories of chats."""

from __future__ import annotations

from typing import Any

import pytest
from google import genai
from google.genai import types
from google.generativeai.types import content_types
from tests.rules.helper_templates import Compared, helper

CONTENTS = [
    "'Hi'",
    "['a', 'b']",
    "('a', 'b')",
    "{'role': 'user', 'parts': 'a'}",
    "{'role': 'model', 'parts': ['a', 'b']}",
    "{'parts': ('a', 'b')}",
    "{'parts': ['a', image, {'mime_type': 'image/png', 'data': b'x'}]}",
    "{'parts': [{'text': 'a'}, {'inline_data': {'mime_type': 'image/png', 'data': 'eA=='}}]}",
    "[{'role': 'user', 'parts': 'a'}, {'role': 'model', 'parts': ['b']}, {'parts': ['c']}]",
    "[{'parts': ['a']}, {'parts': ['b']}]",
    "[{'role': 'user', 'parts': []}, {'role': 'user', 'parts': 'b'}]",
    "[t.Content(role='user', parts=[t.Part(text='a')]), {'role': 'model', 'parts': ['b']}]",
    "[{'text': 'a'}, 'b']",
    "['a', image]",
    "image",
    "{'mime_type': 'image/png', 'data': b'x'}",
    "['a', {'mime_type': 'image/png', 'data': 'eA=='}]",
    "{'parts': [{'file_data': {'file_uri': 'u', 'mime_type': 'text/plain'}}]}",
    "{'parts': [t.Part(function_response=t.FunctionResponse(name='f', response={'a': 1.5}))]}",
    "[{'role': 'model', 'parts': [{'function_call': {'name': 'f', 'args': {'a': 1.5}}}]}]",
]


def test_contents_are_sent_as_before(compared: Compared) -> None:
    calls = "for c in [{}]: {}"
    contents = ", ".join(CONTENTS)
    comparison = compared(
        calls.format(contents, "model.generate_content(c)"),
        calls.format(contents, "client.models.generate_content(model='m', contents=_contents(c))"),
        "contents",
    )
    assert comparison.differences == ()
    assert comparison.request_count == len(CONTENTS)
    assert comparison.equal


def test_a_file_in_a_content_dict_is_sent_as_before(compared: Compared) -> None:
    comparison = compared(
        "model.generate_content({'parts': ['a', genai.get_file('abc')]})",
        "file = client.files.get(name='files/abc')\n"
        "client.models.generate_content(model='m', contents=_contents({'parts': ['a', file]}))",
        "contents",
    )
    assert comparison.differences == ()
    assert comparison.equal


@pytest.mark.parametrize("value", [None, "", "a", [], (), types.Part(text="a"), b"x", 5])
def test_contents_of_other_kinds_are_left_alone(value: object) -> None:
    assert helper("contents")(value) is value


def test_contents_do_not_change_what_they_are_made_of() -> None:
    content = {"parts": ["a", {"mime_type": "image/png", "data": b"x"}]}
    before = repr(content)
    helper("contents")([content])
    assert repr(content) == before


HISTORIES = [
    "None",
    "[]",
    "[{'role': 'user', 'parts': 'a'}, {'role': 'model', 'parts': ['b', 'c']}]",
    "[{'role': 'user', 'parts': ['a', image, {'mime_type': 'image/png', 'data': b'x'}]}]",
    "[t.Content(role='user', parts=[t.Part(text='a')]), {'role': 'model', 'parts': 'b'}]",
    "({'role': 'user', 'parts': text} for text in 'ab')",
    "({'role': 'user', 'parts': ('a',)}, {'role': 'model', 'parts': [{'text': 'b'}]})",
]


def test_a_history_is_sent_as_before(compared: Compared) -> None:
    calls = "for h in [{}]: {}"
    histories = ", ".join(HISTORIES)
    comparison = compared(
        calls.format(histories, "model.start_chat(history=h).send_message('z')"),
        calls.format(
            histories,
            "client.chats.create(model='m', history=_history(h)).send_message('z')",
        ),
        "history",
    )
    assert comparison.differences == ()
    assert comparison.request_count == len(HISTORIES)
    assert comparison.equal


@pytest.mark.parametrize(
    "history",
    [["a"], "a", [{"parts": ["a"]}], {"parts": "a"}, [types.Content(parts=[types.Part(text="a")])]],
)
def test_a_history_without_roles_is_the_users(history: object) -> None:
    assert helper("history")(history) == [types.Content(role="user", parts=[types.Part(text="a")])]


MESSAGES = [
    "'a'",
    "['a', 'b']",
    "('a', 'b')",
    "{'role': 'user', 'parts': ['a', 'b']}",
    "{'parts': 'a'}",
    "t.Content(parts=[t.Part(text='a')])",
    "t.Part(text='a')",
    "{'text': 'a'}",
    "[{'text': 'a'}, image]",
    "image",
    "{'mime_type': 'image/png', 'data': b'x'}",
    "['a', {'mime_type': 'image/png', 'data': b'x'}]",
    "{'parts': ('a', {'mime_type': 'image/png', 'data': b'x'})}",
    "t.FunctionResponse(name='f', response={'a': 1.5})",
    "[t.Part(function_response=t.FunctionResponse(name='f', response={'a': 1.5}))]",
]


def test_a_message_is_sent_as_before(compared: Compared) -> None:
    calls = "for m in [{}]: {}"
    messages = ", ".join(MESSAGES)
    comparison = compared(
        calls.format(messages, "model.start_chat().send_message(m)"),
        calls.format(messages, "client.chats.create(model='m').send_message(_message(m))"),
        "message",
    )
    assert comparison.differences == ()
    assert comparison.request_count == len(MESSAGES)
    assert comparison.equal


@pytest.mark.parametrize("message", [None, [], 5])
def test_a_message_that_was_refused_still_is(message: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        content_types.to_content(message)
    with pytest.raises(ValueError, match="part"):
        helper("message")(message)


def test_a_streamed_answer_is_one_turn_of_the_history(compared: Compared) -> None:
    show = """
        print(len(history), [content.role for content in history])
        print(history[1].parts[0].text, len(history[1].parts), history[-1].parts[0].text)
        """
    comparison = compared(
        """
        chat = model.start_chat()
        for chunk in chat.send_message("Hi", stream=True): pass
        chat.send_message("again")
        history = chat.history"""
        + show,
        """
        chat = client.chats.create(model="m")
        for chunk in chat.send_message_stream("Hi"): pass
        chat.send_message("again")
        history = _joined_history(chat)"""
        + show,
        "joined_history",
    )
    assert comparison.output_diff == ""
    assert not comparison.ending_after


def test_a_joined_history_leaves_the_chat_alone() -> None:
    client = genai.Client(api_key="none")
    call = types.Part(function_call=types.FunctionCall(name="f"))
    history: list[Any] = [
        types.UserContent("a"),
        types.ModelContent("b"),
        types.ModelContent([types.Part(text="c"), call]),
        types.ModelContent("d"),
        types.UserContent("e"),
        types.UserContent("f"),
    ]
    expected = [
        types.Content(role="user", parts=[types.Part(text="a")]),
        types.Content(role="model", parts=[types.Part(text="bc"), call, types.Part(text="d")]),
        types.Content(role="user", parts=[types.Part(text="e")]),
        types.Content(role="user", parts=[types.Part(text="f")]),
    ]
    for chats in (client.chats, client.aio.chats):
        chat = chats.create(model="m", history=list(history))
        joined = helper("joined_history")(chat)
        assert [each.model_dump() for each in joined] == [each.model_dump() for each in expected]
        assert chat.get_history() == history


PARTS = [
    "'a'",
    "['a', t.Blob(mime_type='image/png', data=b'x')]",
    "t.FileData(file_uri='u', mime_type='text/plain')",
    "(t.FunctionResponse(name='f', response={'a': 1.5}), t.FunctionResponse(name='g'))",
    "[t.FunctionCall(name='f', args={'a': 1.5}), t.Part(text='a')]",
]


def test_what_is_a_field_of_a_part_is_sent_as_before(compared: Compared) -> None:
    calls = "for p in [{}]: {}"
    parts = ", ".join(PARTS)
    comparison = compared(
        calls.format(parts, "model.start_chat().send_message(p)"),
        calls.format(parts, "client.chats.create(model='m').send_message(_whole_parts(p))"),
        "whole_parts",
    )
    assert comparison.differences == ()
    assert comparison.request_count == len(PARTS)
    assert comparison.equal
