"""What travels between a program and the canned server, whichever SDK sent it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

JsonObject = dict[str, Any]

DEFAULT_HOST = "generativelanguage.googleapis.com"


@dataclass(frozen=True)
class Request:
    """One request, as an SDK built it. Headers are left out: they carry the API key."""

    sdk: str
    http_method: str
    path: str
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    version: str = ""
    host: str = DEFAULT_HOST

    @property
    def title(self) -> str:
        """What the request is, in one line."""
        host = "" if self.host == DEFAULT_HOST else f"https://{self.host}/"
        return f"{self.http_method} {host}{self.path}"


@dataclass(frozen=True)
class Response:
    """An answer: one JSON object, or several when the request asked for a stream."""

    chunks: tuple[JsonObject, ...]
    status: int = 200
    late: bool = False
    """The answer comes after the client has stopped waiting for it."""
    lost: bool = False
    """There is no connection to the server."""

    @property
    def body(self) -> JsonObject:
        """The answer of a request that did not ask for a stream."""
        return self.chunks[0]


ERROR_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def error(status: int, message: str, name: str = "") -> Response:
    """The answer with which the API reports an error, by the usual name or another."""
    details = {"code": status, "message": message, "status": name or ERROR_STATUS[status]}
    return Response(({"error": details},), status)


def request_from_url(sdk: str, http_method: str, url: str, content: bytes) -> Request:
    """The request that an HTTP library was about to send."""
    parts = urlsplit(url)
    version, _, path = unquote(parts.path).strip("/").partition("/")
    if version in ("upload", "resumable"):
        path = f"{version}/{path}"
        version = ""
    query = {name: value for name, value in parse_qsl(parts.query) if name != "key"}
    # How the answer is to be spelled, which the transport chooses.
    query.pop("alt", None)
    query.pop("$alt", None)
    return Request(
        sdk=sdk,
        http_method=http_method.upper(),
        path=path,
        body=json_or_size(content),
        query=query,
        version=version,
        host=parts.netloc,
    )


def json_or_size(content: bytes) -> Any:
    """The JSON of a body, or its size when it is something else."""
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return {"bytes": len(content)}
