from collections.abc import Mapping
from typing import Any

from google.genai import types


def _http_options(options: Mapping[str, Any] | None) -> types.HttpOptions | None:
    """google.genai takes the timeout of request options in milliseconds, and no retry object."""
    if options is None or isinstance(options, types.HttpOptions):
        return options
    if options.get("retry") is not None:
        raise TypeError("google.genai needs types.HttpRetryOptions, not a retry object")
    timeout = options.get("timeout")
    return types.HttpOptions(timeout=None if timeout is None else round(timeout * 1000))
