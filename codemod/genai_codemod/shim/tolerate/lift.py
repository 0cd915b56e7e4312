"""Turns a change of one small thing into a change of two lists of requests."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from ..spelling import USER_DATA, USER_NAMES
from ..wire import JsonObject, Request

Requests = tuple[Request, ...]
Pair = tuple[Requests, Requests]
Normalise = Callable[[Pair], Pair]


def each_side(change: Callable[[Requests], Requests]) -> Normalise:
    """Apply a change of one side's requests to both sides."""
    return lambda pair: (change(pair[0]), change(pair[1]))


def each_request(change: Callable[[Request], Request]) -> Normalise:
    """Apply a change of one request to all of them."""
    return each_side(lambda requests: tuple(change(request) for request in requests))


def each_body(change: Callable[[Any], Any]) -> Normalise:
    """Apply a change of a JSON body to all bodies."""
    return each_request(lambda request: dataclasses.replace(request, body=change(request.body)))


def each_object(change: Callable[[JsonObject], JsonObject]) -> Normalise:
    """Apply a change to every object of the API in every body, from the inside out."""
    return each_body(lambda body: change_objects(body, change))


def change_objects(value: Any, change: Callable[[JsonObject], JsonObject]) -> Any:
    """The value with every object changed, except the user's own data and maps of names."""
    if isinstance(value, list):
        return [change_objects(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    changed: JsonObject = {}
    for key, item in value.items():
        if key in USER_DATA:
            changed[key] = item
        elif key in USER_NAMES and isinstance(item, dict):
            changed[key] = {name: change_objects(held, change) for name, held in item.items()}
        else:
            changed[key] = change_objects(item, change)
    return change(changed)


def each_opposite(change: Callable[[Any, Any], tuple[Any, Any]]) -> Normalise:
    """Apply a change to values that stand at the same place of the two sides' bodies."""

    def normalise(pair: Pair) -> Pair:
        if len(pair[0]) != len(pair[1]):
            return pair
        changed = [
            _change_opposites(before.body, after.body, change)
            for before, after in zip(*pair, strict=True)
        ]
        sides = (
            tuple(
                dataclasses.replace(request, body=bodies[side])
                for request, bodies in zip(pair[side], changed, strict=True)
            )
            for side in (0, 1)
        )
        before_requests, after_requests = sides
        return before_requests, after_requests

    return normalise


def _change_opposites(
    before: Any, after: Any, change: Callable[[Any, Any], tuple[Any, Any]]
) -> tuple[Any, Any]:
    before, after = change(before, after)
    if isinstance(before, dict) and isinstance(after, dict):
        before, after = dict(before), dict(after)
        for key in before.keys() & after.keys():
            before[key], after[key] = _change_opposites(before[key], after[key], change)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = [
            _change_opposites(one, other, change) for one, other in zip(before, after, strict=True)
        ]
        before, after = [one for one, _ in pairs], [other for _, other in pairs]
    return before, after
