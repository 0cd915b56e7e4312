"""The templates of the run-time helpers, alone and as they are written into a module."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeGuard

from genai_codemod.shim.comparison import Comparison
from genai_codemod_rules.google_generativeai import helpers

FOLDER = Path(helpers.__path__[0])
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")

LEGACY = """
import PIL.Image
import google.generativeai as genai
from google.generativeai import protos as t
model = genai.GenerativeModel("m")
image = PIL.Image.new("RGB", (4, 3), "red")
"""
NEW = """
import PIL.Image
from google import genai
from google.genai import types, types as t
client = genai.Client()
image = PIL.Image.new("RGB", (4, 3), "red")
"""

Compared = Callable[..., Comparison]


def helper(name: str) -> Any:
    """The only definition of a template, which is named after its file."""
    module = importlib.import_module(f"{helpers.__name__}.{name}")
    return vars(module)[definition(name).name]


def definition(name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef:
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    *imports, found = tree.body
    assert all(isinstance(each, (ast.Import, ast.ImportFrom)) for each in imports)
    assert isinstance(found, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    return found


def with_needed(names: Iterable[str]) -> list[str]:
    """The named templates, each after those that it imports from the same folder."""
    ordered: dict[str, None] = {}
    for name in names:
        statements = ast.parse((FOLDER / f"{name}.py").read_text()).body
        needed = [str(each.module) for each in statements if is_relative(each)]
        ordered |= dict.fromkeys((*with_needed(needed), name))
    return list(ordered)


def written(name: str) -> str:
    """A template as it is written into a module, where the others are already."""
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    return "".join(ast.unparse(each) + "\n" for each in tree.body if not is_relative(each))


def is_relative(statement: ast.stmt) -> TypeGuard[ast.ImportFrom]:
    return isinstance(statement, ast.ImportFrom) and statement.level > 0
