import json
from typing import Any

from google.genai import types

from .content_part import _content_part


def _content(message: dict[str, Any], called: list[types.FunctionCall]) -> types.Content:
    """One chat message as a content; the answer to a function goes to the one that was called."""
    given = message.get("content")
    if message["role"] == "tool":
        wanted = message.get("tool_call_id")
        call = next((each for each in called if each.id == wanted), called[0])
        called.remove(call)
        answer = types.FunctionResponse(id=call.id, name=call.name, response={"result": given})
        return types.Content(role="user", parts=[types.Part(function_response=answer)])
    parts = [types.Part(text=given)] if isinstance(given, str) and given else []
    if isinstance(given, list):
        parts = [_content_part(part) for part in given]
    for call in message.get("tool_calls") or []:
        if isinstance(call, types.FunctionCall):
            parts.append(types.Part(function_call=call))
            continue
        function = call["function"]
        arguments = json.loads(function["arguments"] or "{}")
        made = types.FunctionCall(id=call.get("id"), name=function["name"], args=arguments)
        parts.append(types.Part(function_call=made))
    role = "model" if message["role"] == "assistant" else "user"
    return types.Content(role=role, parts=parts)
