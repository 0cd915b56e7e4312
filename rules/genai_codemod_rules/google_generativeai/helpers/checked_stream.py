from collections.abc import Iterable, Iterator

from google.genai import types

from .blocked_prompt_error import _BlockedPromptError


def _checked_stream(
    chunks: Iterable[types.GenerateContentResponse],
) -> Iterator[types.GenerateContentResponse]:
    """google.genai streams a blocked prompt as a chunk: this raises, as streams did before."""
    for chunk in chunks:
        feedback = chunk.prompt_feedback
        if feedback is not None and feedback.block_reason:
            raise _BlockedPromptError(chunk)
        yield chunk
