from collections.abc import Awaitable

from google.genai import types

from .checked_answer import _checked_answer


async def _checked_later_answer(
    answer: Awaitable[types.GenerateContentResponse],
) -> types.GenerateContentResponse:
    """google.genai returns what a chat blocked or stopped: this raises where it is awaited."""
    return _checked_answer(await answer)
