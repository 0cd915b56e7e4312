from typing import Any

from google.genai import types


def _with_settings(
    config: types.GenerateContentConfig | dict[str, Any] | None, **settings: Any
) -> types.GenerateContentConfig:
    """google.genai wants all settings in one config: this adds those that are not None."""
    known = dict(types.GenerateContentConfig.model_validate(config or {}))
    known.update((name, value) for name, value in settings.items() if value is not None)
    return types.GenerateContentConfig(
        **{name: value for name, value in known.items() if value is not None}
    )
