from typing import Any

from google.genai import types


def _declared_tools(tools: list[Any] | None) -> list[Any] | None:
    """google.genai wants the functions of a cache declared: this declares them in one tool."""
    if tools is None:
        return None
    declarations = [
        types.FunctionDeclaration.from_callable_with_api_option(callable=tool)
        for tool in tools
        if callable(tool)
    ]
    others = [tool for tool in tools if not callable(tool)]
    if not declarations:
        return others
    return [types.Tool(function_declarations=declarations), *others]
