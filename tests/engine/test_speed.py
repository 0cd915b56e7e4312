"""What makes the engine fast changes nothing else."""

import gc

import libcst as cst
import pytest
from libcst.metadata import MetadataWrapper, WhitespaceInclusivePositionProvider

from genai_codemod.engine import load_pack
from genai_codemod.engine.flow.held import Held
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.statements import analyse
from genai_codemod.engine.flow.values import Instance, Plain, Symbol, Value
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex
from genai_codemod.engine.syntax.parsing import parse_module
from genai_codemod.engine.syntax.positions import Positions
from genai_codemod.engine.syntax.quick_nodes import without_checks


def test_nodes_are_the_same_only_if_they_are_one() -> None:
    one, other = cst.Name("a"), cst.Name("a")
    assert one != other
    assert one in [one]
    assert len({one, other, one}) == 2


def test_only_the_parser_makes_nodes_without_checks() -> None:
    assert gc.isenabled()
    with without_checks():
        cst.Name("")
        assert not gc.isenabled()
    assert gc.isenabled()
    parse_module(b"a = 1\n")
    with pytest.raises(cst.CSTValidationError):
        cst.Name("")


def test_checks_come_back_after_code_that_is_no_python() -> None:
    with pytest.raises(cst.ParserSyntaxError), without_checks():
        cst.parse_module("a = = 1\n")
    with pytest.raises(cst.CSTValidationError):
        cst.Name("")


def test_blanks_have_positions_where_libcst_gives_them_some() -> None:
    wrapper = MetadataWrapper(cst.parse_module("a  = 1\n"))
    positions = wrapper.resolve(WhitespaceInclusivePositionProvider)
    places = {
        (place.start.column, place.end.column)
        for node, place in positions.items()
        if isinstance(node, cst.SimpleWhitespace)
    }
    assert {(1, 3), (4, 5)} <= places


def test_nodes_are_what_their_classes_derive_from() -> None:
    name = cst.Name("a")
    assert isinstance(name, cst.BaseExpression | cst.BaseStatement)
    assert not isinstance(name, cst.BaseStatement)
    assert issubclass(cst.If, cst.BaseCompoundStatement)
    with pytest.raises(TypeError, match="abstract"):
        cst.BaseExpression()  # type: ignore[abstract]


def test_the_code_that_was_compared_tells_the_positions() -> None:
    parsed = parse_module(b"# one\n\nif a:\n    b = (\n        c)\nd\n")
    index = SyntaxIndex(parsed.tree, parsed.positions)
    fresh = SyntaxIndex(parsed.tree)
    places = {node: index.position(node) for node in index.parents}
    assert places == {node: fresh.position(node) for node in fresh.parents}
    assert sorted(set(places.values())) == [(3, 0), (3, 3), (4, 4), (5, 8), (6, 0)]


def test_positions_of_another_tree_are_not_taken() -> None:
    module, other = cst.parse_module("a\n"), cst.parse_module("\n\na\n")
    index = SyntaxIndex(module, Positions(other))
    assert {index.position(node) for node in index.parents} == {(1, 0)}


def test_values_are_found_by_what_they_can_be_in_order() -> None:
    nodes = [cst.Name(name) for name in "abcd"]
    text: Value = frozenset({Plain("str")})
    made: Value = frozenset({Instance("Model", nodes[0]), Plain("None")})
    named: Value = frozenset({Symbol("a.b")})
    held = Held(dict(zip(nodes, (named, text, made, named | made), strict=True)))
    assert held.of(Symbol) == [(nodes[0], named), (nodes[3], named | made)]
    assert [node for node, _ in held.of(Instance, Symbol)] == [nodes[0], nodes[2], nodes[3]]
    assert [held.may_be(node, Instance) for node in nodes] == [False, False, True, True]


LOOPS = """\
import a

first = None
for each in a.all():
    for other in each.parts:
        use(first, other)
        if other:
            first = a.make(other)
            continue
    late = first
while late:
    late = None
"""


def test_a_value_from_the_end_of_a_loop_is_known_at_its_start() -> None:
    module = cst.parse_module(LOOPS)
    values = analyse([SourceModule("", SyntaxIndex(module))], load_pack()).values
    use = next(each for each in values if isinstance(each, cst.Call) and len(each.args) == 2)
    seen = values[use.args[0].value]
    assert Plain("None") in seen
    assert len(seen) > 1
