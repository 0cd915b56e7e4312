"""The helpers for answers: their text, their streams, and what is raised for them."""

from __future__ import annotations

import asyncio
import textwrap
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from google.genai import types
from tests.rules.helper_templates import Compared, helper


@pytest.mark.parametrize(
    "answer", ["default", "blocked-prompt", "blocked-candidate", "function-call", "max-tokens"]
)
def test_a_text_is_missing_where_it_was(answer: str, compared: Compared) -> None:
    show = """
        try:
            print({})
        except ValueError:
            print("ValueError")
        """
    tool = "[{'function_declarations': [{'name': 'g', 'description': 'd'}]}]"
    comparison = compared(
        f"response = genai.GenerativeModel('m', tools={tool}).generate_content('Hi')"
        + textwrap.dedent(show.format("response.text")),
        f"response = client.models.generate_content(model='m', contents='Hi', "
        f"config={{'tools': {tool}}})" + textwrap.dedent(show.format("_response_text(response)")),
        "response_text",
        answer=answer,
    )
    assert comparison.output_diff == ""
    assert comparison.equal


def chunk(*texts: str, **fields: Any) -> types.GenerateContentResponse:
    content = types.Content(role="model", parts=[types.Part(text=text) for text in texts])
    candidate = types.Candidate(content=content, finish_reason=fields.pop("finish_reason", None))
    return types.GenerateContentResponse(candidates=[candidate], **fields)


CHUNKS = [
    chunk("Hel"),
    types.GenerateContentResponse(),
    chunk(
        "lo",
        finish_reason=types.FinishReason.STOP,
        usage_metadata=types.GenerateContentResponseUsageMetadata(total_token_count=12),
    ),
]


def check_sum(stream: Any) -> None:
    assert stream.text == "Hello"
    assert stream.parts == [types.Part(text="Hello")]
    (candidate,) = stream.candidates
    assert candidate.content == types.Content(role="model", parts=[types.Part(text="Hello")])
    assert candidate.finish_reason is types.FinishReason.STOP
    assert stream.usage_metadata.total_token_count == 12
    assert stream.prompt_feedback is None


def test_a_recorded_stream_is_lazy_and_can_be_read_again() -> None:
    asked: list[int] = []

    def chunks() -> Iterator[types.GenerateContentResponse]:
        for position, each in enumerate(CHUNKS):
            asked.append(position)
            yield each

    stream = helper("recorded_stream")(chunks())
    assert asked == []
    for each in stream:
        assert each is CHUNKS[0]
        break
    assert asked == [0]
    assert list(stream) == list(stream) == CHUNKS
    stream.resolve()
    assert asked == [0, 1, 2]
    check_sum(stream)


def test_a_recorded_stream_reads_the_rest_to_be_summed_up() -> None:
    for name in ("text", "parts", "candidates", "usage_metadata"):
        assert getattr(helper("recorded_stream")(iter(CHUNKS)), name)
    check_sum(helper("recorded_stream")(iter(CHUNKS)))


ANSWERED = """
chat = {chat}
for message in ("a", "b"):
    try:
        print({checked}.candidates[0].finish_reason.name)
    except {blocked}:
        print("blocked")
    except {stopped}:
        print("stopped")
"""


LEGACY_CHAT = {
    "chat": "model.start_chat()",
    "checked": "chat.send_message(message)",
    "blocked": "genai.types.BlockedPromptException",
    "stopped": "genai.types.StopCandidateException",
}


NEW_CHAT = {
    "chat": 'client.chats.create(model="m")',
    "checked": "_checked_answer(chat.send_message(message))",
    "blocked": "_BlockedPromptError",
    "stopped": "_StoppedAnswerError",
}


@pytest.mark.parametrize("answer", ["default", "blocked-prompt", "blocked-candidate", "max-tokens"])
def test_an_answer_is_refused_as_it_was(compared: Compared, answer: str) -> None:
    comparison = compared(
        ANSWERED.format(**LEGACY_CHAT), ANSWERED.format(**NEW_CHAT), "checked_answer", answer=answer
    )
    assert comparison.same_requests
    assert comparison.same_output, comparison.output_diff


@pytest.mark.parametrize("name", ["recorded_stream", "recorded_async_stream"])
def test_a_blocked_stream_has_no_text(name: str) -> None:
    feedback = types.GenerateContentResponsePromptFeedback(block_reason=types.BlockedReason.SAFETY)
    blocked = [types.GenerateContentResponse(prompt_feedback=feedback)]

    async def chunks() -> AsyncIterator[types.GenerateContentResponse]:
        for each in blocked:
            yield each

    if name == "recorded_stream":
        stream = helper(name)(iter(blocked))
    else:
        stream = helper(name)(chunks())
        asyncio.run(stream.resolve())
    with pytest.raises(ValueError, match="not a text"):
        _ = stream.text
    assert (stream.parts, stream.candidates) == ([], [])
    assert stream.usage_metadata is None
    assert stream.prompt_feedback is feedback


def test_a_recorded_async_stream_can_be_read_again() -> None:
    asked: list[int] = []

    async def chunks() -> AsyncIterator[types.GenerateContentResponse]:
        for position, each in enumerate(CHUNKS):
            asked.append(position)
            yield each

    async def run() -> None:
        stream = helper("recorded_async_stream")(chunks())
        async for each in stream:
            assert each is CHUNKS[0]
            break
        assert asked == [0]
        assert stream.text == "Hel"
        assert [each async for each in stream] == [each async for each in stream] == CHUNKS
        await stream.resolve()
        assert asked == [0, 1, 2]
        check_sum(stream)

    asyncio.run(run())


def test_a_stream_prints_what_it_printed(compared: Compared) -> None:
    show = """
        for chunk in response:
            print(chunk.text)
        response.resolve()
        print([chunk.text for chunk in response], response.text, len(response.parts))
        print(response.candidates[0].content.parts[0].text)
        print(response.candidates[0].finish_reason.name)
        print(response.usage_metadata.total_token_count)
        """
    comparison = compared(
        "response = model.generate_content('Hi', stream=True)" + textwrap.dedent(show),
        "stream = client.models.generate_content_stream(model='m', contents='Hi')\n"
        "response = _RecordedStream(stream)" + textwrap.dedent(show),
        "recorded_stream",
    )
    assert comparison.output_diff == ""
    assert comparison.equal


def test_an_async_stream_prints_what_it_printed(compared: Compared) -> None:
    show = """
            await response.resolve()
            print([chunk.text async for chunk in response], response.text, len(response.parts))
            print(response.candidates[0].content.parts[0].text, response.usage_metadata is None)
        asyncio.run(main())
        """
    head = "import asyncio\nasync def main():\n    "
    comparison = compared(
        head
        + "response = await model.generate_content_async('Hi', stream=True)"
        + textwrap.dedent(show),
        head
        + "response = _RecordedAsyncStream(\n        await client.aio.models."
        + "generate_content_stream(model='m', contents='Hi'))"
        + textwrap.dedent(show),
        "recorded_async_stream",
    )
    assert comparison.output_diff == ""
    assert comparison.equal


def test_a_text_shows_the_code_that_was_run(compared: Compared) -> None:
    comparison = compared(
        """
        print(model.generate_content("Hi", tools="code_execution").text)
        """,
        """
        tools = [types.Tool(code_execution=types.ToolCodeExecution())]
        print(_text_with_code(client.models.generate_content(
            model="m", contents="Hi", config=types.GenerateContentConfig(tools=tools))))
        """,
        "text_with_code",
        answer="code-execution",
    )
    assert comparison.equal
    assert comparison.output_diff == ""


def test_a_text_with_code_is_refused_where_there_is_none() -> None:
    empty = types.GenerateContentResponse(
        candidates=[types.Candidate(finish_reason=types.FinishReason.SAFETY)]
    )
    with pytest.raises(ValueError, match="SAFETY"):
        helper("text_with_code")(empty)
    call = types.Part(function_call=types.FunctionCall(name="f"))
    content = types.Content(role="model", parts=[call])
    answered = types.GenerateContentResponse(candidates=[types.Candidate(content=content)])
    with pytest.raises(ValueError, match="Could not convert"):
        helper("text_with_code")(answered)


def answer(**fields: Any) -> types.GenerateContentResponse:
    return types.GenerateContentResponse.model_validate(fields)


BLOCKED = answer(prompt_feedback={"block_reason": "SAFETY"})
STOPPED = answer(candidates=[{"finish_reason": "RECITATION"}])


COMPLETE = [
    answer(candidates=[{"finish_reason": reason}], prompt_feedback=feedback)
    for reason in (None, "STOP", "MAX_TOKENS", "FINISH_REASON_UNSPECIFIED")
    for feedback in (None, types.GenerateContentResponsePromptFeedback())
]


def test_a_blocked_or_stopped_answer_raises() -> None:
    check = helper("checked_answer")
    assert [check(response) for response in COMPLETE] == COMPLETE
    with pytest.raises(helper("blocked_prompt_error")) as blocked:
        check(BLOCKED)
    assert blocked.value.args == (BLOCKED.prompt_feedback,)
    with pytest.raises(helper("stopped_answer_error")) as stopped:
        check(STOPPED)
    assert stopped.value.args == tuple(STOPPED.candidates or ())


def test_a_blocked_stream_raises() -> None:
    check = helper("checked_stream")
    assert list(check([*COMPLETE, STOPPED])) == [*COMPLETE, STOPPED]
    with pytest.raises(helper("blocked_prompt_error")):
        list(check([BLOCKED]))


def test_a_blocked_asynchronous_stream_raises() -> None:
    async def chunks(*given: Any) -> AsyncIterator[Any]:
        for chunk in given:
            yield chunk

    async def read(*given: Any) -> list[Any]:
        return [chunk async for chunk in helper("checked_async_stream")(chunks(*given))]

    assert asyncio.run(read(*COMPLETE)) == COMPLETE
    with pytest.raises(helper("blocked_prompt_error")):
        asyncio.run(read(BLOCKED))
