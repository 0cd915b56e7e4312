from google.genai import types


def _threshold_number(threshold: types.HarmBlockThreshold | int | None) -> int:
    """google.genai has names for thresholds: this gives the old number."""
    numbers = {
        "BLOCK_LOW_AND_ABOVE": 1,
        "BLOCK_MEDIUM_AND_ABOVE": 2,
        "BLOCK_ONLY_HIGH": 3,
        "BLOCK_NONE": 4,
        "OFF": 5,
    }
    if isinstance(threshold, types.HarmBlockThreshold):
        return numbers.get(threshold.name, 0)
    return threshold or 0
