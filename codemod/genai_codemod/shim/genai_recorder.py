"""Ends the new SDK's HTTP transport in the canned server.

Only the transport under the HTTP client is replaced. The client itself stays real, so that a
client that was closed, by the program or by garbage collection, refuses to send as it would online.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from .import_hook import Change
from .journal import Journal, upload_body
from .openai_endpoint import answer_openai
from .wire import Request, Response, json_or_size, request_from_url

_NO_ANSWER = 0
_UPLOAD_URL = "https://{host}/upload/v1beta/files?upload_id={number}"


def genai_changes(journal: Journal) -> dict[str, Change]:
    """What to change in which module, once a program imports it."""

    def change_transport(module: Any) -> None:
        _change_http_library(module, journal)

    return {
        "httpx": change_transport,
        "httpx2": change_transport,
        "google.genai._api_client": _without_aiohttp,
    }


def _without_aiohttp(module: Any) -> None:
    # Where aiohttp is installed the SDK prefers it; the requests it builds are the same.
    module.has_aiohttp = False


def canned_answers(module: Any, journal: Journal) -> Callable[[Any, bytes], Any]:
    """What answers a request, given its content, in place of the transport of an HTTP library."""
    uploads = _Uploads(journal)

    def answer(request: Any, content: bytes) -> Any:
        url = str(request.url)
        status, headers, answered = (
            uploads.answer(url, request.headers, content)
            or answer_openai(journal.exchange, request.method, url, content)
            or _answer(journal, request.method, url, content)
        )
        if status == _NO_ANSWER:
            raise module.ReadTimeout("canned time-out", request=request)
        return module.Response(status, headers=headers, content=answered, request=request)

    return answer


def _change_http_library(module: Any, journal: Journal) -> None:
    answer = canned_answers(module, journal)

    def handle_request(self: object, request: Any) -> Any:  # noqa: ARG001
        return answer(request, request.read())

    async def handle_async_request(self: object, request: Any) -> Any:  # noqa: ARG001
        return answer(request, await request.aread())

    module.HTTPTransport.handle_request = handle_request
    module.AsyncHTTPTransport.handle_async_request = handle_async_request


def _answer(
    journal: Journal, http_method: str, url: str, content: bytes
) -> tuple[int, dict[str, str], bytes]:
    request = request_from_url("new", http_method, url, content)
    response = journal.exchange(request)
    if response.late:
        return _NO_ANSWER, {}, b""
    if request.path.endswith(":streamGenerateContent") and response.status == 200:
        return 200, {"content-type": "text/event-stream"}, _events(response)
    return response.status, {"content-type": "application/json"}, _json_bytes(response)


def _events(response: Response) -> bytes:
    """The chunks as server-sent events."""
    return b"".join(f"data: {json.dumps(chunk)}\r\n\r\n".encode() for chunk in response.chunks)


def _json_bytes(response: Response) -> bytes:
    return json.dumps(response.body).encode()


class _Uploads:
    """Receives the resumable uploads of the new SDK, each as one request."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._started: dict[str, tuple[Any, str, str]] = {}
        self._received: dict[str, bytes] = {}

    def answer(
        self, url: str, headers: Mapping[str, str], content: bytes
    ) -> tuple[int, dict[str, str], bytes] | None:
        """Status, headers and content; nothing when this is no step of an upload."""
        command = headers.get("x-goog-upload-command")
        if command is None:
            return None
        if command == "start":
            return self._start(url, headers, content)
        self._received[url] += content
        if "finalize" not in command:
            return 200, {"x-goog-upload-status": "active"}, b"{}"
        return self._finish(url)

    def _start(
        self, url: str, headers: Mapping[str, str], content: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        host = urlsplit(url).netloc
        location = _UPLOAD_URL.format(host=host, number=len(self._started))
        metadata = (json_or_size(content) or {}).get("file", {})
        self._started[location] = (
            metadata,
            headers.get("x-goog-upload-header-content-type", ""),
            headers.get("x-goog-upload-file-name", ""),
        )
        self._received[location] = b""
        return 200, {"x-goog-upload-status": "active", "x-goog-upload-url": location}, b"{}"

    def _finish(self, location: str) -> tuple[int, dict[str, str], bytes]:
        metadata, media_type, name = self._started[location]
        content = self._received[location]
        digest = hashlib.sha256(content).hexdigest()
        body = upload_body(metadata, media_type, len(content), digest, name)
        host = urlsplit(location).netloc
        response = self._journal.exchange(Request("new", "POST", "upload/files", body, host=host))
        return response.status, {"x-goog-upload-status": "final"}, _json_bytes(response)
