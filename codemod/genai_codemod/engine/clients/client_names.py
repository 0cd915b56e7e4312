"""What the client is called that is written into a module."""

from __future__ import annotations

import builtins
import keyword
import sys
from collections.abc import Container

CLIENT = "client"
# What migrated modules import, or may.
_IMPORTED = frozenset({"errors", "genai", "google", "httpx", "pydantic", "types"})


def wrong_client_name(name: str) -> str | None:
    """Why a client cannot have a name in every module, or None if it can."""
    if not (name.isascii() and name.isidentifier()) or keyword.iskeyword(name):
        return f"{name!r} cannot be the name of a variable"
    if name.startswith("__"):
        return f"{name!r} means something else in a class"
    if hasattr(builtins, name):
        return f"{name!r} is a builtin of Python"
    if name in _IMPORTED or name in sys.stdlib_module_names:
        return f"{name!r} is the name of a module"
    return None


def candidates(name: str) -> tuple[str, ...]:
    """The names for a client, best first."""
    return name, f"genai_{name}", f"gemini_{name}"


def getter_candidates(name: str) -> tuple[str, ...]:
    """The names for a function that gives the client, best first."""
    return f"get_{name}", f"get_genai_{name}"


def pick(names: tuple[str, ...], taken: Container[object]) -> str:
    """The first name that is free, or a new one."""
    free = next((name for name in names if name not in taken), names[-1])
    while free in taken:
        free += "_"
    return free
