from collections.abc import AsyncIterator, Awaitable

from google.genai import types

from .started_async_stream import _started_async_stream


async def _started_later_stream(
    coming: Awaitable[AsyncIterator[types.GenerateContentResponse]],
) -> AsyncIterator[types.GenerateContentResponse]:
    """google.genai asks for a stream when it is first read: this asks once it is awaited."""
    return await _started_async_stream(await coming)
