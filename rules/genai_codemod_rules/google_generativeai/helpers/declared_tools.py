from typing import Any

from google import genai
from google.genai import types


def _declared_tools(client: genai.Client, tools: list[Any] | None) -> list[Any] | None:
    """google.genai wants the functions of a cache declared: this declares them in one tool."""
    if tools is None:
        return None
    functions = [tool for tool in tools if callable(tool)]
    declarations = [
        types.FunctionDeclaration.from_callable(client=client, callable=function)
        for function in functions
    ]
    others = [tool for tool in tools if not callable(tool)]
    if not declarations:
        return others
    return [types.Tool(function_declarations=declarations), *others]
