def _stop_sequences(stop: str | list[str] | None) -> list[str] | None:
    """One text where generation stops, or several, as a list."""
    return [stop] if isinstance(stop, str) else stop
