"""The canned server: both SDKs talk to it, so that both get the same answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from .answers import content_answer, embedding, join_chunks, predicted_images, token_count
from .cache_answers import CACHE_ROUTES
from .kept_answers import KEPT_ROUTES, MODELS, MOMENT, Kept, KeptHandler
from .newer_answers import NEWER_ROUTES
from .spelling import camel_case_keys
from .tuning_answers import TUNING_ROUTES
from .vertex_answers import MODEL as VERTEX_MODEL
from .vertex_answers import VERTEX_ROUTES, embedded_texts
from .wire import DEFAULT_HOST, JsonObject, Request, Response, error

ANSWERS = (
    "default",
    "blocked-prompt",
    "blocked-candidate",
    "function-call",
    "code-execution",
    "max-tokens",
    "failed-precondition",
    "timeout",
    "unreachable",
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

ALIASES = {
    "blocked": "blocked-prompt",
    "blocked-answer": "blocked-candidate",
    "rate-limit": "429",
}

_OF_PROJECT = re.compile(r"^projects/[^/]+/locations/[^/]+/(?:publishers/google/)?")

Handler = Callable[["CannedServer", Request, JsonObject], Response]


def answer_named(name: str) -> str:
    """The canned answer that a name or an alias means.

    Raises:
        ValueError: there is none.
    """
    found = ALIASES.get(name, name)
    if found not in ANSWERS:
        known = ", ".join((*ANSWERS, *ALIASES))
        raise ValueError(f"no canned answer is called {name!r}: choose from {known}")
    return found


class CannedServer:
    """Answers requests, and remembers within one run what it was asked to keep."""

    def __init__(self, answer: str = "default") -> None:
        self.answer_name = answer
        self.kept = Kept()
        self.polls: dict[str, int] = {}
        self.requests_seen = 0

    def answer(self, request: Request) -> Response:
        """The answer to one request; an unknown one is answered with 501."""
        self.requests_seen += 1
        handler = _handler(request)
        if handler is None:
            # Vertex AI names a project before the same resources.
            request = replace(request, path=_OF_PROJECT.sub("", request.path))
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
        if self.answer_name == "unreachable":
            return replace(error(503, "canned loss of the connection"), lost=True)
        if self.answer_name == "failed-precondition":
            return error(400, "canned precondition", "FAILED_PRECONDITION")
        if code.isdecimal() and (not once or self.requests_seen == 1):
            return error(int(code), f"canned error {code}")
        return None


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
    return Response(({"models": [_model(f"models/{name}") for name in MODELS]},))


def _upload(server: CannedServer, request: Request, body: JsonObject) -> Response:
    given: JsonObject = body.get("file", {})
    name = given.get("name") or server.kept.new_name(f"files/{body['sha256'][:12]}")
    file = _file(name, body["mimeType"], body["size"])
    if body["mimeType"].startswith("video/"):
        file["state"] = "PROCESSING"
    if "displayName" in given:
        file["displayName"] = given["displayName"]
    server.kept.items[name] = file
    # The legacy SDK reads each file back once: that look must not count as one of the program's.
    server.polls[name] = -1 if request.sdk == "legacy" else 0
    return Response(({"file": file},))


def _get_file(server: CannedServer, request: Request, _: JsonObject) -> Response:
    name, kept = request.path, server.kept.items
    if (missing := server.kept.missing(request)) is not None:
        return missing
    if name not in kept:
        return Response((_file(name, "text/plain", 1),))
    server.polls[name] += 1
    if server.polls[name] >= 1:
        kept[name] = kept[name] | {"state": "ACTIVE"}
    return Response((kept[name],))


def _file(name: str, media_type: str, size: int) -> JsonObject:
    return {
        "name": name,
        "mimeType": media_type,
        "sizeBytes": str(size),
        "createTime": MOMENT,
        "updateTime": MOMENT,
        "expirationTime": "2024-01-03T00:00:00Z",
        "sha256Hash": "MDA=",
        "uri": f"https://{DEFAULT_HOST}/v1beta/{name}",
        "state": "ACTIVE",
    }


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


def _predict(_: CannedServer, __: Request, body: JsonObject) -> Response:
    instances = body.get("instances", [])
    texts = bool(instances) and all("content" in each for each in instances)
    return Response((embedded_texts(body) if texts else predicted_images(body),))


def _predict_later(_: CannedServer, request: Request, __: JsonObject) -> Response:
    return Response(({"name": f"{request.path.partition(':')[0]}/operations/1"},))


_MODEL = rf"(?:(?:models|tunedModels)/[^/:]+|{VERTEX_MODEL})"


def _of_kept(handler: KeptHandler) -> Handler:
    return lambda server, request, body: handler(server.kept, request, body)


_ROUTES: tuple[tuple[str, Handler], ...] = (
    (rf"POST {_MODEL}:generateContent", _generate),
    (rf"POST {_MODEL}:streamGenerateContent", _stream),
    (rf"POST {_MODEL}:countTokens", _count_tokens),
    (rf"POST {_MODEL}:embedContent", _embed),
    (rf"POST {_MODEL}:batchEmbedContents", _embed_batch),
    (rf"POST {_MODEL}:predict", _predict),
    (r"POST .*models/[^/:]+:predictLongRunning", _predict_later),
    (r"GET models/[^/:]+", _get_model),
    (r"GET models", _list_models),
    (r"POST upload/files", _upload),
    (r"GET files/[^/:]+", _get_file),
    *(
        (pattern, _of_kept(handler))
        for pattern, handler in (
            *CACHE_ROUTES,
            *TUNING_ROUTES,
            *VERTEX_ROUTES,
            *NEWER_ROUTES,
            *KEPT_ROUTES,
        )
    ),
)
