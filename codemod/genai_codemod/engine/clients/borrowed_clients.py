"""Lets one module use the client of another."""

from __future__ import annotations

from genai_codemod.engine.clients.client_statements import declaration
from genai_codemod.engine.clients.placement import ClientPlacement


def borrow(placement: ClientPlacement, lender: ClientPlacement, module: str, *, late: bool) -> None:
    """Use the client of another module, which this one can import as ``module``.

    ``late`` says that it may not be complete when this one is imported.
    """
    placement.name = placement.plan.names["client"]
    placement.lazy = lender.lazy or late or not lender.at_import()
    wanted = "get_client" if lender.lazy else "client"
    if not late and (lender.lazy or lender.at_import()):
        placement.plan.borrowed.append(
            (module, lender.plan.names[wanted], placement.plan.names[wanted])
        )
        return
    theirs, own = lender.plan.names[wanted], placement.plan.names["get_client"]
    value = f"{theirs}()" if lender.lazy else theirs
    if theirs == own:
        theirs, value = f"{theirs} as lent", "lent()"
    placement.plan.definitions.append(
        f"def {own}() -> {placement.plan.name('genai')}.Client:\n"
        f"    from {module} import {theirs}\n\n    return {value}\n"
    )


def borrow_if_there(placement: ClientPlacement, lender: ClientPlacement, module: str) -> None:
    """Use the client of another module once that has one, before that one of its own."""
    placement.lazy = True
    own, theirs = placement.plan.names["get_client"], lender.plan.names["client"]
    default = "default_client"
    while default in placement.plan.taken:
        default += "_"
    client = f"{placement.plan.name('genai')}.Client"
    placement.plan.imports.add("import functools")
    placement.plan.definitions += [
        f"@functools.cache\ndef {default}() -> {client}:\n    return {client}()\n",
        f"def {own}() -> {client}:\n"
        f"    from {module} import {theirs}\n\n    return {theirs} or {default}()\n",
    ]


def declare(placement: ClientPlacement) -> None:
    """Give the client of this module, which a function makes, a name from the start."""
    placement.plan.definitions.append(f"{declaration(placement.plan, placement.name)}\n")
