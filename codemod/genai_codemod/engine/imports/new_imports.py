"""The imports of the new SDK."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst


def through_package(needed: Mapping[str, str], package: str) -> dict[str, str]:
    """The same with the package, by its name here, for the modules that are reached through one.

    That name need not be the one in theirs: it may have changed, because the old SDK keeps its.
    """
    direct = {name: called for name, called in needed.items() if "." not in called}
    return direct if len(direct) == len(needed) else direct | {"genai": package}


def import_statements(needed: Mapping[str, str]) -> list[cst.BaseSmallStatement]:
    """``from google import genai`` and ``from google.genai import errors, types``."""
    statements: list[cst.BaseSmallStatement] = []
    if "genai" in needed:
        statements.append(_from("google", {"genai": needed["genai"]}))
    inner = {name: alias for name, alias in sorted(needed.items()) if name != "genai"}
    if inner:
        statements.append(_from("google.genai", inner))
    return statements


def _from(module: str, names: dict[str, str]) -> cst.ImportFrom:
    parts = [name if alias == name else f"{name} as {alias}" for name, alias in names.items()]
    statement = cst.parse_statement(f"from {module} import {', '.join(parts)}\n")
    assert isinstance(statement, cst.SimpleStatementLine)
    small = statement.body[0]
    assert isinstance(small, cst.ImportFrom)
    return small
