import base64
import enum
import json
from typing import Any

from .legacy_layout import _legacy_layout


def _legacy_dict(value: Any) -> Any:
    """google.genai has no to_dict(): this gives its dict, with numbers for enums and with zeros."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return json.loads(json.dumps(value), parse_int=float)
    if isinstance(value, list):
        return [_legacy_dict(each) for each in value]
    known, classes = _legacy_layout(), [each.__name__ for each in type(value).__mro__]
    layout = next((known[name].split() for name in classes if name in known), [])
    if isinstance(value, enum.Enum):
        return layout.index(value.name) if value.name in layout else value.name
    if not layout:
        return value
    found: dict[str, Any] = {}
    unset: dict[str, Any] = {}
    for name, _, written in (field.partition("=") for field in layout):
        renamed = {"citation_sources": "citations", "license_": "license"}.get(name, name)
        converted = _legacy_dict(getattr(value, renamed, None))
        zero = json.loads(written or "null")
        if converted is not None and converted != zero:
            found[name] = converted
        elif written:
            unset[name] = zero
    return {**found, **unset}
