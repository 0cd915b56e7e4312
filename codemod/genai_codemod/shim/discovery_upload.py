"""The upload service of the legacy SDK, which speaks Google's discovery protocol over httplib2."""

from __future__ import annotations

import email
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from .journal import Journal, upload_body
from .wire import DEFAULT_HOST, Request, Response

# The little of the API's self-description that an upload reads.
DISCOVERY = {
    "kind": "discovery#restDescription",
    "name": "generativelanguage",
    "version": "v1beta",
    "rootUrl": f"https://{DEFAULT_HOST}/",
    "servicePath": "",
    "batchPath": "batch",
    "baseUrl": f"https://{DEFAULT_HOST}/",
    "schemas": {"CreateFileRequest": {"id": "CreateFileRequest", "type": "object"}},
    "resources": {
        "media": {
            "methods": {
                "upload": {
                    "id": "generativelanguage.media.upload",
                    "path": "v1beta/files",
                    "flatPath": "v1beta/files",
                    "httpMethod": "POST",
                    "parameterOrder": [],
                    "parameters": {},
                    "request": {"$ref": "CreateFileRequest"},
                    "response": {"$ref": "CreateFileRequest"},
                    "supportsMediaUpload": True,
                    "mediaUpload": {
                        "accept": ["*/*"],
                        "protocols": {
                            "simple": {"multipart": True, "path": "/upload/v1beta/files"},
                            "resumable": {
                                "multipart": True,
                                "path": "/resumable/upload/v1beta/files",
                            },
                        },
                    },
                }
            }
        }
    },
}


class DiscoveryUpload:
    """Receives uploads in either of the two protocols, each as one request."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._started: dict[str, tuple[Any, str]] = {}
        self._received: dict[str, bytes] = {}

    def answer(
        self, url: str, headers: Mapping[str, str], content: bytes
    ) -> tuple[int, dict[str, str], bytes] | None:
        """Status, headers and content; nothing when the URL has nothing to do with uploads."""
        if "/$discovery/" in url:
            return 200, {}, json.dumps(DISCOVERY).encode()
        if "/upload/v1beta/files" not in url:
            return None
        lower = {name.lower(): value for name, value in headers.items()}
        if "offline-upload=" in url:
            return self._receive(url, lower, content)
        if "uploadType=resumable" in url:
            return self._start(lower, content)
        return self._receive_multipart(lower, content)

    def _start(
        self, headers: dict[str, str], content: bytes
    ) -> tuple[int, dict[str, str], bytes] | None:
        location = f"https://{DEFAULT_HOST}/upload/v1beta/files?offline-upload={len(self._started)}"
        metadata = json.loads(content).get("file", {}) if content else {}
        self._started[location] = (metadata, headers["x-upload-content-type"])
        self._received[location] = b""
        return 200, {"location": location}, b""

    def _receive(
        self, location: str, headers: dict[str, str], content: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        self._received[location] += content
        content_range = re.fullmatch(r"bytes \d+-(\d+)/(\d+)", headers.get("content-range", ""))
        if content_range and int(content_range[1]) + 1 < int(content_range[2]):
            return 308, {"range": f"bytes=0-{content_range[1]}"}, b""
        metadata, media_type = self._started[location]
        return self._finish(metadata, media_type, self._received[location])

    def _receive_multipart(
        self, headers: dict[str, str], content: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        boundary = headers["content-type"].partition("boundary=")[2].strip('"').encode()
        _, metadata_part, media_part, _ = content.split(b"--" + boundary)
        _, metadata = _head_and_body(metadata_part)
        head, media = _head_and_body(media_part)
        media_type = email.message_from_bytes(head).get_content_type()
        return self._finish(json.loads(metadata).get("file", {}), media_type, media)

    def _finish(
        self, metadata: Any, media_type: str, content: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        digest = hashlib.sha256(content).hexdigest()
        body = upload_body(metadata, media_type, len(content), digest)
        request = Request("legacy", "POST", "upload/files", body, version="v1beta")
        response: Response = self._journal.exchange(request)
        return response.status, {}, json.dumps(response.body).encode()


def _head_and_body(part: bytes) -> tuple[bytes, bytes]:
    """One part of a multipart body, without the line ends that belong to its frame."""
    head, body = re.split(rb"\r?\n\r?\n", part, maxsplit=1)
    return head.lstrip(), re.sub(rb"\r?\n$", b"", body)
