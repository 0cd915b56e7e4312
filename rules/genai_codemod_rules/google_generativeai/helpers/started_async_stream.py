from collections.abc import AsyncIterator

from google.genai import types


async def _started_async_stream(
    chunks: AsyncIterator[types.GenerateContentResponse],
) -> AsyncIterator[types.GenerateContentResponse]:
    """google.genai asks for a stream when it is first read: this asks, and may fail, at once."""
    first = await anext(chunks, None)

    async def all_chunks() -> AsyncIterator[types.GenerateContentResponse]:
        if first is not None:
            yield first
        async for chunk in chunks:
            yield chunk

    return all_chunks()
