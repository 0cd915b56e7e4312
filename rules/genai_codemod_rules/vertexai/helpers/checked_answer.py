from google.genai import types

from .response_validation_error import _ResponseValidationError


def _checked_answer(response: types.GenerateContentResponse) -> types.GenerateContentResponse:
    """google.genai returns what was blocked or cut off: this raises, as chats did before."""
    if not response.candidates:
        raise _ResponseValidationError("The model response was blocked.")
    if response.candidates[0].finish_reason not in (
        None,
        types.FinishReason.FINISH_REASON_UNSPECIFIED,
        types.FinishReason.STOP,
    ):
        raise _ResponseValidationError(
            "The model response did not complete successfully.\n"
            f"Finish reason: {response.candidates[0].finish_reason}."
        )
    return response
