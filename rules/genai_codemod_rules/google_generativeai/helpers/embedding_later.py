from collections.abc import Awaitable
from typing import Any

from google.genai import types

from .embedding import _embedding


async def _embedding_later(
    response: Awaitable[types.EmbedContentResponse], contents: Any
) -> dict[str, Any]:
    """google.genai gives a response, once it is awaited: this gives a dict with its embedding."""
    return {"embedding": _embedding(await response, contents)}
