from typing import Any

from google.genai import types


def _tools(tools: Any) -> list[Any] | None:
    """google.genai wants a list of functions and types.Tool: this makes it of other forms too."""
    if tools is None:
        return None
    found: list[Any] = []
    declarations: list[Any] = []
    for tool in tools if isinstance(tools, (list, tuple)) else [tools]:
        if isinstance(tool, str):
            found.append(types.Tool.model_validate({tool.lower(): {}}))
        elif isinstance(tool, types.FunctionDeclaration):
            declarations.append(tool)
        elif isinstance(tool, dict) and "name" in tool:
            declarations.append(types.FunctionDeclaration.model_validate(tool))
        elif isinstance(tool, dict):
            found.append(types.Tool.model_validate(tool))
        else:
            found.append(tool)
    if declarations:
        found.append(types.Tool(function_declarations=declarations))
    return found
