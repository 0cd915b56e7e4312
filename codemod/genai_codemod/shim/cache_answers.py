"""The canned answers to requests about cached contents."""

from __future__ import annotations

import datetime

from .answers import token_count
from .kept_answers import MODELS, MOMENT, Kept, KeptHandler
from .wire import JsonObject, Request, Response

_HOUR = datetime.timedelta(hours=1)


def _create(kept: Kept, request: Request, body: JsonObject) -> Response:
    name = kept.new_name(f"{request.path}/cache")
    given = {key: body[key] for key in ("model", "displayName") if key in body}
    cache = _cache(name, token_count(body.get("contents", []))) | given
    kept.items[name] = cache | _expiry(body)
    return Response((kept.items[name],))


def _get(kept: Kept, request: Request, _: JsonObject) -> Response:
    missing = kept.missing(request)
    return missing or Response((kept.items.get(request.path, _cache(request.path, 1)),))


def _update(kept: Kept, request: Request, body: JsonObject) -> Response:
    if (missing := kept.missing(request)) is not None:
        return missing
    cache = kept.items.get(request.path, _cache(request.path, 1))
    kept.items[request.path] = cache | _expiry(body)
    return Response((kept.items[request.path],))


def _expiry(body: JsonObject) -> JsonObject:
    """When a cache ends, as the real server computes it of either field."""
    if "ttl" in body:
        seconds = datetime.timedelta(seconds=float(body["ttl"].removesuffix("s")))
        return {"expireTime": _text(datetime.datetime.fromisoformat(MOMENT) + seconds)}
    if "expireTime" in body:
        return {"expireTime": _text(datetime.datetime.fromisoformat(body["expireTime"]))}
    return {}


def _text(moment: datetime.datetime) -> str:
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
    return moment.isoformat() + "Z"


def _model_of(name: str) -> str:
    """A model, by the name that it has where a cache is."""
    place, _, _ = name.rpartition("cachedContents/")
    return f"{place}publishers/google/models/{MODELS[0]}" if place else f"models/{MODELS[0]}"


def _cache(name: str, tokens: int) -> JsonObject:
    return {
        "name": name,
        "model": _model_of(name),
        "createTime": MOMENT,
        "updateTime": MOMENT,
        "expireTime": _text(datetime.datetime.fromisoformat(MOMENT) + _HOUR),
        "usageMetadata": {"totalTokenCount": tokens},
    }


CACHE_ROUTES: tuple[tuple[str, KeptHandler], ...] = (
    (r"POST (?:.+/)?cachedContents", _create),
    (r"GET (?:.+/)?cachedContents/[^/:]+", _get),
    (r"PATCH (?:.+/)?cachedContents/[^/:]+", _update),
)
