import functools

from google import genai


@functools.cache
def _kept_client(api_key: str | None = None) -> genai.Client:
    """google.genai closes a client that nobody holds, and its chats with it: this keeps it."""
    return genai.Client(api_key=api_key)
