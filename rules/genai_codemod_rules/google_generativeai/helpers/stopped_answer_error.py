class _StoppedAnswerError(Exception):
    """google.genai raises nothing where an answer is stopped, so this is raised instead."""
