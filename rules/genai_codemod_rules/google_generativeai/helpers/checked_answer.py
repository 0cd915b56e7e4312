from google.genai import types

from .blocked_prompt_error import _BlockedPromptError
from .stopped_answer_error import _StoppedAnswerError


def _checked_answer(response: types.GenerateContentResponse) -> types.GenerateContentResponse:
    """google.genai returns what a chat blocked or stopped: this raises, as chats did before."""
    feedback = response.prompt_feedback
    if feedback is not None and feedback.block_reason:
        raise _BlockedPromptError(feedback)
    for candidate in (response.candidates or [])[:1]:
        if candidate.finish_reason not in (
            None,
            types.FinishReason.FINISH_REASON_UNSPECIFIED,
            types.FinishReason.STOP,
            types.FinishReason.MAX_TOKENS,
        ):
            raise _StoppedAnswerError(candidate)
    return response
