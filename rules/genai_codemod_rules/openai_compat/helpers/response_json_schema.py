from typing import Any


def _response_json_schema(response_format: dict[str, Any] | None) -> Any:
    """The JSON schema of a response_format of the OpenAI SDK."""
    return (response_format or {}).get("json_schema", {}).get("schema")
