"""The SDK of this process itself, answered by the canned server."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import sys
from collections.abc import Iterator
from typing import NoReturn

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from genai_codemod.shim.offline import OfflineGenai, SentRequest

KEY = "AIza" + "b" * 35


class UnansweredError(BaseException):
    """What pytest raises is no Exception, either."""


def fail(message: str) -> NoReturn:
    raise UnansweredError(message)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[OfflineGenai]:
    for name in ("GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with OfflineGenai(fail) as entered:
        yield entered


def ask(text: str = "Hi") -> str | None:
    client = genai.Client()
    return client.models.generate_content(model="m", contents=text).text


def test_the_sdk_is_answered_and_its_requests_are_kept(offline: OfflineGenai) -> None:
    assert (ask() or "").startswith("Hello from the fake model")
    (request,) = offline.requests
    assert (request.method, request.path) == ("POST", "models/m:generateContent")
    assert request.body["contents"] == [{"parts": [{"text": "Hi"}], "role": "user"}]
    with pytest.raises(dataclasses.FrozenInstanceError):
        request.path = "other"  # type: ignore[misc]
    offline.reset()
    assert offline.requests == ()


def test_a_client_that_is_older_than_the_context_is_answered_too() -> None:
    client = genai.Client(api_key=KEY)
    with OfflineGenai(fail) as offline:
        chunks = client.models.generate_content_stream(model="m", contents="Hi")
        assert len(list(chunks)) == 3
        counted = asyncio.run(client.aio.models.count_tokens(model="m", contents=KEY))
        assert counted.total_tokens
    assert [request.path for request in offline.requests] == [
        "models/m:streamGenerateContent",
        "models/m:countTokens",
    ]
    assert KEY not in str(offline.requests)


def test_an_answer_is_chosen_by_its_name(offline: OfflineGenai) -> None:
    offline.answer("blocked")
    assert ask() is None
    offline.answer("429")
    with pytest.raises(errors.ClientError, match="canned error 429"):
        ask()
    offline.answer("503-once")
    with pytest.raises(errors.ServerError):
        ask()
    assert ask()
    with pytest.raises(ValueError, match=r"no canned answer is called 'nothing': choose from def"):
        offline.answer("nothing")


def test_a_function_is_called_when_the_model_asks(offline: OfflineGenai) -> None:
    called = []

    def weather(city: str) -> str:
        """The weather."""
        called.append(city)
        return "sunny"

    offline.answer("function-call")
    config = types.GenerateContentConfig(tools=[weather])
    client = genai.Client()
    client.models.generate_content(model="m", contents="Hi", config=config)
    assert called == ["sample"]
    assert len(offline.requests) == 2


def test_what_cannot_be_answered_fails(offline: OfflineGenai) -> None:
    client = genai.Client()
    with pytest.raises(
        UnansweredError, match="PATCH models/m, which the canned server cannot answer"
    ):
        client.models.update(model="m", config={"display_name": "x"})

    async def play() -> None:
        async with client.aio.live.music.connect(model="m"):
            pass

    with pytest.raises(UnansweredError, match="live music"):
        asyncio.run(play())
    assert len(offline.unanswered) == 2


def test_a_live_session_is_answered_turn_by_turn(offline: OfflineGenai) -> None:
    async def talk() -> list[str | None]:
        async with genai.Client().aio.live.connect(model="m") as session:
            await session.send_realtime_input(text="not a turn yet")
            turn = types.Content(role="user", parts=[types.Part(text="Hello")])
            await session.send_client_content(turns=turn)
            return [message.text async for message in session.receive()]

    assert asyncio.run(talk()) == ["Hello from the fake model (185f)", None]
    assert [each.path for each in offline.requests] == [
        "live/setup", "live/realtimeInput", "live/clientContent",
    ]  # fmt: skip


@pytest.mark.parametrize("answer", ["default", "429"])
def test_a_live_session_ends_where_nothing_comes(offline: OfflineGenai, answer: str) -> None:
    offline.answer(answer)

    async def listen() -> None:
        async with genai.Client().aio.live.connect(model="m") as session:
            async for _ in session.receive():
                raise AssertionError("nobody has said anything")

    with pytest.raises(errors.APIError):
        asyncio.run(listen())
    assert len(offline.requests) == 1


@pytest.mark.usefixtures("offline")
def test_others_reach_their_own_servers() -> None:
    with pytest.raises(httpx2.ConnectError):
        httpx2.get("http://127.0.0.1:9/")


def test_nothing_stays_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GEMINI_API_KEY", raising=False)
    found = sys.meta_path[:], httpx2.HTTPTransport.handle_request, dict(os.environ)
    with OfflineGenai(fail):
        assert os.environ["GEMINI_API_KEY"]
        assert httpx2.HTTPTransport.handle_request is not found[1]
    assert (sys.meta_path, httpx2.HTTPTransport.handle_request, dict(os.environ)) == found


def test_keys_are_not_in_a_request() -> None:
    with OfflineGenai(fail) as offline:
        client = genai.Client(api_key=KEY)
        client.models.generate_content(model="m", contents=f"my {KEY}")
    assert offline.requests == (
        SentRequest(
            "POST",
            "models/m:generateContent",
            {"contents": [{"parts": [{"text": "my ***"}], "role": "user"}]},
        ),
    )
