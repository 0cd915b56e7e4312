from __future__ import annotations

import sys
from contextlib import suppress
from subprocess import run

import pytest
from tests.checks import compiles, line_ends, unbound_names, unmarked_legacy_names

from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.engine.result import Migration, SourceError
from genai_codemod.testing import lost_comments

IMPORT = b"import google.generativeai as genai\n"
PROGRAM = (
    IMPORT
    + b"""
genai.configure(api_key="KEY")  # the key
model = genai.GenerativeModel("gemini-1.5-flash", system_instruction="Be brief.")
print(model.generate_content("Hello").text)
"""
)


def migrated(source: bytes) -> Migration:
    return migrate_source(source, load_pack())


def assert_sound(source: bytes) -> bytes:
    """The migrated source, with everything checked that holds for all of them."""
    migration = migrated(source)
    after = migration.after
    assert migration.before == source
    compiles(after)
    assert lost_comments(source, after) == []
    assert unbound_names(after) <= unbound_names(source)
    assert unmarked_legacy_names(after) == []
    again = migrated(after)
    assert again.after == after
    assert again.edits == 0
    return after


UNTOUCHED = {
    "empty": b"",
    "one line end": b"\n",
    "one CRLF": b"\r\n",
    "spaces": b"   \n\t\n",
    "only a comment": b"# nothing here",
    "only comments": b"#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n\n# end\n",
    "only a docstring": b'"""import google.generativeai as genai"""\n',
    "a comment that names the package": b"# import google.generativeai as genai\nx = 1\n",
    "byte order mark": b"\xef\xbb\xbfimport os\n",
    "latin-1": b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
    "form feed": b"import os\n\f\nx = 1\n",
    "the new package": b"from google import genai\nclient = genai.Client()\n",
    "a neighbour": b"import google.generativeai_tools as genai\n",
    "relative": b"from .google import generativeai\nfrom . import generativeai\n",
    "mixed line ends": b"import os\r\nx = 1\ny = 2\r\n",
}


@pytest.mark.parametrize("source", UNTOUCHED.values(), ids=UNTOUCHED)
def test_a_file_without_the_legacy_package_is_not_touched(source: bytes) -> None:
    migration = migrated(source)
    assert migration.after == source
    assert migration.edits == 0
    assert not migration.findings


def test_crlf_stays() -> None:
    after = assert_sound(PROGRAM.replace(b"\n", b"\r\n"))
    assert line_ends(after) == {b"\r\n"}
    assert b"genai.Client(" in after


def test_mixed_line_ends_stay_where_nothing_is_changed() -> None:
    after = assert_sound(PROGRAM + b"x = 1\r\ny = 2\r\n")
    assert after.endswith(b"x = 1\r\ny = 2\r\n")


def test_a_byte_order_mark_stays() -> None:
    after = assert_sound(b"\xef\xbb\xbf" + PROGRAM)
    assert after.startswith(b"\xef\xbb\xbf")
    assert not after.startswith(b"\xef\xbb\xbf\xef\xbb\xbf")
    assert b"genai.Client(" in after


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        (b"# -*- coding: latin-1 -*-\n", "latin-1"),
        (b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\n", "cp1252"),
        (b"# coding: utf-8\n", "utf-8"),
    ],
)
def test_the_declared_encoding_stays(declaration: bytes, encoding: str) -> None:
    after = assert_sound(declaration + PROGRAM + "print('é')  # ü\n".encode(encoding))
    assert after.startswith(declaration)
    assert after.endswith("print('é')  # ü\n".encode(encoding))


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n\n", b"  # end", b"\n# end"])
def test_the_end_of_the_file_stays(end: bytes) -> None:
    after = assert_sound(PROGRAM.rstrip() + end)
    assert after.endswith(b")" + end) or after.endswith(b".text)" + end)


def test_a_form_feed_stays() -> None:
    source = PROGRAM.replace(b"\nmodel", b"\n\f\nmodel")
    assert b"\f" in assert_sound(source)


def test_a_leading_form_feed_is_refused_or_kept() -> None:
    try:
        after = migrated(b"\f" + PROGRAM).after
    except SourceError:
        return
    assert after.startswith(b"\f")


@pytest.mark.parametrize("indent", [b"\t", b"  ", b"        "])
def test_the_indentation_of_the_file_is_used(indent: bytes) -> None:
    body = b"".join(indent + line for line in PROGRAM[len(IMPORT) + 1 :].splitlines(True))
    after = assert_sound(IMPORT + b"def main():\n" + body + b"main()\n")
    lines = after[after.index(b"def main") :].splitlines()[1:]
    assert {line[: len(indent)] for line in lines if line.startswith((b"\t", b" "))} == {indent}


def test_statements_on_one_line_stay_in_order() -> None:
    after = assert_sound(IMPORT + b"; ".join(PROGRAM[len(IMPORT) + 1 :].splitlines()[1:]))
    assert after.index(b"GenerateContentConfig(") < after.index(b".generate_content(")


def test_a_docstring_a_future_import_and_a_shebang_stay_first() -> None:
    head = b'#!/usr/bin/env python\n"""About."""\n\nfrom __future__ import annotations\n\n'
    after = assert_sound(head + PROGRAM)
    assert after.startswith(head.rstrip())


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (IMPORT + b"def f(:\n", 2),
        (IMPORT + b"x = 1\nprint 'old'\n", 3),
        (IMPORT + b"x = (\n", None),
        (IMPORT + b"  x = 1\n", None),
        (IMPORT + b"if x:\n\ty = 1\n        z = 2\n  a = 3\n", None),
        (IMPORT + b"x = 'no end\n", 2),
    ],
)
def test_a_syntax_error_says_where_it_is(source: bytes, line: int | None) -> None:
    with pytest.raises(SourceError) as caught:
        migrated(source)
    assert caught.value.message
    assert caught.value.line >= 1
    if line is not None:
        assert caught.value.line == line


UNREADABLE = {
    "null byte": IMPORT + b"x = 1\x00\n",
    "null byte in a comment": IMPORT + b"# \x00\n",
    "null bytes only": b"\x00\x00",
    "invalid utf-8": IMPORT + b"x = '\xff\xfe'\n",
    "invalid utf-8 in a comment": IMPORT + b"# \xe9\n",
    "utf-16": PROGRAM.decode().encode("utf-16"),
    "unknown encoding": b"# -*- coding: klingon -*-\n" + PROGRAM,
    "declared ascii that is not": b"# coding: ascii\n" + IMPORT + b"# \xc3\xa9\n",
    "carriage returns only": PROGRAM.replace(b"\n", b"\r"),
    "carriage return at the end": PROGRAM + b"\r",
    "text and bytes in one literal": PROGRAM + b"print('a' b'b')\n",
}


@pytest.mark.parametrize("source", UNREADABLE.values(), ids=UNREADABLE)
def test_an_odd_file_is_migrated_or_refused(source: bytes) -> None:
    with suppress(SourceError):
        assert migrated(source).before == source


NESTED = {
    "deep brackets": IMPORT + b"x = " + b"[" * 1_000 + b"]" * 1_000 + b"\n",
    "deep calls": IMPORT + b"x = " + b"f(" * 3_000 + b")" * 3_000 + b"\n",
    "long sum": IMPORT + b"x = " + b"1 + " * 3_000 + b"1\n",
    "long chain": IMPORT + b"x = genai" + b".a" * 3_000 + b"\n",
    "deep blocks": IMPORT + b"".join(b" " * n + b"if x:\n" for n in range(90)) + b" " * 90 + b"y\n",
    "long elif": IMPORT + b"if x:\n    y\n" + b"elif x:\n    y\n" * 2_000,
    "long sum without the legacy package": b"x = " + b"1 + " * 3_000 + b"1\n",
}
# Deep recursion can end the whole process, which must not be the one that runs the tests.
MIGRATE = """
import sys
from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.engine.result import SourceError
source = sys.stdin.buffer.read()
try:
    assert migrate_source(source, load_pack()).before == source
except SourceError as error:
    assert error.message
"""


@pytest.mark.parametrize("source", NESTED.values(), ids=NESTED)
def test_a_deeply_nested_file_is_migrated_or_refused(source: bytes) -> None:
    finished = run([sys.executable, "-c", MIGRATE], input=source, capture_output=True, check=False)
    assert finished.returncode == 0, finished.stderr.decode()[-500:]


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


def test_a_change_is_counted_and_reported() -> None:
    migration = migrated(IMPORT)
    assert (migration.edits == 0) == (migration.after == IMPORT)
    assert bool(migration.findings) == migration.changed


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
