from collections.abc import Awaitable

from google.genai import types

from .checked_answer import _checked_answer


async def _checked_later_answer(
    response: Awaitable[types.GenerateContentResponse],
) -> types.GenerateContentResponse:
    """google.genai returns what was blocked or cut off: this raises, as chats did before."""
    return _checked_answer(await response)
