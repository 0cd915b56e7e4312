"""Ends the new SDK's HTTP transport and its live sessions in the canned server.

Only the transport under the HTTP client is replaced, and the connection of a session. The client
itself stays real, so that a client that was closed, by the program or by garbage collection,
refuses to send as it would online.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .http_answers import UNREACHABLE, HttpAnswers
from .import_hook import Change
from .journal import Journal
from .live_sessions import CONNECTING, live_connections


def genai_changes(journal: Journal) -> dict[str, Change]:
    """What to change in which module, once a program imports it."""

    def change_transport(module: Any) -> None:
        _change_http_library(module, journal)

    def change_live_sessions(module: Any) -> None:
        for name in CONNECTING:
            if hasattr(module, name):
                setattr(module, name, live_connections(module, journal))

    return {
        "httpx": change_transport,
        "httpx2": change_transport,
        "google.genai._api_client": _change_api_client,
        "google.genai.live": change_live_sessions,
    }


def _change_api_client(module: Any) -> None:
    # Where aiohttp is installed the SDK prefers it; the requests it builds are the same.
    module.has_aiohttp = False
    for name in LOADING_CREDENTIALS:
        setattr(module, name, offline_credentials)


# The function has had either name.
LOADING_CREDENTIALS = ("load_auth", "_load_auth")


def offline_credentials(*, project: str | None) -> tuple[Any, str]:
    """What the SDK takes for the user's credentials, with vertexai=True."""
    from google.oauth2.credentials import Credentials

    return Credentials("offline"), project or "project"  # type: ignore[no-untyped-call]


def canned_answers(module: Any, journal: Journal) -> Callable[[Any, bytes], Any]:
    """What answers a request, given its content, in place of the transport of an HTTP library."""
    answers = HttpAnswers(journal)

    def answer(request: Any, content: bytes) -> Any:
        found = answers.answer(request.method, str(request.url), request.headers, content)
        if found is None:
            raise module.ReadTimeout("canned time-out", request=request)
        if found == UNREACHABLE:
            raise module.ConnectError("canned loss of the connection", request=request)
        return module.Response(
            found.status, headers=found.headers, content=found.content, request=request
        )

    return answer


def _change_http_library(module: Any, journal: Journal) -> None:
    answer = canned_answers(module, journal)

    def handle_request(self: object, request: Any) -> Any:  # noqa: ARG001
        return answer(request, request.read())

    async def handle_async_request(self: object, request: Any) -> Any:  # noqa: ARG001
        return answer(request, await request.aread())

    module.HTTPTransport.handle_request = handle_request
    module.AsyncHTTPTransport.handle_async_request = handle_async_request
