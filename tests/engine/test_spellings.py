"""However imports are spelled, and wherever they stand, no legacy name is left without a marker."""

from __future__ import annotations

import pytest
from tests.checks import unmarked_legacy_names
from tests.engine.sound import assert_sound, migrated

# Each spelling with a use of what it binds.
SPELLINGS = {
    "as": ("import google.generativeai as X", "X.GenerativeModel('m').generate_content('a')"),
    "dotted": (
        "import google.generativeai",
        "google.generativeai.GenerativeModel('m').generate_content('a')",
    ),
    "from google": (
        "from google import generativeai",
        "generativeai.GenerativeModel('m').generate_content('a')",
    ),
    "from google as": (
        "from google import generativeai as X",
        "X.GenerativeModel('m').generate_content('a')",
    ),
    "from google with another": (
        "from google import generativeai, protobuf",
        "print(protobuf, generativeai.GenerativeModel('m').generate_content('a'))",
    ),
    "name": (
        "from google.generativeai import GenerativeModel",
        "GenerativeModel('m').generate_content('a')",
    ),
    "name as": (
        "from google.generativeai import GenerativeModel as B",
        "B('m').generate_content('a')",
    ),
    "names in brackets": (
        "from google.generativeai import (GenerativeModel, configure as setup)",
        "GenerativeModel('m').generate_content('a')",
    ),
    "two modules at once": (
        "import os, google.generativeai as X",
        "print(os.sep, X.GenerativeModel('m').generate_content('a'))",
    ),
    "types": ("from google.generativeai import types", "print(types.HarmCategory)"),
    "types as": ("import google.generativeai.types as T", "print(T.GenerationConfig(top_k=1))"),
    "types dotted": (
        "import google.generativeai.types",
        "print(google.generativeai.types.HarmBlockThreshold.BLOCK_NONE)",
    ),
    "name of types": (
        "from google.generativeai.types import HarmCategory, HarmBlockThreshold",
        "print(HarmCategory, HarmBlockThreshold.BLOCK_NONE)",
    ),
    "exception of types": (
        "from google.generativeai.types import BlockedPromptException",
        "print(BlockedPromptException)",
    ),
    "generation_types": (
        "from google.generativeai.types.generation_types import GenerateContentResponse",
        "print(GenerateContentResponse)",
    ),
    "generation_types module": (
        "from google.generativeai.types import generation_types",
        "print(generation_types.GenerationConfig(top_k=1))",
    ),
    "content_types": (
        "from google.generativeai.types.content_types import to_contents",
        "print(to_contents('a'))",
    ),
    "content_types module": (
        "from google.generativeai.types import content_types",
        "print(content_types.ContentDict)",
    ),
    "safety_types": (
        "from google.generativeai.types.safety_types import HarmCategory",
        "print(HarmCategory.HARM_CATEGORY_HARASSMENT)",
    ),
    "safety_types module": (
        "import google.generativeai.types.safety_types as S",
        "print(S.HarmBlockThreshold.BLOCK_NONE)",
    ),
    "file_types": (
        "from google.generativeai.types.file_types import File",
        "print(File)",
    ),
    "file_types module": (
        "from google.generativeai.types import file_types",
        "print(file_types.File)",
    ),
    "protos": ("from google.generativeai import protos", "print(protos.Part(text='a'))"),
    "caching": (
        "from google.generativeai import caching",
        "print(caching.CachedContent.get('a'))",
    ),
    "a private module": (
        "from google.generativeai.generative_models import GenerativeModel",
        "GenerativeModel('m').generate_content('a')",
    ),
    "unknown module": (
        "from google.generativeai.notebook import magics",
        "magics.load()",
    ),
    "glm": ("import google.ai.generativelanguage as glm", "print(glm.Part(text='a'))"),
    "glm dotted": (
        "import google.ai.generativelanguage",
        "print(google.ai.generativelanguage.Part(text='a'))",
    ),
    "glm from google.ai": (
        "from google.ai import generativelanguage as glm",
        "print(glm.Content(parts=[glm.Part(text='a')], role='user'))",
    ),
    "glm name": ("from google.ai.generativelanguage import Part", "print(Part(text='a'))"),
    "glm client": (
        "import google.ai.generativelanguage as glm",
        "print(glm.GenerativeServiceClient())",
    ),
    "glm v1beta": (
        "from google.ai import generativelanguage_v1beta as glm",
        "print(glm.Part(text='a'))",
    ),
    "glm v1beta name": (
        "from google.ai.generativelanguage_v1beta.types import content",
        "print(content.Part(text='a'))",
    ),
    "glm v1beta module": (
        "import google.ai.generativelanguage_v1beta.types.content as C",
        "print(C.Part(text='a'))",
    ),
}


PLACES = {
    "module": "{imports}\n\n{use}\n",
    "function": "def run():\n    {imports}\n    {use}\n\nrun()\n",
    "import inside, use in a nested function": (
        "def run():\n    {imports}\n\n    def inner():\n        return {use}\n\n"
        "    return inner()\n"
    ),
    "method": "class A:\n    def run(self):\n        {imports}\n        return {use}\n",
    "module, used in a function": "{imports}\n\n\ndef run():\n    return {use}\n",
    "module, used in a head": (
        "{imports}\n\n\ndef run(value={use}):\n    return value\n\nif {use}:\n    run()\n"
    ),
    "module, used in a decorator": "{imports}\n\n\n@register({use})\nclass A:\n    pass\n",
    "one-line body": "{imports}\nif True: {use}\n",
    "two statements on a line": "{imports}; {use}\n",
    "try": "try:\n    {imports}\nexcept ImportError:\n    pass\n\n{use}\n",
    "try with a flag": (
        "try:\n    {imports}\n    AVAILABLE = True\nexcept ImportError:\n    AVAILABLE = False\n\n"
        "if AVAILABLE:\n    {use}\n"
    ),
    "try that raises": (
        "try:\n    {imports}\nexcept ImportError as error:\n"
        "    raise ImportError('pip install google-generativeai') from error\n\n{use}\n"
    ),
    "type checking": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    {imports}\n\n"
        "def run():\n    return {use}\n"
    ),
    "unused": "{imports}\n",
    "unused in a function": "def run():\n    {imports}\n",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize(("imports", "use"), SPELLINGS.values(), ids=SPELLINGS)
def test_no_legacy_name_is_left_without_a_marker(imports: str, use: str, place: str) -> None:
    assert_sound(place.format(imports=imports, use=use).encode())


@pytest.mark.parametrize("name", ["GenerativeModel", "configure", "types"])
def test_an_exported_name_does_not_vanish(name: str) -> None:
    assert_sound(f"from google.generativeai import {name}\n\n__all__ = ['{name}']\n".encode())


@pytest.mark.parametrize(
    "imports",
    ["from google.generativeai import *", "from google.generativeai.types import *"],
)
def test_a_star_import_is_marked(imports: str) -> None:
    source = f"{imports}\n\nprint(GenerativeModel)\n".encode()
    assert unmarked_legacy_names(migrated(source).after) == []


@pytest.mark.parametrize(
    "annotation",
    ["X.GenerativeModel", "'X.GenerativeModel'", "list['X.types.GenerateContentResponse']"],
)
def test_an_annotation_is_migrated_or_marked(annotation: str) -> None:
    source = (
        f"import google.generativeai as X\n\n\ndef run(value: {annotation}) -> None:\n    ...\n"
    )
    assert_sound(source.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "import importlib\nX = importlib.import_module('google.generativeai')",
        "X = __import__('google.generativeai')",
    ],
)
def test_a_dynamic_import_is_left_as_valid_code(statement: str) -> None:
    assert_sound(
        f"import google.generativeai as Y\n{statement}\nprint(X, Y.GenerativeModel)\n".encode()
    )
