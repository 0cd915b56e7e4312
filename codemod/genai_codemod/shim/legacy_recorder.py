"""Ends the legacy SDK's three transports (gRPC, requests, httplib2) in the canned server."""

from __future__ import annotations

import io
import json
from typing import Any

from .discovery_upload import DiscoveryUpload
from .http_answers import HttpAnswers, answer_by_requests, is_from_genai
from .import_hook import Change
from .journal import Journal
from .rest_bodies import named_enums
from .wire import Response, request_from_url


def legacy_changes(journal: Journal) -> dict[str, Change]:
    """What to change in which module, once a program imports it."""
    return {
        "grpc": lambda module: _change_grpc(module, journal),
        "grpc.aio": lambda module: _change_grpc_aio(module, journal),
        "requests.adapters": lambda module: _change_requests(module, journal),
        "httplib2": lambda module: _change_httplib2(module, journal),
    }


def _change_grpc(module: Any, journal: Journal) -> None:
    def channel(target: str, *args: object, **options: object) -> object:  # noqa: ARG001
        from .grpc_channels import CannedChannel

        return CannedChannel(journal, target)

    module.secure_channel = channel
    module.insecure_channel = channel


def _change_grpc_aio(module: Any, journal: Journal) -> None:
    def channel(target: str, *args: object, **options: object) -> object:  # noqa: ARG001
        from .grpc_channels import CannedAsyncChannel

        return CannedAsyncChannel(journal, target)

    module.secure_channel = channel
    module.insecure_channel = channel


def _change_requests(module: Any, journal: Journal) -> None:
    answers = HttpAnswers(journal)

    def send(self: object, request: Any, **options: object) -> object:  # noqa: ARG001
        if is_from_genai(request.headers):
            return answer_by_requests(module, answers, request)
        content = request.body or b""
        if isinstance(content, str):
            content = content.encode()
        sent = request_from_url("legacy", request.method, request.url, content)
        response = journal.exchange(named_enums(sent))
        answer = module.Response()
        answer.status_code = response.status
        answer.headers["Content-Type"] = "application/json"
        answer.encoding = "utf-8"
        answer.url = request.url
        answer.request = request
        answer.raw = io.BytesIO(_rest_content(sent.path, response))
        return answer

    module.HTTPAdapter.send = send


def _rest_content(path: str, response: Response) -> bytes:
    """A REST stream is one JSON array that arrives piece by piece."""
    if path.endswith(":streamGenerateContent") and response.status == 200:
        return json.dumps(response.chunks).encode()
    return json.dumps(response.body).encode()


def _change_httplib2(module: Any, journal: Journal) -> None:
    uploads = DiscoveryUpload(journal)

    def request(
        self: object,  # noqa: ARG001
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: dict[str, str] | None = None,
        **options: object,  # noqa: ARG001
    ) -> tuple[object, bytes]:
        content = body.read() if hasattr(body, "read") else body or b""
        if isinstance(content, str):
            content = content.encode()
        answered = uploads.answer(uri, headers or {}, content)
        if answered is None:
            response = journal.exchange(request_from_url("legacy", method, uri, content))
            answered = response.status, {}, json.dumps(response.body).encode()
        status, answer_headers, answer = answered
        info = {**answer_headers, "status": str(status), "content-type": "application/json"}
        return module.Response(info), answer

    module.Http.request = request
