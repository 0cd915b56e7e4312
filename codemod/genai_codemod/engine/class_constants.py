"""Constants that hold exception classes: ``RETRYABLE = (ResourceExhausted, ServiceUnavailable)``.

For the analysis the classes are written where the constant is read, in handlers and in what tells
others which errors to handle, so that each is rewritten like any other.  Where they did not change
the constant is put back; one that nothing reads any more goes.
"""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, takewhile

import libcst as cst

from genai_codemod.engine.comments import comments
from genai_codemod.engine.facts import Facts
from genai_codemod.engine.late_names import rebound_names
from genai_codemod.engine.parts import within
from genai_codemod.engine.rules import RulePack
from genai_codemod.engine.signature import source_of
from genai_codemod.engine.syntax import Scope, SyntaxIndex, dotted_name
from genai_codemod.engine.values import Symbol

_SCOPES = (cst.FunctionDef, cst.Module)
_BUILTIN = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception)
)
# How many blanks there are at least where a tuple is noted; nobody writes as many.
_BLANKS = 40


@dataclass(frozen=True, slots=True)
class _Constant:
    """A constant: the statement that binds it, its name, and the tuple of classes."""

    statement: cst.Assign
    name: str
    classes: cst.Tuple


def holds_classes(index: SyntaxIndex, pack: RulePack) -> bool:
    """Whether there are tuples that may hold exception classes, by the names of these."""
    last = {name.rpartition(".")[2] for name in pack.exceptions} | _BUILTIN
    return any(
        (dotted_name(element.value) or "").rpartition(".")[2] in last
        for _, classes in _assigned(index)
        for element in classes.elements
    )


def _assigned(index: SyntaxIndex) -> Iterator[tuple[cst.Assign, cst.Tuple]]:
    for node in index.nodes(cst.Assign):
        if isinstance(node.value, cst.Tuple):
            yield node, node.value


@dataclass(frozen=True, slots=True)
class WrittenConstants:
    """A module with the classes written where constants were read.

    ``originals`` are the constants by their names, and ``places`` those names by the source of what
    stands for them: a tuple with blanks that nobody else writes.
    """

    module: cst.Module
    originals: Mapping[str, cst.Tuple]
    places: Mapping[str, str]

    def restored(self, after: cst.Module) -> cst.Module:
        """A later form of the module, with the constants that are still needed."""
        named = after.visit(_Namer(self.places))
        assert isinstance(named, cst.Module)
        finished = named.visit(_Finisher(self, named))
        assert isinstance(finished, cst.Module)
        return finished


def write_classes(facts: Facts) -> WrittenConstants | None:
    """The module with its constants written out; None where there are none to write out."""
    constants = [
        constant
        for statement, classes in _assigned(facts.index)
        if (constant := _constant(facts, statement, classes)) is not None
    ]
    if not constants:
        return None
    writer = _Writer(facts, constants)
    module = facts.module.visit(writer)
    assert isinstance(module, cst.Module)
    originals = {each.name: each.classes for each in constants}
    return WrittenConstants(module, originals, writer.places)


def _constant(facts: Facts, statement: cst.Assign, classes: cst.Tuple) -> _Constant | None:
    target = statement.targets[0].target
    line = facts.index.parents.get(statement)
    alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
    if not alone or len(statement.targets) != 1 or not isinstance(target, cst.Name):
        return None
    if not all(_is_name(element) for element in classes.elements):
        return None
    if not any(_is_handled(facts.pack, name) for name in _names(facts, classes)):
        return None
    scopes = [each for each in facts.index.scopes.values() if target.value in each.names]
    if len(scopes) != 1 or not _is_bound_once(facts, scopes[0], target.value):
        return None
    return _Constant(statement, target.value, classes)


def _is_name(element: cst.BaseElement) -> bool:
    return isinstance(element, cst.Element) and dotted_name(element.value) is not None


def _is_handled(pack: RulePack, name: str) -> bool:
    """Whether it matters to what is migrated that an exception class is named in a handler."""
    rule = pack.exceptions.get(name)
    builtin = name.removeprefix("builtins.")
    return builtin in _BUILTIN if rule is None else rule.becomes is not None


def _names(facts: Facts, classes: cst.Tuple) -> Iterator[str]:
    for element in classes.elements:
        for atom in facts.value(element.value):
            if isinstance(atom, Symbol):
                yield atom.name


def _is_bound_once(facts: Facts, scope: Scope, name: str) -> bool:
    """Whether a name is always the same, and no other module is seen to read it."""
    if not isinstance(scope.node, _SCOPES) or name in rebound_names(scope.node):
        return False
    if any(name in each.global_names | each.nonlocal_names for each in facts.index.scopes.values()):
        return False
    if isinstance(scope.node, cst.FunctionDef):
        return True
    return not _is_named_elsewhere(facts, name)


def _is_named_elsewhere(facts: Facts, name: str) -> bool:
    """Whether another module names it, or a string does, as in ``__all__``."""
    others = (each for each in facts.whole.index.nodes(cst.Name) if each not in facts.index)
    strings = (each for each in facts.index.nodes(cst.SimpleString) if each.raw_value == name)
    return any(isinstance(each, cst.Name) and each.value == name for each in others) or any(strings)


class _Writer(cst.CSTTransformer):
    """Writes the classes where constants are read, and nothing where they were bound."""

    def __init__(self, facts: Facts, constants: Sequence[_Constant]) -> None:
        super().__init__()
        self._facts = facts
        self._constants = {each.name: each for each in constants}
        self._statements = {each.statement: each for each in constants}
        self._numbers = count(1)
        self.places: dict[str, str] = {}

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        constant = self._statements.get(original_node)
        if constant is None:
            return updated_node
        return original_node.with_changes(value=self._noted(constant, []))

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        constant = self._constants.get(original_node.value)
        if constant is None or not self._is_read(original_node):
            return updated_node
        elements = [
            cst.Element(element.value.deep_clone()) for element in constant.classes.elements
        ]
        return self._noted(constant, elements)

    def _is_read(self, node: cst.Name) -> bool:
        parent = self._facts.index.parents.get(node)
        match parent:
            case cst.Attribute(attr=name) | cst.Arg(keyword=name) if name is node:
                return False
            case cst.AssignTarget() | cst.AnnAssign() | cst.Param():
                return False
        return True

    def _noted(self, constant: _Constant, elements: Sequence[cst.Element]) -> cst.Tuple:
        """A tuple that is laid out like no other; an empty one has the lines of the constant."""
        blanks = cst.SimpleWhitespace(" " * (_BLANKS + next(self._numbers)))
        lines = 0 if elements else source_of(constant.classes).count("\n")
        if len(elements) == 1:
            elements = [elements[0].with_changes(comma=cst.Comma())]
        space = cst.ParenthesizedWhitespace(
            empty_lines=[cst.EmptyLine(indent=False)] * (lines - 1), last_line=blanks
        )
        made = cst.Tuple(elements, lpar=[cst.LeftParen(space if lines else blanks)])
        self.places[source_of(made)] = constant.name
        return made


class _Namer(cst.CSTTransformer):
    """Names the constants again where their classes did not change."""

    def __init__(self, places: Mapping[str, str]) -> None:
        super().__init__()
        self._places = places

    def leave_Tuple(self, original_node: cst.Tuple, updated_node: cst.Tuple) -> cst.BaseExpression:
        if not original_node.elements:
            return updated_node
        name = self._places.get(source_of(original_node))
        if name is not None:
            return cst.Name(name)
        blanks = source_of(original_node.lpar[0])[1:] if original_node.lpar else ""
        return updated_node if len(blanks) < _BLANKS else _plain(updated_node)


class _Finisher(cst.CSTTransformer):
    """Puts back the classes of constants that are still read, and drops the others."""

    def __init__(self, written: WrittenConstants, named: cst.Module) -> None:
        super().__init__()
        self._written = written
        names = Counter(node.value for node in within(named) if isinstance(node, cst.Name))
        self._read = {name for name in written.originals if names[name] > 1}

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        return updated_node.with_changes(body=self._finished(updated_node.body))

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body = self._finished(updated_node.body)
        return updated_node.with_changes(body=body or [cst.SimpleStatementLine([cst.Pass()])])

    def _finished(self, body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
        finished: list[cst.BaseStatement] = []
        above: list[cst.EmptyLine] = []
        for statement in body:
            name = self._bound(statement)
            if name in self._read:
                statement = _with_value(statement, self._written.originals[name])
            elif name is not None:
                above += self._left_of(statement, name)
                continue
            finished.append(_below(statement, above) if above else statement)
            above = []
        return finished

    def _bound(self, statement: cst.BaseStatement) -> str | None:
        """The constant that a statement bound."""
        match statement:
            case cst.SimpleStatementLine(body=[cst.Assign(value=cst.Tuple(elements=[]) as value)]):
                return self._written.places.get(source_of(value))
        return None

    def _left_of(self, statement: cst.BaseStatement, name: str) -> list[cst.EmptyLine]:
        """The blank lines and comments above what goes, and those in it."""
        assert isinstance(statement, cst.SimpleStatementLine)
        texts = comments(self._written.originals[name])
        end = statement.trailing_whitespace.comment
        texts += [end.value] if end is not None else []
        noted = [cst.EmptyLine(comment=cst.Comment(text)) for text in texts]
        return [*statement.leading_lines, *noted]


def _below(statement: cst.BaseStatement, above: Sequence[cst.EmptyLine]) -> cst.BaseStatement:
    """A statement with the lines above it of what stood there before, without more blank ones."""
    own: Sequence[cst.EmptyLine] = statement.leading_lines  # type: ignore[attr-defined]
    blank = max((list(_blank(lines)) for lines in (above, own)), key=len)
    noted = [line for line in (*above, *own) if line.comment is not None]
    return statement.with_changes(leading_lines=[*blank, *noted])


def _blank(lines: Sequence[cst.EmptyLine]) -> Iterator[cst.EmptyLine]:
    """The blank lines that others begin with."""
    return takewhile(lambda line: line.comment is None, lines)


def _with_value(statement: cst.BaseStatement, value: cst.Tuple) -> cst.BaseStatement:
    assert isinstance(statement, cst.SimpleStatementLine)
    (assign,) = statement.body
    return statement.with_changes(body=[assign.with_changes(value=value)])


def _plain(made: cst.Tuple) -> cst.Tuple:
    return made.with_changes(lpar=[cst.LeftParen(), *made.lpar[1:]])
