from collections.abc import AsyncIterator
from typing import Any

from google.genai import types


async def _later_chunks(answer: Any) -> AsyncIterator[types.GenerateContentResponse]:
    """google.genai has chunks in streams alone: this gives those, or the one answer by itself."""
    if isinstance(answer, types.GenerateContentResponse):
        yield answer
        return
    async for chunk in answer:
        yield chunk
