def _model_name(model: str) -> str:
    """google.genai takes the short name of a model as well: this is the full one."""
    return model if "/" in model else f"models/{model}"
