"""Parts and positions of nodes are what LibCST says, which takes much longer to say it."""

from __future__ import annotations

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, PositionProvider

from genai_codemod.engine.syntax.module_syntax import SyntaxIndex
from genai_codemod.engine.syntax.parts import parts, simple_statements, used_names

STATEMENTS = '''"""Text."""  # comment
from __future__ import annotations
import a.b as c, d; from .. import (e, f as g,)
from .h import *

@decorated(1)
class A(B, metaclass=M):
    x: int = 1
    y: str

@first
# between
@second.third()
async def f(a, /, b: int = 1, *args: str, c=2, **kwargs) -> dict[str, int]:
    """Text."""
    global d
    async with open(a) as b, (open(c)): pass
    async for x, *y in z:
        await x
    else:
        yield x
    return (yield from a), lambda u, *v, w=1: u
def g(*, a): nonlocal_name = a; del a, b
type Alias[T: int, *Ts, **P] = list[T]
if a: b
elif (c := d) and not e or -f ** 2 < 3 != 4 is not 5:
    assert a, "b"
else:
    raise E from None
while True:
    if x: break
    continue
else:
    x += 1
try:
    pass
except (A, B) as error:
    pass
else:
    x = y = [*a, b]
finally:
    {**a, "b": c, **d}
try: pass
except* A: pass
match a, b:
    case [1, -2, *rest] | {"k": v, **more} | A(x, y=z) if guard: pass
    case (None | "a" "b") as whole: pass
    case A.B: pass
    case _: pass
'''
EXPRESSIONS = """
x = a if b else c
f(a, *b, key=c, **d)[1:2:3, ..., e](g)(h for h in i if j if k for l in m)
{n: o for n, o in p}, {q for q in r}, [s async for s in t], {*u}
f"{a!r:>{b}} {{}} {c=}" 'text'
rb"bytes", 1.5 + 2j @ 3 // 4
(
    # comment
    a.b . c  # comment
)
"""
PUNCTUATION = (
    cst.LeftParen, cst.RightParen, cst.LeftSquareBracket, cst.RightSquareBracket,
    cst.LeftCurlyBrace, cst.RightCurlyBrace, cst.Comma, cst.Semicolon, cst.Colon, cst.AssignEqual,
    cst.Newline, cst.Comment, cst.EmptyLine, cst.TrailingWhitespace,
    cst.BaseParenthesizableWhitespace,
)  # fmt: skip


@pytest.mark.parametrize("text", [STATEMENTS, EXPRESSIONS, "", "a\r\nb\r\n"])
def test_parts_are_the_children_without_punctuation(text: str) -> None:
    todo: list[cst.CSTNode] = [cst.parse_module(text)]
    while todo:
        node = todo.pop()
        children = [child for child in node.children if not isinstance(child, PUNCTUATION)]
        if isinstance(node, cst.Attribute):
            children = [child for child in children if not isinstance(child, cst.Dot)]
        assert list(map(id, parts(node))) == list(map(id, children)), type(node)
        todo += children


@pytest.mark.parametrize("text", [STATEMENTS, EXPRESSIONS, "# a\r\n\r\nif b:\r\n\tc\r\n"])
def test_positions_are_those_of_libcst(text: str) -> None:
    module = cst.parse_module(text)
    index = SyntaxIndex(module)
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    known = wrapper.resolve(PositionProvider)
    for node in index.parents:
        start = known[node].start
        assert index.position(node) == (start.line, start.column), type(node)


def test_a_node_of_another_module_has_no_position() -> None:
    index = SyntaxIndex(cst.parse_module("\n\na = 1\n"))
    assert index.position(cst.Name("a")) == (1, 0)


def test_nodes_are_found_by_their_class_in_order() -> None:
    index = SyntaxIndex(cst.parse_module(STATEMENTS))
    kinds = (cst.Import, cst.ImportFrom, cst.Try)
    expected = [node for node in index.parents if isinstance(node, kinds)]
    assert len(expected) == 5
    assert index.nodes(*kinds) == expected
    assert index.nodes(cst.BaseCompoundStatement) == [  # type: ignore[type-abstract]
        node for node in index.parents if isinstance(node, cst.BaseCompoundStatement)
    ]


def test_simple_statements_are_found_at_any_depth() -> None:
    module = cst.parse_module("if a:\n    try: b\n    except E: c; d\nelse:\n    lambda: e\n")
    codes = {module.code_for_node(each).strip("; ") for each in simple_statements(module)}
    assert codes == {"b", "c", "d", "lambda: e"}


def test_used_names_are_those_that_are_read_by_name() -> None:
    module = cst.parse_module("import a\nb.c(d=e)\nf = f'{g}'\n")
    assert used_names(module) == {"b", "e", "f", "g"}
