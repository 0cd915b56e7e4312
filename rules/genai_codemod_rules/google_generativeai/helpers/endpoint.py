def _endpoint(address: str | None) -> str | None:
    """google.genai wants the address of an endpoint with its scheme."""
    return address if not address or "://" in address else f"https://{address}"
