from google.genai import types


def _file_state_number(state: types.FileState | int | None) -> int:
    """google.genai has names for states of files: this gives the old number."""
    numbers = {"PROCESSING": 1, "ACTIVE": 2, "FAILED": 10}
    if isinstance(state, types.FileState):
        return numbers.get(state.name, 0)
    return state or 0
