"""The canned server: both SDKs talk to it, so that both get the same answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from .answers import content_answer, embedding, join_chunks, token_count
from .spelling import camel_case_keys
from .wire import DEFAULT_HOST, JsonObject, Request, Response, error

ANSWERS = (
    "default",
    "blocked-prompt",
    "blocked-candidate",
    "function-call",
    "max-tokens",
    "failed-precondition",
    "timeout",
    "400",
    "401",
    "403",
    "404",
    "409",
    "429",
    "429-once",
    "500",
    "503",
    "503-once",
    "504",
)

_MOMENT = "2024-01-01T00:00:00Z"
_MODELS = ("gemini-fake-1", "embedding-fake-1")

Handler = Callable[["CannedServer", Request, JsonObject], Response]


class CannedServer:
    """Answers requests, and remembers within one run what it was asked to keep."""

    def __init__(self, answer: str = "default") -> None:
        self.answer_name = answer
        self.kept: dict[str, JsonObject] = {}
        self.deleted: set[str] = set()
        self.polls: dict[str, int] = {}
        self.requests_seen = 0

    def answer(self, request: Request) -> Response:
        """The answer to one request; an unknown one is answered with 501."""
        self.requests_seen += 1
        handler = _handler(request)
        if handler is None:
            return error(501, f"the canned server has no answer to {request.title}")
        if (failure := self._failure()) is not None:
            return failure
        body = camel_case_keys(request.body) if isinstance(request.body, dict) else {}
        return handler(self, request, body)

    def _failure(self) -> Response | None:
        """The error that this server was asked for, if the present request gets it."""
        code, once, _ = self.answer_name.partition("-once")
        if self.answer_name == "timeout":
            return replace(error(504, "canned time-out"), late=True)
        if self.answer_name == "failed-precondition":
            return error(400, "canned precondition", "FAILED_PRECONDITION")
        if code.isdecimal() and (not once or self.requests_seen == 1):
            return error(int(code), f"canned error {code}")
        return None

    def new_name(self, base: str) -> str:
        """A name that nothing has had in this run."""
        name, number = base, 1
        while name in self.kept or name in self.deleted:
            number += 1
            name = f"{base}-{number}"
        return name


def _handler(request: Request) -> Handler | None:
    route = f"{request.http_method} {request.path}"
    for pattern, handler in _ROUTES:
        if re.fullmatch(pattern, route):
            return handler
    return None


def _generate(server: CannedServer, _: Request, body: JsonObject) -> Response:
    return Response((join_chunks(content_answer(body, server.answer_name)),))


def _stream(server: CannedServer, _: Request, body: JsonObject) -> Response:
    return Response(content_answer(body, server.answer_name))


def _count_tokens(_: CannedServer, __: Request, body: JsonObject) -> Response:
    counted = body.get("generateContentRequest", body)
    return Response(({"totalTokens": token_count(counted.get("contents", []))},))


def _embed(_: CannedServer, __: Request, body: JsonObject) -> Response:
    return Response(({"embedding": embedding(body.get("content", {}))},))


def _embed_batch(_: CannedServer, __: Request, body: JsonObject) -> Response:
    vectors = [embedding(each.get("content", {})) for each in body.get("requests", [])]
    return Response(({"embeddings": vectors},))


def _get_model(_: CannedServer, request: Request, __: JsonObject) -> Response:
    return Response((_model(request.path),))


def _list_models(_: CannedServer, __: Request, ___: JsonObject) -> Response:
    return Response(({"models": [_model(f"models/{name}") for name in _MODELS]},))


def _upload(server: CannedServer, request: Request, body: JsonObject) -> Response:
    given: JsonObject = body.get("file", {})
    name = given.get("name") or server.new_name(f"files/{body['sha256'][:12]}")
    file = _file(name, body["mimeType"], body["size"])
    if body["mimeType"].startswith("video/"):
        file["state"] = "PROCESSING"
    if "displayName" in given:
        file["displayName"] = given["displayName"]
    server.kept[name] = file
    # The legacy SDK reads each file back once: that look must not count as one of the program's.
    server.polls[name] = -1 if request.sdk == "legacy" else 0
    return Response(({"file": file},))


def _get_file(server: CannedServer, request: Request, _: JsonObject) -> Response:
    name = request.path
    if name in server.deleted:
        return error(404, f"{name} was not found")
    if name not in server.kept:
        return Response((_file(name, "text/plain", 1),))
    server.polls[name] += 1
    if server.polls[name] >= 1:
        server.kept[name] = server.kept[name] | {"state": "ACTIVE"}
    return Response((server.kept[name],))


def _file(name: str, media_type: str, size: int) -> JsonObject:
    return {
        "name": name,
        "mimeType": media_type,
        "sizeBytes": str(size),
        "createTime": _MOMENT,
        "updateTime": _MOMENT,
        "expirationTime": "2024-01-03T00:00:00Z",
        "sha256Hash": "MDA=",
        "uri": f"https://{DEFAULT_HOST}/v1beta/{name}",
        "state": "ACTIVE",
    }


def _create_cache(server: CannedServer, _: Request, body: JsonObject) -> Response:
    name = server.new_name("cachedContents/cache")
    given = {key: body[key] for key in ("model", "displayName") if key in body}
    server.kept[name] = _cache(name, token_count(body.get("contents", []))) | given
    return Response((server.kept[name],))


def _get_cache(server: CannedServer, request: Request, _: JsonObject) -> Response:
    if request.path in server.deleted:
        return error(404, f"{request.path} was not found")
    return Response((server.kept.get(request.path, _cache(request.path, 1)),))


def _cache(name: str, tokens: int) -> JsonObject:
    return {
        "name": name,
        "model": f"models/{_MODELS[0]}",
        "createTime": _MOMENT,
        "updateTime": _MOMENT,
        "expireTime": "2024-01-01T01:00:00Z",
        "usageMetadata": {"totalTokenCount": tokens},
    }


def _list_kept(server: CannedServer, request: Request, _: JsonObject) -> Response:
    found = [kept for name, kept in server.kept.items() if name.startswith(request.path + "/")]
    return Response(({request.path: found} if found else {},))


def _delete(server: CannedServer, request: Request, _: JsonObject) -> Response:
    if request.path in server.deleted:
        return error(404, f"{request.path} was not found")
    server.deleted.add(request.path)
    server.kept.pop(request.path, None)
    return Response(({},))


def _model(name: str) -> JsonObject:
    return {
        "name": name,
        "baseModelId": name.partition("/")[2],
        "version": "001",
        "displayName": name.partition("/")[2],
        "description": "A model that answers from a can",
        "inputTokenLimit": 1000,
        "outputTokenLimit": 100,
        "supportedGenerationMethods": (
            ["embedContent"] if "embed" in name else ["generateContent", "countTokens"]
        ),
        "temperature": 1.0,
        "topP": 0.5,
        "topK": 40,
    }


def _tuned_model(_: CannedServer, request: Request, __: JsonObject) -> Response:
    model = {
        "name": request.path,
        "displayName": request.path.partition("/")[2],
        "state": "ACTIVE",
        "baseModel": "models/gemini-fake-1",
        "createTime": _MOMENT,
        "updateTime": _MOMENT,
        "tuningTask": {"startTime": _MOMENT, "completeTime": _MOMENT},
    }
    return Response((model,))


def _list_nothing(_: CannedServer, __: Request, ___: JsonObject) -> Response:
    return Response(({},))


_MODEL = r"(?:models|tunedModels)/[^/:]+"

_ROUTES: tuple[tuple[str, Handler], ...] = (
    (rf"POST {_MODEL}:generateContent", _generate),
    (rf"POST {_MODEL}:streamGenerateContent", _stream),
    (rf"POST {_MODEL}:countTokens", _count_tokens),
    (rf"POST {_MODEL}:embedContent", _embed),
    (rf"POST {_MODEL}:batchEmbedContents", _embed_batch),
    (r"GET models/[^/:]+", _get_model),
    (r"GET models", _list_models),
    (r"GET tunedModels/[^/:]+", _tuned_model),
    (r"GET tunedModels", _list_nothing),
    (r"POST upload/files", _upload),
    (r"GET files/[^/:]+", _get_file),
    (r"GET files", _list_kept),
    (r"DELETE files/[^/:]+", _delete),
    (r"POST cachedContents", _create_cache),
    (r"GET cachedContents/[^/:]+", _get_cache),
    (r"GET cachedContents", _list_kept),
    (r"PATCH cachedContents/[^/:]+", _get_cache),
    (r"DELETE cachedContents/[^/:]+", _delete),
)
