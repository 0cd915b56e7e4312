"""Ends the new SDK's live sessions in the canned server, message by message."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from .journal import Journal
from .spelling import camel_case
from .wire import Request

# The function that opens a connection has had either name in the SDK.
CONNECTING = ("ws_connect", "connect")
# How long a program may wait for a message when none is under way; then the server hangs up.
_PATIENCE = 1.0


def live_connections(module: Any, journal: Journal) -> Callable[..., _Connection]:
    """What opens a connection to the canned server, for the module of live sessions."""

    def connect(address: str, **_: object) -> _Connection:
        return _Connection(journal, urlsplit(address).netloc, module.ConnectionClosed)

    return connect


class _Connection:
    """A connection in which each message is a request of its own."""

    def __init__(
        self, journal: Journal, host: str, closed: Callable[[None, None], Exception]
    ) -> None:
        self._journal = journal
        self._host = host
        self._closed = closed
        self._messages: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def __aenter__(self) -> _Connection:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def send(self, message: str) -> None:
        """Write a message down, and keep what the server answers."""
        body = json.loads(message)
        sort = camel_case(next(iter(body), "nothing"))
        response = self._journal.exchange(
            Request("new", "SEND", f"live/{sort}", body, host=self._host)
        )
        if response.status != 200 or response.late:
            self._messages.put_nowait(None)
            return
        for chunk in response.chunks:
            self._messages.put_nowait(json.dumps(chunk).encode())

    async def recv(self, decode: bool | None = None) -> bytes | str:
        """The next message of the server."""
        try:
            message = await asyncio.wait_for(self._messages.get(), _PATIENCE)
        except TimeoutError:
            message = None
        if message is None:
            raise self._closed(None, None)
        return message if decode is False else message.decode()

    async def close(self, *_: object) -> None:
        """Hang up."""
        self._messages.put_nowait(None)
