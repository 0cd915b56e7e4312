from google.genai import types


def _text_contents(messages: list[dict[str, str]]) -> list[types.Content]:
    """Chat messages of the OpenAI SDK as contents, those of the system left out."""
    roles = {"user": "user", "assistant": "model"}
    return [
        types.Content(role=roles[message["role"]], parts=[types.Part(text=message["content"])])
        for message in messages
        if message["role"] in roles
    ]
