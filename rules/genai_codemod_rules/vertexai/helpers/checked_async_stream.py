from collections.abc import AsyncIterable, AsyncIterator

from google.genai import types

from .checked_answer import _checked_answer


async def _checked_async_stream(
    chunks: AsyncIterable[types.GenerateContentResponse],
) -> AsyncIterator[types.GenerateContentResponse]:
    """google.genai streams what was blocked or cut off: this raises, as chats did before."""
    async for chunk in chunks:
        yield _checked_answer(chunk)
