"""What the canned server answers over HTTP, as the new SDK reads it."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .journal import Journal, upload_body
from .newer_answers import is_stream
from .openai_endpoint import NO_CONNECTION, answer_openai
from .wire import Request, Response, json_or_size, request_from_url

_SDK = "google-genai-sdk"
_UPLOAD_URL = "https://{host}/upload/v1beta/files?upload_id={number}"


class Answer(NamedTuple):
    """An answer over HTTP."""

    status: int
    headers: dict[str, str]
    content: bytes


UNREACHABLE = Answer(NO_CONNECTION, {}, b"")
"""What stands for an answer where there is no connection to the server."""


def is_from_genai(headers: Mapping[str, str]) -> bool:
    """Whether the new SDK sent a request; the steps of uploads do not always bear its name."""
    if headers.get("x-goog-upload-command"):
        return True
    return any(_SDK in headers.get(name, "") for name in ("x-goog-api-client", "user-agent"))


class HttpAnswers:
    """Answers the requests of the new SDK; each upload is one request."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._uploads = _Uploads(journal)

    def answer(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes
    ) -> Answer | None:
        """The answer; nothing when it does not come in time."""
        uploaded = self._uploads.answer(url, headers, content)
        if uploaded is not None:
            return uploaded
        asked = answer_openai(self._journal.exchange, method, url, content)
        if asked is not None:
            return Answer(*asked) if asked[0] else None
        request = request_from_url("new", method, url, content)
        response = self._journal.exchange(request)
        if response.late:
            return None
        if response.lost:
            return UNREACHABLE
        if is_stream(request) and response.status == 200:
            return Answer(200, {"content-type": "text/event-stream"}, _events(response))
        return Answer(response.status, {"content-type": "application/json"}, _json_bytes(response))


def answer_by_requests(module: Any, answers: HttpAnswers, request: Any) -> Any:
    """Answer a prepared request of the library requests, whose ``adapters`` is ``module``.

    The first versions of the new SDK send with it.
    """
    content = request.body or b""
    content = content.encode() if isinstance(content, str) else content
    found = answers.answer(request.method, request.url, request.headers, content)
    if found is None:
        raise module.ReadTimeout("canned time-out", request=request)
    if found == UNREACHABLE:
        raise module.ConnectionError("canned loss of the connection", request=request)
    answer = module.Response()
    answer.status_code = found.status
    answer.headers.update(found.headers)
    answer.encoding = "utf-8"
    answer.url = request.url
    answer.request = request
    answer.raw = io.BytesIO(found.content)
    return answer


def _events(response: Response) -> bytes:
    """The chunks as server-sent events."""
    return b"".join(f"data: {json.dumps(chunk)}\r\n\r\n".encode() for chunk in response.chunks)


def _json_bytes(response: Response) -> bytes:
    return json.dumps(response.body).encode()


class _Upload(NamedTuple):
    """An upload that was announced; ``path`` is where the file is to go."""

    path: str
    metadata: Any
    media_type: str
    name: str


class _Uploads:
    """Receives the resumable uploads of the new SDK, each as one request."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._started: dict[str, _Upload] = {}
        self._received: dict[str, bytes] = {}

    def answer(self, url: str, headers: Mapping[str, str], content: bytes) -> Answer | None:
        """Status, headers and content; nothing when this is no step of an upload."""
        command = headers.get("x-goog-upload-command")
        if command is None:
            return None
        if command == "start":
            return self._start(url, headers, content)
        self._received[url] += content
        if "finalize" not in command:
            return Answer(200, {"X-Goog-Upload-Status": "active"}, b"{}")
        return self._finish(url)

    def _start(self, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        parts = urlsplit(url)
        location = _UPLOAD_URL.format(host=parts.netloc, number=len(self._started))
        sent = json_or_size(content) or {}
        # After upload/ and the version of the API: files, or a store and what it is to do.
        path = parts.path.strip("/").split("/", 2)[2]
        self._started[location] = _Upload(
            f"upload/{path}",
            sent.get("file", {}) if path == "files" else sent,
            headers.get("x-goog-upload-header-content-type", ""),
            headers.get("x-goog-upload-file-name", ""),
        )
        self._received[location] = b""
        # Spelled as the first versions of the SDK look for it; the others do not mind.
        status = {"X-Goog-Upload-Status": "active", "X-Goog-Upload-URL": location}
        return Answer(200, status, b"{}")

    def _finish(self, location: str) -> Answer:
        started, content = self._started[location], self._received[location]
        digest = hashlib.sha256(content).hexdigest()
        body = upload_body(started.metadata, started.media_type, len(content), digest, started.name)
        host = urlsplit(location).netloc
        response = self._journal.exchange(Request("new", "POST", started.path, body, host=host))
        if response.lost:
            return UNREACHABLE
        status = {"X-Goog-Upload-Status": "final"}
        return Answer(response.status, status, _json_bytes(response))
