from google.genai import types


def _thinking_config(model: str, effort: str | None) -> types.ThinkingConfig | None:
    """How much a model thinks, for the reasoning_effort of the OpenAI SDK."""
    if effort is None:
        return None
    if not model.removeprefix("models/").startswith("gemini-2.5"):
        return types.ThinkingConfig(thinking_level=types.ThinkingLevel(effort.upper()))
    budgets = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576}
    return types.ThinkingConfig(thinking_budget=budgets[effort])
