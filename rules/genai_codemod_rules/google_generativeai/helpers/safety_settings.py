from typing import Any

from google.genai import types


def _safety_settings(settings: Any) -> list[types.SafetySetting]:
    """google.genai wants a list with full names: this makes it of a dict and short names too."""
    categories: dict[Any, str] = {
        0: "UNSPECIFIED",
        7: "HARASSMENT",
        8: "HATE_SPEECH",
        9: "SEXUALLY_EXPLICIT",
        10: "DANGEROUS_CONTENT",
        "HATE": "HATE_SPEECH",
        "SEX": "SEXUALLY_EXPLICIT",
        "SEXUAL": "SEXUALLY_EXPLICIT",
        "DANGER": "DANGEROUS_CONTENT",
        "DANGEROUS": "DANGEROUS_CONTENT",
    }
    thresholds: dict[Any, str] = {
        0: "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
        1: "BLOCK_LOW_AND_ABOVE",
        2: "BLOCK_MEDIUM_AND_ABOVE",
        3: "BLOCK_ONLY_HIGH",
        4: "BLOCK_NONE",
        "UNSPECIFIED": "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
        "BLOCK_THRESHOLD_UNSPECIFIED": "HARM_BLOCK_THRESHOLD_UNSPECIFIED",
        "LOW": "BLOCK_LOW_AND_ABOVE",
        "MED": "BLOCK_MEDIUM_AND_ABOVE",
        "MEDIUM": "BLOCK_MEDIUM_AND_ABOVE",
        "HIGH": "BLOCK_ONLY_HIGH",
    }

    def category(name: Any) -> types.HarmCategory:
        if isinstance(name, str):
            name = name.upper().removeprefix("HARM_CATEGORY_")
        return types.HarmCategory[f"HARM_CATEGORY_{categories.get(name, name)}"]

    def threshold(name: Any) -> types.HarmBlockThreshold:
        if isinstance(name, str):
            name = name.upper()
        return types.HarmBlockThreshold[thresholds.get(name, name)]

    if settings is None:
        return []
    if isinstance(settings, (str, int)):
        settings = dict.fromkeys((7, 8, 9, 10), settings)
    if isinstance(settings, dict):
        pairs = list(settings.items())
    else:
        pairs = [(pair["category"], pair["threshold"]) for pair in map(dict, settings)]
    chosen = {category(name): threshold(limit) for name, limit in pairs}
    return [types.SafetySetting(category=name, threshold=chosen[name]) for name in chosen]
