from google.genai import types


def _finish_reason_number(reason: types.FinishReason | int | None) -> int:
    """google.genai has names for finish reasons: this gives the old number (new ones: OTHER)."""
    numbers = {
        "FINISH_REASON_UNSPECIFIED": 0,
        "STOP": 1,
        "MAX_TOKENS": 2,
        "SAFETY": 3,
        "RECITATION": 4,
        "OTHER": 5,
        "BLOCKLIST": 6,
        "PROHIBITED_CONTENT": 7,
        "SPII": 8,
        "MALFORMED_FUNCTION_CALL": 9,
    }
    if isinstance(reason, types.FinishReason):
        return numbers.get(reason.name, numbers["OTHER"])
    return reason or 0
