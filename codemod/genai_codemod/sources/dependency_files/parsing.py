"""Python as a tree, without the warnings that its compiler has about it."""

from __future__ import annotations

import ast
import warnings


def parse_python(code: str | bytes) -> ast.Module:
    """The tree of a module.

    Raises:
        SyntaxError, ValueError: this is not Python.
        RecursionError, MemoryError: it is nested too deeply.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)
