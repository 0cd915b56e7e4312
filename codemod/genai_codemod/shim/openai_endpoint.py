"""Gemini's endpoint for the OpenAI SDK: what a request to it asks of the API, and the answer back.

What Google's endpoint does is documented at https://ai.google.dev/gemini-api/docs/openai; where
that page is silent, this module takes what the API has for the same thing.

| of the OpenAI SDK | of the API |
| --- | --- |
| messages of `system` and `developer` | `systemInstruction`, a part each |
| messages of `user` and `assistant` | `contents` of `user` and `model` |
| `tool_calls`, and messages of `tool` | `functionCall` and `functionResponse`, with `result` |
| `image_url` with `data:`, `input_audio` | `inlineData` |
| `max_tokens`, `max_completion_tokens` | `maxOutputTokens` |
| `stop`, `n`, `top_p`, `seed` ... | `stopSequences`, `candidateCount`, `topP`, `seed` ... |
| `response_format` | `responseMimeType` and `responseJsonSchema` |
| `tools`, `tool_choice` | `functionDeclarations`, `functionCallingConfig` |
| `reasoning_effort` | `thinkingBudget` up to Gemini 2.5, then `thinkingLevel` |
| `google` in the body | `thinkingConfig`, `cachedContent` |
| `input`, `dimensions` of embeddings | `batchEmbedContents` with `outputDimensionality` |
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .openai_messages import contents, system_instruction
from .wire import JsonObject, Request, Response, request_from_url

_PREFIX = "openai/"
_NO_ANSWER = 0
NO_CONNECTION = -1
_SETTINGS = {
    "temperature": "temperature",
    "top_p": "topP",
    "max_tokens": "maxOutputTokens",
    "max_completion_tokens": "maxOutputTokens",
    "n": "candidateCount",
    "seed": "seed",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "logprobs": "responseLogprobs",
    "top_logprobs": "logprobs",
}
_MODES = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
_BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}

Answer = tuple[int, dict[str, str], bytes]
Exchange = Callable[[Request], Response]


def answer_openai(exchange: Exchange, http_method: str, url: str, content: bytes) -> Answer | None:
    """Status, headers and content; nothing for a request to another endpoint.

    The status is 0 where the answer does not come in time, and -1 where there is no connection.
    """
    sent = request_from_url("legacy", http_method, url, content)
    if not sent.path.startswith(_PREFIX):
        return None
    asked = sent.body if isinstance(sent.body, dict) else {}
    response = exchange(_request(sent, asked))
    if response.late:
        return _NO_ANSWER, {}, b""
    if response.lost:
        return NO_CONNECTION, {}, b""
    if response.status != 200:
        return response.status, {"content-type": "application/json"}, _json([response.body])
    if asked.get("stream"):
        return 200, {"content-type": "text/event-stream"}, _events(asked, response)
    return 200, {"content-type": "application/json"}, _json(_answer(sent, asked, response))


# -- requests -------------------------------------------------------------------------------------


def _request(sent: Request, asked: JsonObject) -> Request:
    """What the API is asked for; an unknown request stays as it is, and gets no answer."""
    path, body = sent.path.removeprefix(_PREFIX), sent.body
    if path == "chat/completions":
        method = "streamGenerateContent" if asked.get("stream") else "generateContent"
        path, body = f"{_model(asked)}:{method}", _generation(asked)
    elif path == "embeddings":
        path, body = f"{_model(asked)}:batchEmbedContents", _embeddings(asked)
    elif not path.startswith("models"):
        return sent
    return Request("legacy", sent.http_method, path, body, {}, sent.version, sent.host)


def _model(asked: JsonObject) -> str:
    name = str(asked.get("model", ""))
    return name if "/" in name else f"models/{name}"


def _generation(asked: JsonObject) -> JsonObject:
    google = (asked.get("extra_body") or asked).get("google") or {}
    body: JsonObject = {"contents": contents(asked["messages"])}
    body |= system_instruction(asked["messages"])
    if settings := _settings(asked, google):
        body["generationConfig"] = settings
    if asked.get("tools"):
        functions = [_declaration(tool["function"]) for tool in asked["tools"]]
        body["tools"] = [{"functionDeclarations": functions}]
    if (choice := asked.get("tool_choice")) is not None:
        body["toolConfig"] = {"functionCallingConfig": _calling(choice)}
    if "cached_content" in google:
        body["cachedContent"] = google["cached_content"]
    return body


def _settings(asked: JsonObject, google: JsonObject) -> JsonObject:
    settings = {
        theirs: asked[ours] for ours, theirs in _SETTINGS.items() if asked.get(ours) is not None
    }
    if (stop := asked.get("stop")) is not None:
        settings["stopSequences"] = [stop] if isinstance(stop, str) else stop
    shape = asked.get("response_format") or {"type": "text"}
    if shape["type"] != "text":
        settings["responseMimeType"] = "application/json"
    if shape["type"] == "json_schema":
        settings["responseJsonSchema"] = shape["json_schema"]["schema"]
    if "thinking_config" in google:
        settings["thinkingConfig"] = google["thinking_config"]
    elif (effort := asked.get("reasoning_effort")) is not None:
        settings["thinkingConfig"] = _thinking(_model(asked), effort)
    return settings


def _thinking(model: str, effort: str) -> JsonObject:
    if "/gemini-2.5" in model:
        return {"thinkingBudget": _BUDGETS[effort]}
    return {"thinkingLevel": effort.upper()}


def _declaration(function: JsonObject) -> JsonObject:
    names = {"name": "name", "description": "description", "parameters": "parametersJsonSchema"}
    return {theirs: function[ours] for ours, theirs in names.items() if ours in function}


def _calling(choice: Any) -> JsonObject:
    if isinstance(choice, str):
        return {"mode": _MODES[choice]}
    return {"mode": "ANY", "allowedFunctionNames": [choice["function"]["name"]]}


def _embeddings(asked: JsonObject) -> JsonObject:
    texts = [asked["input"]] if isinstance(asked["input"], str) else asked["input"]
    shared: JsonObject = {"model": _model(asked)}
    if "dimensions" in asked:
        shared["outputDimensionality"] = asked["dimensions"]
    return {"requests": [{"content": {"parts": [{"text": text}]}, **shared} for text in texts]}


# -- answers --------------------------------------------------------------------------------------


def _answer(sent: Request, asked: JsonObject, response: Response) -> JsonObject:
    body = response.body
    if sent.path.endswith("chat/completions"):
        return _completion(asked, body, "chat.completion", "message")
    if sent.path.endswith("embeddings"):
        vectors = [each["values"] for each in body["embeddings"]]
        data = [
            {"object": "embedding", "index": index, "embedding": vector}
            for index, vector in enumerate(vectors)
        ]
        return {"object": "list", "data": data, "model": asked["model"]}
    if "models" in body:
        return {"object": "list", "data": [_model_info(each) for each in body["models"]]}
    return _model_info(body)


def _model_info(model: JsonObject) -> JsonObject:
    return {"id": model["name"], "object": "model", "owned_by": "google", "created": 0}


def _completion(asked: JsonObject, body: JsonObject, kind: str, field: str) -> JsonObject:
    answer: JsonObject = {
        "id": body.get("responseId", "offline"),
        "object": kind,
        "created": 0,
        "model": body.get("modelVersion", asked["model"]),
        "choices": [_choice(each, field) for each in body.get("candidates", [])],
    }
    if field == "message":
        answer["usage"] = _usage(body)
    return answer


def _choice(candidate: JsonObject, field: str) -> JsonObject:
    parts = candidate.get("content", {}).get("parts", [])
    texts = [part["text"] for part in parts if "text" in part and not part.get("thought")]
    message: JsonObject = {"role": "assistant", "content": "".join(texts) if texts else None}
    calls = [part["functionCall"] for part in parts if "functionCall" in part]
    if calls:
        message["tool_calls"] = [_call(call, index) for index, call in enumerate(calls)]
    reason = _finish_reason(candidate.get("finishReason"), called=bool(calls))
    return {"index": candidate.get("index", 0), field: message, "finish_reason": reason}


def _call(call: JsonObject, index: int) -> JsonObject:
    function = {"name": call["name"], "arguments": json.dumps(call.get("args", {}))}
    identity = call.get("id", f"function-call-{index}")
    return {"id": identity, "type": "function", "function": function, "index": index}


def _finish_reason(reason: str | None, *, called: bool) -> str | None:
    if reason is None:
        return None
    if reason == "STOP":
        return "tool_calls" if called else "stop"
    return "length" if reason == "MAX_TOKENS" else "content_filter"


def _usage(body: JsonObject) -> JsonObject:
    counted = body.get("usageMetadata", {})
    return {
        "prompt_tokens": counted.get("promptTokenCount", 0),
        "completion_tokens": counted.get("candidatesTokenCount", 0),
        "total_tokens": counted.get("totalTokenCount", 0),
    }


def _events(asked: JsonObject, response: Response) -> bytes:
    """The chunks as server-sent events; with ``include_usage``, one more has the counts."""
    chunks = [
        _completion(asked, body, "chat.completion.chunk", "delta") for body in response.chunks
    ]
    if (asked.get("stream_options") or {}).get("include_usage"):
        chunks.append({**chunks[-1], "choices": [], "usage": _usage(response.chunks[-1])})
    lines = [*(json.dumps(chunk) for chunk in chunks), "[DONE]"]
    return b"".join(f"data: {line}\n\n".encode() for line in lines)


def _json(answer: Any) -> bytes:
    return json.dumps(answer).encode()
