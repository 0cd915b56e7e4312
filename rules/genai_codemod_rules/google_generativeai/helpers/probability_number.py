from google.genai import types


def _probability_number(probability: types.HarmProbability | int | None) -> int:
    """google.genai has names for probabilities: this gives the old number."""
    numbers = {"NEGLIGIBLE": 1, "LOW": 2, "MEDIUM": 3, "HIGH": 4}
    if isinstance(probability, types.HarmProbability):
        return numbers.get(probability.name, 0)
    return probability or 0
