"""Programs that lost something in their migration must never be called equal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genai_codemod.shim.comparison import Comparison, compare
from genai_codemod.shim.recording import Ending, Recording
from genai_codemod.shim.wire import Request

BEFORE = """
model = genai.GenerativeModel("m", system_instruction="S", tools="code_execution",
    generation_config={"temperature": 0.5, "max_output_tokens": 9},
    safety_settings={"HATE": "BLOCK_NONE"})
chat = model.start_chat(history=[{"role": "user", "parts": ["a"]}, {"role": "model", "parts": "b"}])
print(chat.send_message("c").text)
print(model.generate_content("d").text)
"""

AFTER = """
config = types.GenerateContentConfig(system_instruction="S", temperature=0.5, max_output_tokens=9,
    tools=[types.Tool(code_execution=types.ToolCodeExecution())],
    safety_settings=[types.SafetySetting(
        category="HARM_CATEGORY_HATE_SPEECH", threshold="BLOCK_NONE")])
chat = client.chats.create(model="m", config=config, history=[
    {"role": "user", "parts": [{"text": "a"}]}, {"role": "model", "parts": [{"text": "b"}]}])
print(chat.send_message("c").text)
print(client.models.generate_content(model="m", contents="d", config=config).text)
"""

LOSSES = {
    "temperature": ("temperature=0.5, ", ""),
    "temperature changed": ("temperature=0.5", "temperature=0.6"),
    "output limit": (", max_output_tokens=9", ""),
    "system instruction": ('system_instruction="S", ', ""),
    "tool": ("tools=[types.Tool(code_execution=types.ToolCodeExecution())],", ""),
    "threshold": ("BLOCK_NONE", "BLOCK_ONLY_HIGH"),
    "short category": ("HARM_CATEGORY_HATE_SPEECH", "HATE"),
    "history": ('{"role": "model", "parts": [{"text": "b"}]}', ""),
    "role": ('"role": "model"', '"role": "user"'),
    "model": ('model="m", contents', 'model="n", contents'),
    "contents": ('contents="d"', 'contents="e"'),
    "config of one call": (', contents="d", config=config', ', contents="d"'),
    "config of the chat": ('model="m", config=config, history', 'model="m", history'),
    "config replaced": ('send_message("c")', 'send_message("c", config={"temperature": 0.5})'),
    "message": ('print(chat.send_message("c").text)', ""),
    "order": ('chat.send_message("c")', 'client.models.generate_content(model="m", contents="c")'),
    "unary": ("client.models.generate_content(", "list(client.models.generate_content_stream("),
    "client closed": ("print(client.models", "print(genai.Client().models"),
    "wrong keyword": ('contents="d"', 'content="d"'),
}


def test_the_whole_migration_is_equal(compared: Callable[..., Comparison]) -> None:
    assert compared(BEFORE, AFTER).equal


@pytest.mark.parametrize("loss", LOSSES)
def test_a_loss_is_reported(loss: str, compared: Callable[..., Comparison]) -> None:
    old, new = LOSSES[loss]
    assert old in AFTER
    after = AFTER.replace(old, new)
    if loss == "unary":
        after = after.replace("config=config).text)", "config=config))[0].text)")
    assert not compared(BEFORE, after).equal


def test_a_retry_that_was_lost_is_reported(compared: Callable[..., Comparison]) -> None:
    before = "print(genai.GenerativeModel('m').generate_content('Hi').text)"
    after = "print(client.models.generate_content(model='m', contents='Hi').text)"
    assert compared(before, after).equal
    assert not compared(before, after, "503-once").equal


def test_automatic_calling_that_was_added_is_reported(compared: Callable[..., Comparison]) -> None:
    function = "def f(a: str): 'doc'\n"
    before = function + "genai.GenerativeModel('m', tools=[f]).generate_content('Hi')"
    config = "types.GenerateContentConfig(tools=[f]{})"
    after = function + f"client.models.generate_content(model='m', contents='Hi', config={config})"
    off = ", automatic_function_calling={'disable': True}"
    assert not compared(before, after.format(""), "function-call").equal
    assert compared(before, after.format(off), "function-call").equal


def recording(*paths: str, ending: Ending | None = None, stdout: str = "") -> Recording:
    requests = tuple(Request("new", "POST", path) for path in paths)
    return Recording("program.py", requests, stdout, ending)


def test_an_additional_request_shifts_no_others() -> None:
    comparison = compare(recording("a", "b", "c"), recording("a", "x", "b", "c"))
    (difference,) = comparison.differences
    assert difference.title == "request 2: POST x is sent only after"
    comparison = compare(recording("a", "b", "c"), recording("a", "c"))
    assert comparison.differences[0].title == "request 2: POST b is sent only before"


def test_another_order_is_reported() -> None:
    assert not compare(recording("a", "b"), recording("b", "a")).equal


def test_endings_must_be_alike() -> None:
    failed = Ending("ValueError", "x")
    assert not compare(recording("a"), recording("a", ending=failed)).equal
    both = compare(recording("a", ending=failed), recording("a", ending=Ending("KeyError", "y")))
    assert both.equal
    assert both.notes == ("both programs end with an exception: ValueError: x | KeyError: y",)


def test_output_is_reported_apart() -> None:
    comparison = compare(recording("a", stdout="1\n"), recording("a", stdout="2\n"))
    assert comparison.equal
    assert not comparison.same_output
    assert comparison.output_diff.endswith("-1\n+2")


def test_no_requests_are_flagged() -> None:
    comparison = compare(recording(), recording())
    assert (comparison.equal, comparison.request_count) == (True, 0)
    assert comparison.notes == ("no requests were sent: nothing was compared",)


def test_blobs_are_shown_by_their_fingerprint() -> None:
    def image(data: str) -> Recording:
        body = {"inlineData": {"mimeType": "image/png", "data": data * 100}}
        return Recording("program.py", (Request("new", "POST", "a", body),))

    (difference,) = compare(image("AAAA"), image("AAAB")).differences
    assert difference.diff.count("(400 characters of base64, fingerprint ") == 2
    assert "AAAAAAAA" not in difference.diff
