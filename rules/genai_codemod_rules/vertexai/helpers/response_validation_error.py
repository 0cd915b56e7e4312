class _ResponseValidationError(Exception):
    """google.genai raises nothing where an answer is refused, so this is raised instead."""
