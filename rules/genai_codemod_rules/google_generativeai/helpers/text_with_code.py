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
            raise ValueError(f"the response holds more than text: {part!r}")
    if not lines:
        candidates = response.candidates
        reason = candidates[0].finish_reason if candidates else response.prompt_feedback
        raise ValueError(f"the response is not a text, see {reason!r}")
    return "\n".join(lines)
