"""The canned answers about what only the new SDK has.

These are batches, file search stores, tokens, videos, interactions and live sessions.
"""

from __future__ import annotations

import json
from typing import Any

from .answers import content_answer, join_chunks, token_count
from .kept_answers import MODELS, MOMENT, Kept, KeptHandler
from .wire import DEFAULT_HOST, JsonObject, Request, Response

_TIMES = {"createTime": MOMENT, "updateTime": MOMENT}


def is_stream(request: Request) -> bool:
    """Whether the answer to a request of the new SDK is a stream of events."""
    if request.path == "interactions" and isinstance(request.body, dict):
        return bool(request.body.get("stream"))
    return request.path.endswith(":streamGenerateContent")


# ---------------------------------------------------------------- batches


def _create_batch(kept: Kept, request: Request, body: JsonObject) -> Response:
    name = kept.new_name("batches/batch")
    batch: JsonObject = body.get("batch", {})
    source = batch.get("inputConfig", {})
    asked = source.get("requests", {}).get("requests", [])
    answers = [join_chunks(content_answer(each.get("request", {}), "default")) for each in asked]
    output: JsonObject = {
        "inlinedResponses": {"inlinedResponses": [{"response": a} for a in answers]}
    }
    if not asked:
        output = {"responsesFile": "files/batch-output"}
    model = request.path.partition(":")[0]
    metadata = {"displayName": batch.get("displayName", ""), "model": model, **_TIMES}
    done = {**metadata, "state": "BATCH_STATE_SUCCEEDED", "endTime": MOMENT, "output": output}
    kept.items[name] = {"name": name, "metadata": done}
    return Response(({"name": name, "metadata": {**metadata, "state": "BATCH_STATE_PENDING"}},))


def _list_batches(kept: Kept, _: Request, __: JsonObject) -> Response:
    found = [item for name, item in kept.items.items() if name.startswith("batches/")]
    return Response(({"operations": found} if found else {},))


def _get_batch(kept: Kept, request: Request, _: JsonObject) -> Response:
    state = {"state": "BATCH_STATE_SUCCEEDED", "model": f"models/{MODELS[0]}", **_TIMES}
    batch = {"name": request.path, "metadata": state}
    return kept.missing(request) or Response((kept.items.get(request.path, batch),))


def _nothing(_: Kept, __: Request, ___: JsonObject) -> Response:
    return Response(({},))


# ---------------------------------------------------------------- stores, tokens, videos


def _create_store(kept: Kept, _: Request, body: JsonObject) -> Response:
    name = kept.new_name("fileSearchStores/store")
    kept.items[name] = {"name": name, **_TIMES, **body}
    return Response((kept.items[name],))


def _get_named(kept: Kept, request: Request, _: JsonObject) -> Response:
    found = kept.items.get(request.path, {"name": request.path, **_TIMES})
    return kept.missing(request) or Response((found,))


def _add_document(kept: Kept, request: Request, body: JsonObject) -> Response:
    """A file becomes a document at once: the operation is done."""
    store = request.path.removeprefix("upload/").partition(":")[0]
    name = kept.new_name(f"{store}/documents/document")
    given: JsonObject = body.get("file", body)
    shown = {"displayName": given["displayName"]} if "displayName" in given else {}
    kept.items[name] = {"name": name, "state": "STATE_ACTIVE", **_TIMES, **shown}
    response = {"parent": store, "documentName": name}
    return Response(
        ({"name": f"{store}/operations/operation", "done": True, "response": response},)
    )


def _start_video(_: Kept, request: Request, __: JsonObject) -> Response:
    return Response(({"name": f"{request.path.partition(':')[0]}/operations/operation"},))


def _get_operation(_: Kept, request: Request, __: JsonObject) -> Response:
    video = {"video": {"uri": f"https://{DEFAULT_HOST}/v1beta/files/video:download?alt=media"}}
    response = {"generateVideoResponse": {"generatedSamples": [video]}}
    return Response(({"name": request.path, "done": True, "response": response},))


def _create_token(kept: Kept, _: Request, __: JsonObject) -> Response:
    return Response(({"name": kept.new_name("auth_tokens/token")},))


# ---------------------------------------------------------------- interactions


def _create_interaction(kept: Kept, request: Request, _: JsonObject) -> Response:
    # These have no other spelling than that of the request itself.
    body: dict[str, Any] = request.body if isinstance(request.body, dict) else {}
    name = kept.new_name("interactions/interaction")
    text = json.dumps(body.get("input"), sort_keys=True)
    asked: JsonObject = {"contents": [{"parts": [{"text": text}], "role": "user"}]}
    answer = join_chunks(content_answer(asked, "default"))
    written = answer["candidates"][0]["content"]["parts"][0]["text"]
    content = {"type": "text", "text": written}
    numbers = token_count(asked["contents"]), token_count([{"parts": [{"text": written}]}])
    interaction: dict[str, Any] = {
        "id": name.partition("/")[2],
        "object": "interaction",
        "status": "completed",
        "created": MOMENT,
        "updated": MOMENT,
        **{key: body[key] for key in ("model", "agent") if key in body},
        "steps": [{"type": "model_output", "content": [content]}],
        "usage": {
            "total_input_tokens": numbers[0],
            "total_output_tokens": numbers[1],
            "total_tokens": sum(numbers),
        },
    }
    kept.items[name] = interaction
    return Response(_events(interaction, content) if body.get("stream") else (interaction,))


def _events(interaction: dict[str, Any], content: dict[str, str]) -> tuple[JsonObject, ...]:
    """An interaction as it comes piece by piece."""
    begun = {**interaction, "status": "in_progress", "steps": []}
    return (
        {"event_type": "interaction.created", "interaction": begun},
        {"event_type": "step.start", "index": 0, "step": {"type": "model_output"}},
        {"event_type": "step.delta", "index": 0, "delta": content},
        {"event_type": "step.stop", "index": 0},
        {"event_type": "interaction.completed", "interaction": interaction},
    )


def _get_interaction(kept: Kept, request: Request, _: JsonObject) -> Response:
    unknown = {"id": request.path.partition("/")[2], "object": "interaction", "status": "completed"}
    path = request.path.removesuffix("/cancel")
    found = kept.items.get(path, {**unknown, "created": MOMENT, "updated": MOMENT, "steps": []})
    return kept.missing(request) or Response((found,))


# ---------------------------------------------------------------- live sessions


def _begin_session(_: Kept, __: Request, ___: JsonObject) -> Response:
    return Response(({"setupComplete": {}},))


def _take_turn(_: Kept, __: Request, body: JsonObject) -> Response:
    """The model answers a finished turn, and what a function gave."""
    said: JsonObject = body.get("clientContent", {"turnComplete": True})
    if not said.get("turnComplete"):
        return Response(())
    asked: JsonObject = {"contents": said.get("turns") or []}
    content = join_chunks(content_answer(asked, "default"))["candidates"][0]["content"]
    return Response(
        ({"serverContent": {"modelTurn": content}}, {"serverContent": {"turnComplete": True}})
    )


def _listen(_: Kept, __: Request, ___: JsonObject) -> Response:
    """Sound alone is not answered: only the model knows when it ends."""
    return Response(())


_ANY = "[^/:]+"

NEWER_ROUTES: tuple[tuple[str, KeptHandler], ...] = (
    (rf"POST models/{_ANY}:(?:batchGenerateContent|asyncBatchEmbedContent)", _create_batch),
    (r"GET batches", _list_batches),
    (rf"GET batches/{_ANY}", _get_batch),
    (rf"POST batches/{_ANY}:cancel", _nothing),
    (r"POST fileSearchStores", _create_store),
    (rf"GET fileSearchStores/{_ANY}(?:/documents/{_ANY})?", _get_named),
    (
        rf"POST (?:upload/)?fileSearchStores/{_ANY}:(?:importFile|uploadToFileSearchStore)",
        _add_document,
    ),
    (rf"GET (?:models|fileSearchStores)/{_ANY}(?:/upload)?/operations/{_ANY}", _get_operation),
    (rf"POST models/{_ANY}:predictLongRunning", _start_video),
    (r"POST auth_tokens", _create_token),
    (r"POST interactions", _create_interaction),
    (rf"GET interactions/{_ANY}", _get_interaction),
    (rf"POST interactions/{_ANY}/cancel", _get_interaction),
    (r"SEND live/setup", _begin_session),
    (r"SEND live/(?:clientContent|toolResponse)", _take_turn),
    (r"SEND live/realtimeInput", _listen),
)
