from google.genai import types


def _counted(config: types.GenerateContentConfig | None) -> types.CountTokensConfig | None:
    """vertexai counted what is in here as well; google.genai has a config of its own for it."""
    if config is None:
        return None
    counted = {"system_instruction": config.system_instruction, "tools": config.tools}
    return types.CountTokensConfig.model_validate(counted)
