from typing import Any

from google.genai import types

from .content import _content


def _contents(messages: list[Any]) -> list[types.Content]:
    """Chat messages of the OpenAI SDK as contents, those of the system left out.

    What google.genai answered may stand among them.
    """
    contents: list[types.Content] = []
    called: list[types.FunctionCall] = []
    for message in messages:
        if isinstance(message, types.GenerateContentResponse):
            candidates = message.candidates or []
            content = (candidates[0].content if candidates else None) or types.Content()
        elif isinstance(message, types.Content):
            content = message
        elif message["role"] in ("system", "developer"):
            continue
        else:
            content = _content(message, called)
        parts = content.parts or []
        called += [part.function_call for part in parts if part.function_call]
        last = contents[-1].parts or [] if contents else []
        if last and all(part.function_response for part in [*last, *parts]):
            contents[-1] = types.Content(role="user", parts=[*last, *parts])
        else:
            contents.append(content)
    return contents
