"""Lets the google.genai of this very process be answered by the canned server, and back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Any, NoReturn, Self

from genai_codemod.report.secrets import masked, masked_values

from .genai_recorder import LOADING_CREDENTIALS, canned_answers, offline_credentials
from .http_answers import HttpAnswers, answer_by_requests, is_from_genai
from .import_hook import ImportHook
from .journal import Journal
from .live_sessions import CONNECTING, live_connections
from .server import CannedServer, answer_named
from .wire import Request, Response
from .workplace import FAKE_KEY

_GOOGLE = (".googleapis.com", "//googleapis.com")
_VARIABLES = {
    "GOOGLE_API_KEY": FAKE_KEY,
    "GEMINI_API_KEY": FAKE_KEY,
    # Or the search for credentials asks the network whether this is a machine of Google's.
    "NO_GCE_CHECK": "true",
}


@dataclass(frozen=True)
class SentRequest:
    """A request that google.genai sent, without the keys in it."""

    method: str
    path: str
    """Without the version of the API: `models/gemini-2.0-flash:generateContent`."""
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)


class OfflineGenai:
    """The canned server in place of the network, for as long as the context lasts.

    Other users of the same HTTP library reach their servers as always. What the canned server
    cannot answer is handed to `fail`.
    """

    def __init__(self, fail: Callable[[str], NoReturn]) -> None:
        self._journal = _LoudJournal(fail)
        self._undo: list[Callable[[], object]] = []
        self._hook = ImportHook(
            {
                "httpx": self._change_http_library,
                "httpx2": self._change_http_library,
                "requests.adapters": self._change_requests,
                "google.genai._api_client": self._change_api_client,
                "google.genai.live": self._change_live_sessions,
                "google.genai.live_music": self._refuse_connections,
            }
        )

    @property
    def requests(self) -> tuple[SentRequest, ...]:
        """What was sent until now, in order."""
        return tuple(map(_without_keys, self._journal.requests))

    @property
    def unanswered(self) -> tuple[str, ...]:
        """What the canned server could not answer, a message each."""
        return tuple(map(_unanswered, self._journal.unanswered))

    def answer(self, name: str) -> None:
        """Choose what the model answers from now on.

        Raises:
            ValueError: there is no such answer; the message names all.
        """
        self._journal.server.answer_name = answer_named(name)
        self._journal.server.requests_seen = 0

    def reset(self) -> None:
        """Forget all requests, and what the server was asked to keep."""
        self._journal.forget()

    def __enter__(self) -> Self:
        for name, value in _VARIABLES.items():
            if name not in os.environ:
                os.environ[name] = value
                self._undo.append(partial(os.environ.pop, name, None))
        sys.meta_path.insert(0, self._hook)
        self._undo.append(partial(sys.meta_path.remove, self._hook))
        for name, change in self._hook.changes.items():
            if name in sys.modules:
                change(sys.modules[name])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self._undo:
            self._undo.pop()()

    def _replace(self, owner: Any, name: str, value: object) -> None:
        self._undo.append(partial(setattr, owner, name, getattr(owner, name)))
        setattr(owner, name, value)

    def _change_api_client(self, module: Any) -> None:
        # Where aiohttp is installed the SDK prefers it; the requests it builds are the same.
        # The first versions do not know it.
        if hasattr(module, "has_aiohttp"):
            self._replace(module, "has_aiohttp", False)
        for name in LOADING_CREDENTIALS:
            if hasattr(module, name):
                self._replace(module, name, offline_credentials)

    def _change_http_library(self, module: Any) -> None:
        answer = canned_answers(module, self._journal)
        send = module.HTTPTransport.handle_request
        send_async = module.AsyncHTTPTransport.handle_async_request

        def handle_request(self: object, request: Any) -> Any:
            if not _is_ours(request):
                return send(self, request)
            return answer(request, request.read())

        async def handle_async_request(self: object, request: Any) -> Any:
            if not _is_ours(request):
                return await send_async(self, request)
            return answer(request, await request.aread())

        self._replace(module.HTTPTransport, "handle_request", handle_request)
        self._replace(module.AsyncHTTPTransport, "handle_async_request", handle_async_request)

    def _change_requests(self, module: Any) -> None:
        # The first versions of the SDK send with this library.
        answers = HttpAnswers(self._journal)
        send = module.HTTPAdapter.send

        def answered(self: object, request: Any, **options: object) -> Any:
            if not is_from_genai(request.headers):
                return send(self, request, **options)
            return answer_by_requests(module, answers, request)

        self._replace(module.HTTPAdapter, "send", answered)

    def _change_live_sessions(self, module: Any) -> None:
        self._replace_connecting(module, live_connections(module, self._journal))

    def _refuse_connections(self, module: Any) -> None:
        def connect(*_: object, **__: object) -> NoReturn:
            self._journal.refuse("live music")

        self._replace_connecting(module, connect)

    def _replace_connecting(self, module: Any, connect: Callable[..., object]) -> None:
        for name in CONNECTING:
            if hasattr(module, name):
                self._replace(module, name, connect)


class _LoudJournal(Journal):
    """A journal that does not go on after a request without an answer."""

    def __init__(self, fail: Callable[[str], NoReturn]) -> None:
        super().__init__(CannedServer())
        self._fail = fail

    def exchange(self, request: Request) -> Response:
        response = super().exchange(request)
        if response.status == 501:
            self._fail(_unanswered(request.title))
        return response

    def refuse(self, title: str) -> NoReturn:
        self.unanswered.append(title)
        self._fail(_unanswered(title))

    def forget(self) -> None:
        self.server = CannedServer()
        for kept in (self.requests, self.unanswered):
            kept.clear()


def _unanswered(title: str) -> str:
    return masked(f"google.genai sent {title}, which the canned server cannot answer")


def _is_ours(request: Any) -> bool:
    """Whether the SDK sent a request, or somebody else to Google, where nothing may arrive."""
    return is_from_genai(request.headers) or f"//{request.url.host}".endswith(_GOOGLE)


def _without_keys(request: Request) -> SentRequest:
    return SentRequest(
        request.http_method,
        masked(request.path),
        masked_values(request.body),
        masked_values(request.query),
    )
