"""Values that the SDK passes on as they are although they cannot be meant.

Which fields these are is read from their descriptions in the installed SDK.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from genai_codemod.shim import surface

_DURATION = re.compile(r"-?\d+(\.\d{1,9})?s")
_NUMBER = re.compile(r"\d+(\.\d+)?")
# Nobody waits that few milliseconds for an answer, but many wait that many seconds.
_LEAST_MILLISECONDS = 300
_MINUTES = frozenset({300, 600, 900})


class Refusal(NamedTuple):
    """The kind of mistake, what is wrong, and what to write instead."""

    check: str
    message: str
    suggestion: str


def refusal(model: type, name: str, value: Any) -> Refusal | None:
    """Why a literal value of a field cannot be meant, or nothing."""
    description = getattr(surface.field_info(model, name), "description", None) or ""
    owner = f"{model.__name__}: {name}={value!r}"
    if isinstance(value, str) and "terminated by 's'" in description:
        if not _DURATION.fullmatch(value):
            seconds = f"{value}s" if _NUMBER.fullmatch(value) else "3600s"
            message = f"{owner}: a duration is a number of seconds followed by s"
            return Refusal("value", message, f'write "{seconds}"')
    if name == "timeout" and "milliseconds" in description and type(value) in (int, float):
        if 0 < value < _LEAST_MILLISECONDS or value in _MINUTES:
            suggestion = f"for {value:g} seconds write {int(value * 1000)}"
            return Refusal("timeout", f"{owner}: the timeout is in milliseconds", suggestion)
    return None
