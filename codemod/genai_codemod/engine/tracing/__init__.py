"""Questions about values and code that several plans ask."""
