from google.genai import types


def _adapter_size(size: int | None) -> types.AdapterSize | None:
    """google.genai has names for the sizes of adapters."""
    names = {1: "ONE", 2: "TWO", 4: "FOUR", 8: "EIGHT", 16: "SIXTEEN"}
    return types.AdapterSize(f"ADAPTER_SIZE_{names[size]}") if size is not None else None
