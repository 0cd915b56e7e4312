"""What the canned server answers over HTTP, as the new SDK reads it."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .journal import Journal, upload_body
from .wire import Request, Response, json_or_size, request_from_url

_SDK = "google-genai-sdk"
_UPLOAD_URL = "https://{host}/upload/v1beta/files?upload_id={number}"


class Answer(NamedTuple):
    """An answer over HTTP."""

    status: int
    headers: dict[str, str]
    content: bytes


def is_from_genai(headers: Mapping[str, str]) -> bool:
    """Whether the new SDK sent a request."""
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
        request = request_from_url("new", method, url, content)
        response = self._journal.exchange(request)
        if response.late:
            return None
        if request.path.endswith(":streamGenerateContent") and response.status == 200:
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


class _Uploads:
    """Receives the resumable uploads of the new SDK, each as one request."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._started: dict[str, tuple[Any, str, str]] = {}
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
            return Answer(200, {"x-goog-upload-status": "active"}, b"{}")
        return self._finish(url)

    def _start(self, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        host = urlsplit(url).netloc
        location = _UPLOAD_URL.format(host=host, number=len(self._started))
        metadata = (json_or_size(content) or {}).get("file", {})
        self._started[location] = (
            metadata,
            headers.get("x-goog-upload-header-content-type", ""),
            headers.get("x-goog-upload-file-name", ""),
        )
        self._received[location] = b""
        status = {"x-goog-upload-status": "active", "x-goog-upload-url": location}
        return Answer(200, status, b"{}")

    def _finish(self, location: str) -> Answer:
        metadata, media_type, name = self._started[location]
        content = self._received[location]
        digest = hashlib.sha256(content).hexdigest()
        body = upload_body(metadata, media_type, len(content), digest, name)
        host = urlsplit(location).netloc
        response = self._journal.exchange(Request("new", "POST", "upload/files", body, host=host))
        status = {"x-goog-upload-status": "final"}
        return Answer(response.status, status, _json_bytes(response))
