from google.genai import types


def _without_generation(config: types.GenerateContentConfig | None) -> types.GenerateContentConfig:
    """A generation_config of a call replaced the model's: this is what stays of the config."""
    kept = {"system_instruction", "safety_settings", "tools", "tool_config", "labels"}
    kept |= {"cached_content"}
    return types.GenerateContentConfig(
        **{name: value for name, value in config or () if name in kept and value is not None}
    )
