"""Requests that one SDK sends to another endpoint, or sends in addition."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from ..spelling import camel_case
from ..wire import JsonObject, Request
from .lift import Requests

# What the legacy SDK asks for when its caller names no page size.
_LEGACY_PAGE_SIZES = {"models": "50", "tunedModels": "50", "files": "100", "cachedContents": "1"}


def any_version(request: Request) -> Request:
    """Forget the version of the API."""
    return dataclasses.replace(request, version="")


def empty_body(request: Request) -> Request:
    """Take no body and an empty one as the same."""
    return dataclasses.replace(request, body=request.body or {})


def count_contents(request: Request) -> Request:
    """Take the contents to count out of what the legacy SDKs wrap around them."""
    counts = request.path.endswith((":countTokens", ":computeTokens"))
    if not counts or not isinstance(request.body, dict):
        return request
    body = dict(request.body)
    wrapped = body.pop("generateContentRequest", None)
    if isinstance(wrapped, dict):
        body |= wrapped
    return dataclasses.replace(request, body=_without_own_model(body, request))


def count_without_sampling(request: Request) -> Request:
    """Leave out of a count the settings that hold no text."""
    if not request.path.endswith(":countTokens") or not isinstance(request.body, dict):
        return request
    body = dict(request.body)
    body.pop("safetySettings", None)
    settings = body.get("generationConfig")
    if isinstance(settings, dict) and "responseSchema" not in settings:
        del body["generationConfig"]
    return dataclasses.replace(request, body=body)


def embed_in_batches(request: Request) -> Request:
    """Take one embedding as a batch of one, and leave out the model that the path names."""
    if not isinstance(request.body, dict):
        return request
    path, body = request.path, request.body
    if path.endswith(":embedContent"):
        path = path.removesuffix(":embedContent") + ":batchEmbedContents"
        body = {"requests": [body]}
    if not path.endswith(":batchEmbedContents"):
        return request
    requests: list[Any] = [_without_own_model(each, request) for each in body.get("requests", [])]
    return dataclasses.replace(request, path=path, body=body | {"requests": requests})


def without_read_back(requests: Requests) -> Requests:
    """Leave out the look that the legacy SDK takes at each file it has uploaded."""
    kept: list[Request] = []
    uploaded = None
    for request in requests:
        title = f"{request.http_method} {request.path}"
        if request.sdk == "legacy" and uploaded and re.fullmatch(uploaded, title):
            uploaded = None
            continue
        uploaded = None
        if request.path == "upload/files" and isinstance(request.body, dict):
            given = request.body["file"].get("name")
            # The canned server names a file by its content, and numbers equal ones.
            made_up = rf"files/{request.body['sha256'][:12]}(-\d+)?"
            uploaded = f"GET {re.escape(given) if given else made_up}"
        kept.append(request)
    return tuple(kept)


def without_cache_read_back(requests: Requests) -> Requests:
    """Leave out the look that vertexai takes at each cache it has created."""
    kept: list[Request] = []
    created = None
    for request in requests:
        title = f"{request.http_method} {request.path}"
        if request.sdk == "legacy" and created and title.startswith(f"GET {created}/"):
            created = None
            continue
        is_new = request.http_method == "POST" and request.path.endswith("/cachedContents")
        created = request.path if is_new else None
        kept.append(request)
    return tuple(kept)


def without_model_look_up(requests: Requests) -> Requests:
    """Leave out the look that vertexai takes at each model before it is used."""
    return tuple(
        request
        for request in requests
        if request.sdk != "legacy"
        or request.http_method != "GET"
        or not re.match("publishers/[^/]+/models/", request.path)
    )


def truncated_by_default(request: Request) -> Request:
    """Leave out that texts may be cut, which is what happens anyway."""
    if not request.path.endswith(":predict") or not isinstance(request.body, dict):
        return request
    body = dict(request.body)
    given = dict(body.pop("parameters", {}))
    if given.get("autoTruncate") is True:
        del given["autoTruncate"]
    return dataclasses.replace(request, body=body | ({"parameters": given} if given else {}))


def named_upload(request: Request) -> Request:
    """Take the file name that the new SDK sends beside the metadata as the display name."""
    if request.path != "upload/files" or "fileName" not in request.body:
        return request
    body = dict(request.body)
    name = body.pop("fileName")
    return dataclasses.replace(request, body=body | {"file": {"displayName": name, **body["file"]}})


def plain_metadata(request: Request) -> Request:
    """Leave out of a file's metadata what only repeats the type and size of the file itself."""
    if request.path != "upload/files":
        return request
    repeated = {"mimeType": request.body["mimeType"], "sizeBytes": request.body["size"]}
    file = {
        key: value
        for key, value in request.body["file"].items()
        if key not in repeated or value != repeated[key]
    }
    return dataclasses.replace(request, body=request.body | {"file": file})


def implied_mask(request: Request) -> Request:
    """Leave out the mask of an update when it names just the fields that are sent."""
    mask = request.query.get("updateMask")
    if mask is None or not isinstance(request.body, dict):
        return request
    if {camel_case(name) for name in mask.split(",")} != request.body.keys():
        return request
    query = {name: value for name, value in request.query.items() if name != "updateMask"}
    return dataclasses.replace(request, query=query)


def default_pages(request: Request) -> Request:
    """Leave out the page size that the legacy SDK asks for by itself."""
    default = _LEGACY_PAGE_SIZES.get(request.path)
    query = {
        name: value
        for name, value in request.query.items()
        if not (name == "pageSize" and value == default) and (name, value) != ("queryBase", "true")
    }
    return dataclasses.replace(request, query=query)


def _without_own_model(body: JsonObject, request: Request) -> JsonObject:
    """The body without the model, when that is the one that the path names."""
    if body.get("model") != request.path.partition(":")[0]:
        return body
    return {key: value for key, value in body.items() if key != "model"}
