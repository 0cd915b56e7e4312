from google.genai import types


def _merge_safety_settings(
    base: list[types.SafetySetting] | None, override: list[types.SafetySetting] | None
) -> list[types.SafetySetting]:
    """google.genai wants all safety settings with each call: these are the usual and the call's."""
    merged = {setting.category: setting for setting in [*(base or []), *(override or [])]}
    return list(merged.values())
