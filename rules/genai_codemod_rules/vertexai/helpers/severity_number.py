from google.genai import types


def _severity_number(severity: types.HarmSeverity | int | None) -> int:
    """google.genai has names for severities: this gives the old number."""
    numbers = {
        "HARM_SEVERITY_NEGLIGIBLE": 1,
        "HARM_SEVERITY_LOW": 2,
        "HARM_SEVERITY_MEDIUM": 3,
        "HARM_SEVERITY_HIGH": 4,
    }
    if isinstance(severity, types.HarmSeverity):
        return numbers.get(severity.name, 0)
    return severity or 0
