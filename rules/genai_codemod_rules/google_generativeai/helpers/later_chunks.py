from collections.abc import AsyncIterator
from typing import Any

from google.genai import types


async def _later_chunks(answer: Any) -> AsyncIterator[types.GenerateContentResponse]:
    """What a loop goes through: the chunks of a stream, or else the one answer of google.genai."""
    if isinstance(answer, types.GenerateContentResponse):
        yield answer
        return
    async for chunk in answer:
        yield chunk
