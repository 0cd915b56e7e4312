from google.genai import types


def _text_with_code(response: types.GenerateContentResponse) -> str:
    """google.genai leaves code and its result out of the text: this shows them in fences."""
    lines: list[str] = []
    for part in response.parts or []:
        if part.text is not None:
            lines.append(part.text)
        elif part.executable_code:
            language = part.executable_code.language or types.Language.LANGUAGE_UNSPECIFIED
            shown = "" if language == "LANGUAGE_UNSPECIFIED" else f" {language.value.lower()}"
            lines += [f"```{shown}", (part.executable_code.code or "").lstrip("\n"), "```"]
        elif part.code_execution_result:
            outcome = part.code_execution_result.outcome or types.Outcome.OUTCOME_OK
            shown = outcome.value.lower().removeprefix("outcome_")
            shown = "" if shown in ("ok", "unspecified") else f" {shown}"
            lines += [f"```{shown}", part.code_execution_result.output or "", "```"]
        else:
            raise ValueError(f"Could not convert a part of the response to text: {part!r}")
    if not lines:
        reason = f"prompt_feedback: {response.prompt_feedback!r}"
        if response.candidates:
            reason = f"finish_reason: {response.candidates[0].finish_reason!r}"
        raise ValueError(f"Invalid operation: The response is not a text, see its {reason}")
    return "\n".join(lines)
