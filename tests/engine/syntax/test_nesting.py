from __future__ import annotations

from subprocess import run
from sys import executable

import pytest

from genai_codemod.engine.result import SourceError
from genai_codemod.engine.syntax.nesting import check_nesting

MANY = 5_000
# Each of these ends the process of LibCST's parser, or keeps it busy for minutes.
DEADLY = {
    "sum": "x = " + "1 + " * MANY + "1\n",
    "power": "x = " + "1 ** " * MANY + "1\n",
    "and": "x = " + "a and " * MANY + "1\n",
    "attributes": "x = a" + ".b" * MANY + "\n",
    "calls": "x = a" + "()" * MANY + "\n",
    "methods over several lines": "x = (a" + "\n.b()" * MANY + ")\n",
    "subscripts": "x = a" + "[0, 1]" * MANY + "\n",
    "not": "x = " + "not " * MANY + "1\n",
    "signs": "x = " + "-~" * MANY + "1\n",
    "lambda": "x = " + "lambda a, b: " * MANY + "1\n",
    "strings": "x = (" + "'a'\n" * MANY + ")\n",
    "conditions": "x = " + "1 if a else " * MANY + "1\n",
    "elif": "if x:\n    y\n" + "elif x in (1, 2):\n    y, z\n" * MANY,
    "brackets": "x = " + "(" * MANY + ")" * MANY + "\n",
    "brackets that stay open": "x = " + "(" * MANY,
    "named": "x = " + "(a:=" * 300 + "1" + ")" * 300 + "\n",
    "f-string in f-string": "x = " + "f'{" * MANY + "1" + "}'" * MANY + "\n",
    "formats of formats": "x = f'" + "{a:" * MANY + "}" * MANY + "'\n",
    "sum in an f-string": "x = f'{" + "1 + " * MANY + "1}'\n",
    "dotted import": "import a" + ".b" * MANY + "\n",
    "dotted decorator": "@a" + ".b" * MANY + "\ndef f(): pass\n",
    "pattern": "match x:\n  case " + "[" * 12 + "]" * 12 + ": pass\n",
    "pattern of classes": "match x:\n  case 1: pass\n  case (" + "A(" * 20 + ")" * 21 + ": pass\n",
    "alternatives": "match x:\n  case " + "1|" * MANY + "1: pass\n",
    "strings with brackets": "x = a" + "[')', 1]" * MANY + "\n",
    "strings without spaces": "x = a" + " if'a'else'b'" * MANY + "\n",
    "carriage returns": "y = 1\rx = " + "1 + " * MANY + "1\r",
}
# As long, and flat.
HARMLESS = {
    "list": "x = [" + "a.b, " * MANY + "]\n",
    "dict": "x = {" + "'a': [1, 2], " * MANY + "}\n",
    "arguments": "f(" + "a=-1, " * MANY + ")\n",
    "statements": "x.y = a.b + c.d\n" * MANY,
    "statements on a line": "x.y = 1; " * MANY + "\n",
    "lambdas": "x = [" + "lambda a, b: 1, " * MANY + "]\n",
    "ifs": "if a:\n    b\nelif c:\n    d\nelse:\n    e\n" * MANY,
    "text": 'x = """' + "A sentence. (And: more - of it.\n" * MANY + '"""\n',
    "f-string": 'x = f"""' + "Name: {a.b} - 'x' {{ }}\n" * MANY + '"""\n',
    "case, no pattern": "case = " + "[" * 20 + "]" * 20 + "\ncase.a(((((((((1)))))))))\n",
    "branches in branches": ("if a:\n  b\n" + "elif c:\n  if d:\n    e\n  elif f:\n    g\n" * 300)
    * 9,
    "comment": "# " + "-" * MANY + "\n",
}


@pytest.mark.parametrize("source", DEADLY.values(), ids=DEADLY)
def test_what_would_end_the_process_is_an_error(source: str) -> None:
    with pytest.raises(SourceError, match="is nested too deeply"):
        check_nesting("import a\n" + source)


@pytest.mark.parametrize("source", HARMLESS.values(), ids=HARMLESS)
def test_what_is_long_and_flat_is_none(source: str) -> None:
    check_nesting(source)


def test_the_place_is_named() -> None:
    with pytest.raises(SourceError) as caught:
        check_nesting("import a\n\nx = " + "1 + " * MANY + "1\n")
    assert (caught.value.line, caught.value.column) == (3, 4_002)


def test_what_is_let_through_does_not_end_the_process() -> None:
    """At the limit, with a quarter of the usual stack."""
    chains = ["a and " * 995 + "1", "lambda: " * 490 + "1", "1 if a else " * 495 + "1"]
    source = "".join(f"x = {chain}\n" for chain in chains)
    check_nesting(source)
    code = (
        "import resource, sys, libcst\n"
        "resource.setrlimit(resource.RLIMIT_STACK, (1 << 21, 1 << 21))\n"
        "for line in sys.stdin:\n"
        "    libcst.parse_module(line)\n"
    )
    done = run([executable, "-c", code], input=source, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
