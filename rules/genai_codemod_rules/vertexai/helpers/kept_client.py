import functools

from google import genai

from .location import _location


@functools.cache
def _kept_client(api_key: str | None = None) -> genai.Client:
    """google.genai closes a client that nobody holds, and its chats with it: this keeps it."""
    if api_key is not None:
        return genai.Client(vertexai=True, api_key=api_key)
    return genai.Client(vertexai=True, location=_location())
