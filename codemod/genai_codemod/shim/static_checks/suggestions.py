"""What to write instead of a name that does not exist."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from genai_codemod.shim import surface

_GENERATE = "client.models.generate_content(model=..., contents=...)"

# Names of the retired SDK, and of other SDKs, that are not close to what they are called here.
_MODULE_NAMES = {
    "configure": "make a client: client = genai.Client(api_key=...)",
    "GenerativeModel": f"make a client and call {_GENERATE}",
    "ImageGenerationModel": "call client.models.generate_images(model=..., prompt=...)",
    "ChatSession": "call client.chats.create(model=...)",
    "GenerationConfig": "use types.GenerateContentConfig",
    "protos": "use google.genai.types",
    "caching": "call client.caches.create(model=..., config=...)",
    "upload_file": "call client.files.upload(file=...)",
    "get_file": "call client.files.get(name=...)",
    "delete_file": "call client.files.delete(name=...)",
    "list_files": "call client.files.list()",
    "list_models": "call client.models.list()",
    "get_model": "call client.models.get(model=...)",
    "embed_content": "call client.models.embed_content(model=..., contents=...)",
    "generate_text": f"call {_GENERATE}",
    "types": "write from google.genai import types",
}
_CLIENT_ERRORS = (
    *("ResourceExhausted", "RateLimitError", "NotFound", "NotFoundError", "PermissionDenied"),
    *("InvalidArgument", "BadRequest", "BadRequestError", "Unauthenticated", "TooManyRequests"),
    *("FailedPrecondition", "AuthenticationError"),
)
_ALL_ERRORS = (
    *("BrokenResponseError", "GoogleAPIError", "GoogleAPICallError", "GoogleGenAIError"),
    *("GenAIError", "GeminiError", "ApiError"),
)
_SERVER_ERRORS = (
    *("ServiceUnavailable", "InternalServerError", "DeadlineExceeded", "Unknown"),
    *("APIConnectionError", "APITimeoutError", "GatewayTimeout"),
)
_TYPE_NAMES = {
    "BlockedPromptException": "check response.prompt_feedback; nothing is raised",
    "StopCandidateException": "check response.candidates[0].finish_reason; nothing is raised",
    **dict.fromkeys(_ALL_ERRORS, "catch errors.APIError"),
    "HarmBlockThresholds": "use types.HarmBlockThreshold",
    "CachedContentConfig": "use types.CreateCachedContentConfig",
    **dict.fromkeys(_CLIENT_ERRORS, "catch errors.ClientError, and look at its code"),
    **dict.fromkeys(_SERVER_ERRORS, "catch errors.ServerError, and look at its code"),
    "GenerateContentRequest": "pass the arguments to client.models.generate_content",
}
_CLIENT_NAMES = {
    "chat": "call client.chats.create(model=...)",
    "start_chat": "call client.chats.create(model=...)",
    "completions": f"call {_GENERATE}",
    "responses": f"call {_GENERATE}",
    "messages": f"call {_GENERATE}",
    "upload_file": "call client.files.upload(file=...)",
    "generate": f"call {_GENERATE}",
    "live_music": "use client.aio.live.music",
    "GenerativeModel": f"call {_GENERATE}",
}
_DEEPER = {
    ("Candidate", "text"): "use content.parts[0].text",
    ("Candidate", "parts"): "use content.parts",
    ("Content", "text"): "use parts[0].text",
    ("GenerateContentResponse", "delta"): "use text",
    ("GenerateContentResponse", "parts"): "use candidates[0].content.parts",
    ("Models", "generate"): "call generate_content(model=..., contents=...)",
    ("AsyncModels", "generate"): "call generate_content(model=..., contents=...)",
    ("Document", "title"): "use display_name",
    ("ContentEmbedding", "embedding"): "use values",
    ("LiveServerMessage", "audio"): "use data",
    ("GroundingChunk", "title"): "use web.title",
    ("GroundingChunk", "uri"): "use web.uri",
    ("GroundingChunk", "url"): "use web.uri",
    ("AsyncSession", "disconnect"): "call close()",
    ("AuthToken", "token"): "use name",
    ("AuthToken", "value"): "use name",
    ("AudioChunk", "bytes"): "use data",
    ("CountTokensResponse", "token_count"): "use total_tokens",
    ("Tunings", "create"): "call tune(base_model=..., training_dataset=...)",
    ("AsyncTunings", "create"): "call tune(base_model=..., training_dataset=...)",
    ("TunedModel", "name"): "use model",
}
_MADE_BY = {
    ("File", "data"): "types.Part.from_bytes(data=..., mime_type=...)",
    ("FileData", "data"): "types.Part.from_bytes(data=..., mime_type=...)",
    ("Image", "path"): "types.Image.from_file(location=...)",
    ("Image", "file"): "types.Image.from_file(location=...)",
}
_MEMBER_NAMES = {
    "history": "call get_history()",
    "start_chat": "call client.chats.create(model=...)",
    "send_message_async": "use client.aio.chats.create(...) and await chat.send_message(...)",
    "generate_content_async": "call await client.aio.models.generate_content(...)",
    "count_tokens_async": "call await client.aio.models.count_tokens(...)",
    "embed_content_async": "call await client.aio.models.embed_content(...)",
    "status_code": "use code",
    "http_status": "use code",
    "choices": "use candidates",
    "usage": "use usage_metadata",
    "model_name": "keep the name that you passed as model=",
    "to_dict": "call model_dump()",
    "json": "call model_dump_json()",
    "block_reason": "use prompt_feedback.block_reason",
}
_GONE = {
    "transport": "leave it out",
    "enable_automatic_function_calling": "use config=types.GenerateContentConfig("
    "automatic_function_calling=...)",
}
_FIELD_NAMES = {
    "max_tokens": ("max_output_tokens",),
    "maxTokens": ("max_output_tokens",),
    "max_completion_tokens": ("max_output_tokens",),
    "max_new_tokens": ("max_output_tokens",),
    "stop": ("stop_sequences",),
    "n": ("candidate_count",),
    "num_candidates": ("candidate_count",),
    "system": ("system_instruction",),
    "system_prompt": ("system_instruction",),
    "instructions": ("system_instruction",),
    "response_format": ("response_mime_type",),
    "json_schema": ("response_json_schema",),
    "functions": ("tools",),
    "google_search_retrieval": ("google_search",),
    "content": ("contents", "parts", "data"),
    "mime_type": ("response_mime_type",),
    "dimensions": ("output_dimensionality",),
    "voice": ("speech_config", "voice_config"),
    "prompt": ("contents", "input"),
    "messages": ("contents", "history", "input"),
    "input": ("contents", "message"),
    "contents": ("input", "message"),
    "config": ("generation_config",),
    "url": ("uri",),
    "text": ("contents", "parts"),
    "path": ("file",),
    "file_path": ("file",),
    "name": ("model",),
    "model_name": ("model",),
    "model_id": ("model",),
    "uri": ("file_uri",),
    "mime": ("mime_type",),
    "mimetype": ("mime_type",),
}

_MOST_LISTED = 12


def for_module(module: str, name: str, known: Sequence[str]) -> str:
    """A suggestion for a name that a module of the SDK does not have."""
    table = _MODULE_NAMES if module == surface.PACKAGE else _TYPE_NAMES
    if name in table:
        return table[name]
    if module != f"{surface.PACKAGE}.types" and hasattr(surface.sdk_types(), name):
        return f"use types.{name}"
    if name in _MODULE_NAMES and name != "types":
        return _MODULE_NAMES[name]
    return did_you_mean(name, known)


def for_member(cls: type, name: str) -> str:
    """A suggestion for an attribute that objects of a class do not have."""
    if cls.__name__ in ("Client", "AsyncClient"):
        found = _CLIENT_NAMES.get(name) or _in_a_part_of(cls, name) or _MODULE_NAMES.get(name)
        if found:
            return found
    if renamed := _DEEPER.get((cls.__name__, name)) or _MEMBER_NAMES.get(name):
        return renamed
    method, _, what = name.partition("_")
    if what and method in members(cls) and what.rstrip("s") in cls.__name__.lower():
        return f"use {method}"
    if not _close(name, members(cls), 0.8):
        for field, info in surface.field_infos(cls).items():
            for inner in surface.alternatives(info.annotation):
                item = (
                    next(iter(get_args(inner)), None) if surface.class_of(inner) is list else inner
                )
                if isinstance(item, type) and surface.is_model(item) and name in members(item):
                    return f"use {field}.{name}" if item is inner else f"use {field}[0].{name}"
    return did_you_mean(name, members(cls))


def for_field(model: type, name: str) -> str:
    """A suggestion for a field that a model does not have."""
    known = list(surface.field_infos(model))
    if written := _MADE_BY.get((model.__name__, name)):
        return f"write {written}"
    if other := _renamed(name, known):
        return f"use {other}"
    if close := _close(name, known, 0.8):
        return f"did you mean {close}?"
    for field, info in surface.field_infos(model).items():
        for inner in surface.alternatives(info.annotation):
            if isinstance(inner, type) and surface.is_model(inner):
                if name in surface.field_infos(inner):
                    return f"it belongs into {field}=types.{inner.__name__}({name}=...)"
    return did_you_mean(name, known)


def for_keyword(
    name: str,
    parameters: Sequence[str],
    annotations: Mapping[str, object],
    missing: Sequence[str],
) -> str:
    """A suggestion for a keyword that a method does not take; ``missing`` are those it needs."""
    known = [each for each in parameters if each not in ("self", "cls")]
    if name in _GONE:
        return _GONE[name]
    if other := _renamed(name, known):
        return f"use {other}="
    for parameter in known:
        if inside := _inside(parameter, annotations.get(parameter), name):
            return f"use {inside}"
    if len(missing) == 1:
        return f"use {missing[0]}="
    if close := _close(name, known, 0.7):
        return f"did you mean {close}=?"
    listed = ", ".join(f"{each}=" for each in known[:_MOST_LISTED])
    more = ", and more" if len(known) > _MOST_LISTED else ""
    return f"it takes {listed}{more}" if known else ""


def _inside(parameter: str, annotation: object, name: str) -> str:
    """Where a setting belongs that was passed beside a parameter that takes a model."""
    for model in surface.alternatives(annotation):
        if not isinstance(model, type) or not surface.is_model(model):
            continue
        start = f"{parameter}=types.{model.__name__}"
        if name == "generation_config" and parameter == "config":
            return f"{start}(...)"
        if name == "request_options" and "http_options" in surface.fields(model):
            return f"{start}(http_options=types.HttpOptions(timeout=...))"
        if name in surface.field_infos(model):
            return f"{start}({name}=...)"
        other = _renamed(name, list(surface.field_infos(model)))
        if parameter == "config" and other:
            return f"{start}({other}=...)"
    return ""


def members(cls: type) -> list[str]:
    """The public names of a class: fields, methods, properties."""
    names = {*dir(cls), *surface.field_infos(cls), *surface.hints_of_class(cls)}
    if surface.field_infos(cls):
        import pydantic

        names -= set(dir(pydantic.BaseModel))
    return sorted(name for name in names if not name.startswith("_"))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    names = list(known)
    containing = [each for each in names if name in each and 3 * len(name) > len(each)]
    alike = _close(name, names, 0.85)
    close = alike or (containing[0] if len(containing) == 1 else _close(name, names, 0.6))
    return f"did you mean {close}?" if close else ""


def for_enum(value: str, names: Sequence[str]) -> str:
    """A suggestion for a text that is not one of the members of an enum."""
    wanted = value.upper().replace(" ", "_")
    containing = [name for name in names if wanted and wanted in name]
    if containing:
        return f"did you mean {min(containing, key=len)}?"
    # What is spelt alike often means the opposite, so all are named where there are few.
    return f"one of {', '.join(names)}" if 0 < len(names) < 9 else did_you_mean(value, names)


def _close(name: str, known: Sequence[str], cutoff: float) -> str:
    by_lower = {each.lower(): each for each in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[found[0]] if found else ""


def _renamed(name: str, known: Sequence[str]) -> str:
    """What something is called here that has another name elsewhere."""
    return next((other for other in _FIELD_NAMES.get(name, ()) if other in known), "")


def _in_a_part_of(cls: type, name: str) -> str:
    """Where a client has a method that was looked for on the client itself."""
    aio = "aio." if cls.__name__ == "AsyncClient" else ""
    plain = name.removesuffix("_async")
    for part, member in vars(cls).items():
        if not isinstance(member, property) or member.fget is None:
            continue
        kind = surface.class_of(surface.hints(member.fget).get("return"))
        if kind is not None and plain in vars(kind):
            aio = aio or ("aio." if plain != name else "")
            call = "(...)" if inspect.isfunction(vars(kind)[plain]) else ""
            return f"use client.{aio}{part}.{plain}{call}"
    return ""
