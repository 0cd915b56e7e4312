"""Values that the SDKs spell differently."""

from __future__ import annotations

import datetime
import re
from typing import Any

from ..spelling import USER_DATA
from ..wire import JsonObject

# Protocol buffers write 64-bit integers as strings.
_LONG_INTEGERS = frozenset(
    (
        "maxItems", "minItems", "maxLength", "minLength", "maxProperties", "minProperties",
        "epochCount",
    )
)  # fmt: skip
_MOMENTS = frozenset(("expireTime", "startTime", "endTime"))
# Two runs of a program that looks at its clock start within this time of each other.
_BETWEEN_RUNS = datetime.timedelta(seconds=60)


def whole_numbers(value: Any) -> Any:
    """Write 5.0 as 5, also in the user's data: JSON knows one kind of number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: int(item)
        if key in _LONG_INTEGERS and isinstance(item, str) and item.isdecimal()
        else whole_numbers(item)
        for key, item in value.items()
    }


def single_precision(value: Any) -> Any:
    """Keep the digits that a single-precision number keeps; the user's data is double."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, list):
        return [single_precision(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: item if key in USER_DATA else single_precision(item) for key, item in value.items()
    }


def standard_base64(item: JsonObject) -> JsonObject:
    """Write the bytes of a blob in the standard alphabet."""
    if not isinstance(item.get("data"), str) or "mimeType" not in item:
        return item
    data = item["data"].rstrip("=").replace("-", "+").replace("_", "/")
    return item | {"data": data + "=" * (-len(data) % 4)}


def one_time_spelling(item: JsonObject) -> JsonObject:
    """Write moments in UTC with a Z, and durations without superfluous zeros."""
    changed = dict(item)
    for key in _MOMENTS & item.keys():
        moment = _moment(item[key])
        if moment is not None:
            changed[key] = moment.isoformat().replace("+00:00", "Z")
    if isinstance(item.get("ttl"), str) and re.fullmatch(r"\d+(\.\d+)?s", item["ttl"]):
        changed["ttl"] = f"{float(item['ttl'][:-1]):.9f}".rstrip("0").rstrip(".") + "s"
    return changed


def same_moment_of_two_runs(before: Any, after: Any) -> tuple[Any, Any]:
    """Take two moments as one when both come from the clock, and the clock went on meanwhile."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return before, after
    for key in _MOMENTS & before.keys() & after.keys():
        one, other = _moment(before[key]), _moment(after[key])
        if one is None or other is None or not (one.microsecond or other.microsecond):
            # Whole seconds were written by hand; the legacy SDK cuts a clock's fraction off.
            continue
        if abs(one - other) <= _BETWEEN_RUNS:
            after = after | {key: before[key]}
    return before, after


def _moment(text: Any) -> datetime.datetime | None:
    try:
        moment = datetime.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return None if moment.tzinfo is None else moment.astimezone(datetime.UTC)
