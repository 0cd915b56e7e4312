from google.genai import types


def _category_number(category: types.HarmCategory | int | None) -> int:
    """google.genai has names for categories: this gives the old number."""
    numbers = {
        "HARM_CATEGORY_HARASSMENT": 7,
        "HARM_CATEGORY_HATE_SPEECH": 8,
        "HARM_CATEGORY_SEXUALLY_EXPLICIT": 9,
        "HARM_CATEGORY_DANGEROUS_CONTENT": 10,
        "HARM_CATEGORY_CIVIC_INTEGRITY": 11,
    }
    if isinstance(category, types.HarmCategory):
        return numbers.get(category.name, 0)
    return category or 0
