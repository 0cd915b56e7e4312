"""Where every request of a run is written down before it is answered."""

from __future__ import annotations

import threading
from pathlib import PurePath

from .server import CannedServer
from .wire import Request, Response

MOST_REQUESTS = 2000


class TooManyRequestsError(BaseException):
    """Ends a program that would go on forever; not an Exception, so that it is not handled."""


class Journal:
    """The requests of one run, in order, and the server that answers them."""

    def __init__(self, server: CannedServer) -> None:
        self.server = server
        self.requests: list[Request] = []
        self.unanswered: list[str] = []
        self.refused: list[str] = []
        self._lock = threading.Lock()

    def exchange(self, request: Request) -> Response:
        """Write the request down and answer it."""
        with self._lock:
            if len(self.requests) > MOST_REQUESTS:
                raise TooManyRequestsError
            self.requests.append(request)
            response = self.server.answer(request)
            if response.status == 501:
                self.unanswered.append(request.title)
            return response


def upload_body(
    metadata: object, media_type: str, size: int, digest: str, name: str = ""
) -> dict[str, object]:
    """The body under which an upload is written down, whatever protocol carried it."""
    body: dict[str, object] = {
        "file": metadata if isinstance(metadata, dict) else {},
        "mimeType": media_type,
        "size": size,
        "sha256": digest,
    }
    if name:
        body["fileName"] = PurePath(name).name
    return body
