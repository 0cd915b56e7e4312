"""The run-time helpers are templates of one definition each."""

from __future__ import annotations

import ast

import pytest
from tests.rules.helper_templates import FOLDER, NAMES, definition


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_one_private_definition_with_a_reason(name: str) -> None:
    found = definition(name)
    camel = "".join(word.capitalize() for word in name.split("_"))
    assert found.name == f"_{camel if isinstance(found, ast.ClassDef) else name}"
    docstring = ast.get_docstring(found)
    assert docstring is not None
    assert "\n" not in docstring
    assert docstring.startswith("google.genai ")


@pytest.mark.parametrize("name", NAMES)
def test_a_template_names_the_sdk_by_genai_and_types_only(name: str) -> None:
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    imported = {ast.unparse(each) for each in tree.body[:-1]}
    sdk = {"from google import genai", "from google.genai import types"}
    modules = ("collections.abc", "pathlib", "typing")
    stdlib = tuple(f"from {module} import " for module in modules)
    others = {f"from .{other} import {definition(other).name}" for other in NAMES}
    sdk |= {"import base64", "import enum", "import functools", "import json"}
    assert all(each in sdk | others or each.startswith(stdlib) for each in imported)
