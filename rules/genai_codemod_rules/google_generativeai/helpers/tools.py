from typing import Any

from google.genai import types


def _tools(tools: Any) -> list[Any] | None:
    """google.genai wants a list of functions and types.Tool: this makes it of other forms too."""

    def declared(value: Any) -> Any:
        if not callable(value):
            return value
        return types.FunctionDeclaration.from_callable_with_api_option(
            callable=value, use_json_schema=True
        )

    if tools is None:
        return None
    found: list[Any] = []
    waiting = [tools]
    while waiting:
        tool = waiting.pop(0)
        if isinstance(tool, (list, tuple)):
            waiting = [*tool, *waiting]
        elif isinstance(tool, types.FunctionDeclaration) or (
            isinstance(tool, dict) and "name" in tool
        ):
            found.append(types.Tool.model_validate({"function_declarations": [tool]}))
        elif isinstance(tool, dict):
            given = tool.get("function_declarations") or []
            changed = {"function_declarations": [declared(each) for each in given]}
            found.append(types.Tool.model_validate({**tool, **(changed if given else {})}))
        elif isinstance(tool, str):
            found.append(types.Tool.model_validate({tool.lower(): {}}))
        elif isinstance(tool, types.ToolCodeExecution):
            found.append(types.Tool(code_execution=tool))
        else:
            found.append(tool)
    return found
