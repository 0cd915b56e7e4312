class _BlockedPromptError(Exception):
    """google.genai raises nothing where a prompt is blocked, so this is raised instead."""
