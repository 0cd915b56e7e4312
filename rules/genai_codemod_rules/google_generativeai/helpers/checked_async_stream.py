from collections.abc import AsyncIterable, AsyncIterator

from google.genai import types

from .blocked_prompt_error import _BlockedPromptError


async def _checked_async_stream(
    chunks: AsyncIterable[types.GenerateContentResponse],
) -> AsyncIterator[types.GenerateContentResponse]:
    """google.genai streams a blocked prompt as a chunk: this raises, as streams did before."""
    async for chunk in chunks:
        feedback = chunk.prompt_feedback
        if feedback is not None and feedback.block_reason:
            raise _BlockedPromptError(chunk)
        yield chunk
