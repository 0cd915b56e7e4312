"""Generated Python code of the size and look of ordinary modules; it does nothing of use."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

_NOUNS = (
    "account", "archive", "batch", "buffer", "channel", "column", "context", "customer", "document",
    "entry", "event", "export", "field", "folder", "index", "invoice", "job", "label", "ledger",
    "message", "metric", "order", "page", "payload", "policy", "profile", "queue", "record",
    "report", "request", "response", "result", "route", "sample", "schedule", "session", "shard",
    "signal", "source", "stream", "table", "target", "task", "token", "user", "vector", "window",
)  # fmt: skip
_VERBS = (
    "apply", "build", "check", "clean", "collect", "compare", "count", "export", "fetch", "filter",
    "format", "group", "load", "match", "merge", "parse", "prepare", "publish", "render", "resolve",
    "retry", "scale", "select", "send", "split", "store", "update", "validate", "write",
)  # fmt: skip
_LIBRARIES = (
    "import json", "import logging", "import os", "import re", "import time",
    "from collections import defaultdict", "from dataclasses import dataclass, field",
    "from datetime import datetime, timedelta", "from pathlib import Path",
    "from typing import Any, Optional", "import numpy as np", "import requests",
)  # fmt: skip


def module(chance: random.Random, size: int, others: Sequence[str]) -> str:
    """A module of about ``size`` characters that imports some of the ``others``."""
    lines = [f'"""{_sentence(chance).capitalize()}."""', ""]
    lines += sorted(chance.sample(_LIBRARIES, chance.randint(2, 7)))
    lines += ["", *(_own_import(chance, name) for name in others)]
    lines += ["", "logger = logging.getLogger(__name__)", ""]
    return "\n".join(lines) + "\n" + body(chance, size - sum(map(len, lines)))


def body(chance: random.Random, size: int) -> str:
    """Classes and functions of about ``size`` characters in all, without imports."""
    parts: list[str] = []
    written = 0
    while written < size:
        make: Callable[[random.Random], Iterator[str]]
        make = chance.choice((_function, _function, _class, _constant))
        parts.append("\n".join(make(chance)))
        written += len(parts[-1])
    return "\n\n\n".join(parts) + "\n"


def _own_import(chance: random.Random, name: str) -> str:
    package, _, last = name.rpartition(".")
    if package and chance.random() < 0.4:
        return f"from {package} import {last}"
    return f"from {name} import {_name(chance)}, {_name(chance)}"


def _constant(chance: random.Random) -> Iterator[str]:
    yield f"{_name(chance).upper()} = {{"
    for number in range(chance.randint(2, 8)):
        yield f'    "{_noun(chance)}_{number}": ({chance.randint(1, 999)}, "{_sentence(chance)}"),'
    yield "}"


def _class(chance: random.Random) -> Iterator[str]:
    noun, other = chance.sample(_NOUNS, 2)
    yield f"class {noun.title()}{other.title()}:"
    yield f'    """{_sentence(chance).capitalize()}."""'
    yield ""
    yield f"    def __init__(self, {noun}, {other}=None, timeout={chance.randint(1, 90)}):"
    yield f"        self.{noun} = {noun}"
    yield f"        self.{other} = {other} or {{}}"
    yield "        self.timeout = timeout"
    for _ in range(chance.randint(1, 4)):
        yield ""
        yield from (f"    {line}" if line else "" for line in _function(chance, "self, "))


def _function(chance: random.Random, first: str = "") -> Iterator[str]:
    noun, other = chance.sample(_NOUNS, 2)
    yield f"def {_name(chance)}({first}{noun}, {other}, limit={chance.randint(1, 500)}):"
    yield f'    """{_sentence(chance).capitalize()}."""'
    yield f"    found = []  # {_sentence(chance)}"
    for _ in range(chance.randint(1, 5)):
        yield from (f"    {line}" for line in chance.choice(_STATEMENTS)(noun, other))
    yield "    return found"


def _loop(noun: str, other: str) -> list[str]:
    return [
        f"for position, item in enumerate({noun}):",
        f'    if item.get("{other}") is None or position > limit:',
        "        continue",
        f'    found.append({{"{other}": item["{other}"], "position": position + 1}})',
    ]


def _attempt(noun: str, other: str) -> list[str]:
    return [
        "try:",
        f"    response = requests.get({noun}.url, params={{'q': {other}}}, timeout=limit)",
        "    found.append(json.loads(response.text))",
        "except (ValueError, OSError) as error:",
        f'    logger.warning("no {noun} for %s: %s", {other}, error)',
    ]


def _condition(noun: str, other: str) -> list[str]:
    return [
        f"if isinstance({noun}, dict) and {other} in {noun}:",
        f"    found.extend(str(value).strip() for value in {noun}[{other}] if value)",
        "else:",
        f'    logger.debug(f"{{len(found)}} of {other}: {{{noun}!r}}")',
    ]


_STATEMENTS: tuple[Callable[[str, str], list[str]], ...] = (_loop, _attempt, _condition)


def _name(chance: random.Random) -> str:
    return f"{chance.choice(_VERBS)}_{_noun(chance)}"


def _noun(chance: random.Random) -> str:
    return chance.choice(_NOUNS)


def _sentence(chance: random.Random) -> str:
    words = (_noun(chance) for _ in range(chance.randint(2, 4)))
    return f"{chance.choice(_VERBS)} the {' and '.join(words)}"
