from collections.abc import Iterable, Iterator

from google.genai import types

from .checked_answer import _checked_answer


def _checked_stream(
    chunks: Iterable[types.GenerateContentResponse],
) -> Iterator[types.GenerateContentResponse]:
    """google.genai streams what was blocked or cut off: this raises, as chats did before."""
    for chunk in chunks:
        yield _checked_answer(chunk)
