"""Code that is nested as deeply as wanted, in every way that Python has."""

from __future__ import annotations

from collections.abc import Callable

Build = Callable[[int], bytes]

_MOST_INDENTS = 110


def _around(before: bytes, after: bytes = b"", start: bytes = b"x = ", end: bytes = b"\n") -> Build:
    return lambda depth: start + before * depth + b"genai" + after * depth + end


def _blocks(head: bytes, tail: bytes = b"") -> Build:
    def build(depth: int) -> bytes:
        depth = min(depth, _MOST_INDENTS)
        heads = b"".join(b" " * level + head for level in range(depth))
        tails = b"".join(b" " * level + tail for level in reversed(range(depth))) if tail else b""
        return heads + b" " * depth + b"genai\n" + tails

    return build


NESTED: dict[str, Build] = {
    "brackets": _around(b"(", b")"),
    "lists": _around(b"[", b"]"),
    "dicts": _around(b"{1: ", b"}"),
    "sets": _around(b"{", b"}"),
    "calls in calls": _around(b"f(", b")"),
    "keywords in keywords": _around(b"f(a=", b")"),
    "spreads": _around(b"f(**", b")"),
    "generators": _around(b"f(", b" for a in b)"),
    "comprehensions": _around(b"[", b" for a in b]"),
    "subscripts in subscripts": _around(b"a[", b"]"),
    "slices": _around(b"a[1:", b"]"),
    "lambdas": _around(b"lambda: "),
    "lambdas with parameters": _around(b"lambda a, *b, c=1: "),
    "lambdas as defaults": _around(b"lambda a=", b": 1"),
    "named": _around(b"(a := ", b")"),
    "not": _around(b"not "),
    "signs": _around(b"-+~"),
    "awaits": _around(b"(await ", b")"),
    "yields": _around(b"(yield ", b")"),
    "sum": _around(b"1 + "),
    "sum on the right": _around(b"", b" + 'a'"),
    "power": _around(b"2 ** "),
    "and": _around(b"a and "),
    "comparisons": _around(b"a < "),
    "not in": _around(b"a not in "),
    "conditions": _around(b"a if b else "),
    "conditions in front": _around(b"", b" if b else c"),
    "attributes": _around(b"", b".a"),
    "calls": _around(b"", b"()"),
    "methods": _around(b"", b".a(b, c)"),
    "subscripts": _around(b"", b"[')', 1]"),
    "strings": lambda depth: b"x = (" + b"'a' " * depth + b")\n",
    "strings on lines": lambda depth: b"x = (" + b"'a'\n" * depth + b")\n",
    "assignments": lambda depth: b"x = " * depth + b"genai\n",
    "f-strings": _around(b"f'{", b"}'"),
    "brackets in an f-string": _around(b"(", b")", b"x = f'{", b"}'\n"),
    "sum in an f-string": _around(b"1 + ", b"", b"x = f'{", b"}'\n"),
    "formats": lambda depth: b"x = f'" + b"{a:" * depth + b"}" * depth + b"'\n",
    "decorators": lambda depth: b"@genai\n" * depth + b"def f(): pass\n",
    "a dotted decorator": _around(b"", b".a", b"@", b"\ndef f(): pass\n"),
    "a dotted import": lambda depth: b"import google.generativeai" + b".a" * depth + b"\n",
    "dots": lambda depth: b"from " + b"." * depth + b" import genai\n",
    "statements": lambda depth: b"genai;" * depth + b"\n",
    "arguments": lambda depth: b"genai.configure(" + b"a, " * depth + b")\n",
    "elif": lambda depth: b"if genai:\n  y\n" + b"elif genai(1, 2):\n  y, z\n" * depth,
    "handlers": lambda depth: b"try:\n  x\n" + b"except A:\n  genai\n" * depth,
    "deletions": lambda depth: b"del " + b"(" * depth + b"genai" + b")" * depth + b"\n",
    "targets": lambda depth: b"[" * depth + b"genai" + b",]" * depth + b" = 1\n",
    "annotations": _around(b"a[", b"]", b"x: ", b" = 1\n"),
    "unions": _around(b"", b" | None", b"x: ", b" = 1\n"),
    "sequences in a pattern": _around(b"[", b"]", b"match x:\n  case ", b": pass\n"),
    "classes in a pattern": _around(b"A(", b")", b"match x:\n  case ", b": pass\n"),
    "mappings in a pattern": _around(b"{1: ", b"}", b"match x:\n  case ", b": pass\n"),
    "alternatives in a pattern": _around(b"1 | ", b"", b"match x:\n  case ", b": pass\n"),
    "cases": lambda depth: b"match genai:\n" + b"  case 1: genai\n" * depth,
    "items of with": lambda depth: b"with " + b"genai as a, " * depth + b"b: pass\n",
    "ifs": _blocks(b"if genai:\n"),
    "ifs with else": _blocks(b"if genai:\n", b"else: genai\n"),
    "loops": _blocks(b"for a in genai:\n", b"else: genai\n"),
    "whiles": _blocks(b"while genai:\n"),
    "withs": _blocks(b"with (genai as a):\n"),
    "tries": _blocks(b"try:\n", b"finally: genai\n"),
    "handlers in handlers": _blocks(b"try:\n", b"except A: genai\n"),
    "functions": _blocks(b"def f(a=genai):\n"),
    "classes": _blocks(b"class A(genai.A):\n"),
    "continuations": lambda depth: b"x = genai " + b"\\\n" * depth + b"+ 1\n",
    "open brackets": lambda depth: b"x = " + b"(" * depth + b"\n",
    "closed brackets": lambda depth: b"x = " + b")" * depth + b"\n",
    "open f-string": lambda depth: b"x = f'" + b"{" * depth + b"\n",
    "quotes": lambda depth: b"x = " + b"'" * depth + b"\n",
    "backslashes": lambda depth: b"x = '" + b"\\" * depth + b"\n",
    "digits": lambda depth: b"x = " + b"1" * depth + b"\n",
    "underscores": lambda depth: b"genai" + b"_" * depth + b" = 1\n",
}
