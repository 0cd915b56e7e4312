from google.genai import types


def _block_reason_number(reason: types.BlockedReason | int | None) -> int:
    """google.genai has names for block reasons: this gives the old number (new ones: OTHER)."""
    numbers = {
        "BLOCKED_REASON_UNSPECIFIED": 0,
        "SAFETY": 1,
        "OTHER": 2,
        "BLOCKLIST": 3,
        "PROHIBITED_CONTENT": 4,
        "IMAGE_SAFETY": 5,
    }
    if isinstance(reason, types.BlockedReason):
        return numbers.get(reason.name, numbers["OTHER"])
    return reason or 0
