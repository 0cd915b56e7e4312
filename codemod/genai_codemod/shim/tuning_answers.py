"""The canned answers to requests about tuned models, their operations and permissions."""

from __future__ import annotations

from .kept_answers import MODELS, MOMENT, Kept, KeptHandler
from .wire import JsonObject, Request, Response

_TYPE = "type.googleapis.com/google.ai.generativelanguage.v1beta"
_OPERATION = "operations/tuning"


def _create_tuned_model(kept: Kept, request: Request, body: JsonObject) -> Response:
    """A tuning that has ended at once."""
    chosen = request.query.get("tunedModelId")
    name = f"tunedModels/{chosen}" if chosen else kept.new_name("tunedModels/tuned")
    given = {key: item for key, item in body.items() if key != "tuningTask"}
    settings = body.get("tuningTask", {}).get("hyperparameters")
    model = _tuned_model(name) | given
    if settings:
        model["tuningTask"] = model["tuningTask"] | {"hyperparameters": settings}
    kept.items[name] = model
    return Response((_operation(name, model),))


def _get_tuned_model(kept: Kept, request: Request, _: JsonObject) -> Response:
    missing = kept.missing(request)
    return missing or Response((kept.items.get(request.path, _tuned_model(request.path)),))


def _update_tuned_model(kept: Kept, request: Request, body: JsonObject) -> Response:
    if (missing := kept.missing(request)) is not None:
        return missing
    model = kept.items.get(request.path, _tuned_model(request.path))
    kept.items[request.path] = model | {k: v for k, v in body.items() if k != "tuningTask"}
    return Response((kept.items[request.path],))


def _get_operation(kept: Kept, request: Request, _: JsonObject) -> Response:
    name = request.path.partition("/operations/")[0]
    return Response((_operation(name, kept.items.get(name, _tuned_model(name))),))


def _list_operations(kept: Kept, _: Request, __: JsonObject) -> Response:
    names = [name for name in kept.items if name.count("/") == 1 and "tunedModels" in name]
    found = [_operation(name, kept.items[name]) for name in names]
    return Response(({"operations": found} if found else {},))


def _create_permission(kept: Kept, request: Request, body: JsonObject) -> Response:
    name = kept.new_name(f"{request.path}/permission")
    kept.items[name] = {"name": name, **body}
    return Response((kept.items[name],))


def _get_permission(kept: Kept, request: Request, _: JsonObject) -> Response:
    missing = kept.missing(request)
    return missing or Response((kept.items.get(request.path, _permission(request.path)),))


def _update_permission(kept: Kept, request: Request, body: JsonObject) -> Response:
    permission = kept.items.get(request.path, _permission(request.path))
    kept.items[request.path] = permission | body
    return Response((kept.items[request.path],))


def _tuned_model(name: str) -> JsonObject:
    return {
        "name": name,
        "displayName": name.partition("/")[2],
        "description": "A model that was tuned in a can",
        "state": "ACTIVE",
        "baseModel": f"models/{MODELS[0]}",
        "createTime": MOMENT,
        "updateTime": MOMENT,
        "tuningTask": {"startTime": MOMENT, "completeTime": MOMENT},
    }


def _operation(name: str, model: JsonObject) -> JsonObject:
    steps = {"totalSteps": 2, "completedSteps": 2, "completedPercent": 100.0}
    metadata = {"@type": f"{_TYPE}.CreateTunedModelMetadata", "tunedModel": name, **steps}
    return {
        "name": f"{name}/{_OPERATION}",
        "done": True,
        "metadata": metadata,
        "response": {"@type": f"{_TYPE}.TunedModel", **model},
    }


def _permission(name: str) -> JsonObject:
    return {"name": name, "role": "READER", "granteeType": "EVERYONE"}


def _transfer(_: Kept, __: Request, ___: JsonObject) -> Response:
    return Response(({},))


_TUNED = r"tunedModels/[^/:]+"

TUNING_ROUTES: tuple[tuple[str, KeptHandler], ...] = (
    (r"POST tunedModels", _create_tuned_model),
    (rf"GET {_TUNED}", _get_tuned_model),
    (rf"PATCH {_TUNED}", _update_tuned_model),
    (rf"POST {_TUNED}:transferOwnership", _transfer),
    (rf"GET {_TUNED}/operations/[^/:]+", _get_operation),
    (r"GET operations", _list_operations),
    (rf"POST {_TUNED}/permissions", _create_permission),
    (rf"GET {_TUNED}/permissions/[^/:]+", _get_permission),
    (rf"PATCH {_TUNED}/permissions/[^/:]+", _update_permission),
)
