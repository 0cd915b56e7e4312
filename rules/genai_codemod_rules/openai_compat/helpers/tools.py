from typing import Any

from google.genai import types


def _tools(tools: list[dict[str, Any]] | None) -> list[types.Tool] | None:
    """The function tools of the OpenAI SDK as declarations."""
    declarations = [
        types.FunctionDeclaration(
            name=tool["function"]["name"],
            description=tool["function"].get("description"),
            parameters_json_schema=tool["function"].get("parameters"),
        )
        for tool in tools or []
    ]
    return [types.Tool(function_declarations=declarations)] if declarations else None
