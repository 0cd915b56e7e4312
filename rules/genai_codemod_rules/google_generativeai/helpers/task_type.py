def _task_type(task_type: str | int | None) -> str | None:
    """google.genai wants the full upper-case name of a task type: this finds it."""
    if task_type is None:
        return None
    names = (
        "TASK_TYPE_UNSPECIFIED",
        "RETRIEVAL_QUERY",
        "RETRIEVAL_DOCUMENT",
        "SEMANTIC_SIMILARITY",
        "CLASSIFICATION",
        "CLUSTERING",
        "QUESTION_ANSWERING",
        "FACT_VERIFICATION",
    )
    if isinstance(task_type, int):
        return names[task_type]
    task_type = task_type.upper()
    if task_type == "QA":
        return "QUESTION_ANSWERING"
    return next((name for name in names if name.endswith(f"_{task_type}")), task_type)
