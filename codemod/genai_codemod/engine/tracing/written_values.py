"""Variables that are bound once, written out where they are read.

For the analysis what such a variable holds stands where it is read, so that it is rewritten like
anything else.  Where it did not change the variable is put back; one that is not read any more
goes, and its comments stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, takewhile

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.syntax.comments import comments
from genai_codemod.engine.syntax.module_syntax import Scope, source_of
from genai_codemod.engine.tracing.late_names import rebound_names

_SCOPES = (cst.FunctionDef, cst.Module)
# How many blanks there are at least where something is noted; nobody writes as many.
_BLANKS = 40


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, the statement that binds it, and what it holds.

    ``given`` are arguments that each call of it has beside its own, as ``functools.partial`` does.
    """

    statement: cst.Assign
    name: str
    value: cst.BaseExpression
    given: tuple[cst.Arg, ...] = ()


def bound_once(facts: Facts, statement: cst.Assign) -> str | None:
    """The variable of a function or module that only this statement binds, and only here."""
    target = statement.targets[0].target
    line = facts.index.parents.get(statement)
    alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
    if not alone or len(statement.targets) != 1 or not isinstance(target, cst.Name):
        return None
    scope = facts.index.scope(target).binding_scope(target.value)
    if scope is None or not is_steady(facts, scope, target.value):
        return None
    shown = scope.node is facts.module and _is_named_elsewhere(facts, target.value)
    return None if shown else target.value


def is_steady(facts: Facts, scope: Scope, name: str) -> bool:
    """Whether a variable of a function or module is bound once, as far as can be seen."""
    if not isinstance(scope.node, _SCOPES) or name in rebound_names(scope.node):
        return False
    scopes = facts.index.scopes.values()
    return not any(name in each.global_names | each.nonlocal_names for each in scopes)


def _is_named_elsewhere(facts: Facts, name: str) -> bool:
    """Whether another module names it, or a string does, as in ``__all__``."""
    others = (each for each in facts.whole.index.nodes(cst.Name) if each not in facts.index)
    if any(isinstance(each, cst.Name) and each.value == name for each in others):
        return True
    return any(each.raw_value == name for each in facts.index.nodes(cst.SimpleString))


def reads_of(facts: Facts, statement: cst.Assign, name: str) -> Iterator[cst.Name]:
    """Where a variable is read that a statement binds."""
    index = facts.index
    scope = index.scope(statement.targets[0].target).binding_scope(name)
    for node in index.nodes(cst.Name):
        if isinstance(node, cst.Name) and node.value == name and _is_read(facts, node):
            if index.scope(node).binding_scope(name) is scope:
                yield node


def _is_read(facts: Facts, node: cst.Name) -> bool:
    match facts.index.parents.get(node):
        case cst.Attribute(attr=name) | cst.Arg(keyword=name) if name is node:
            return False
        case cst.AssignTarget() | cst.AnnAssign() | cst.NameItem():
            return False
        case cst.Param(name=name) if name is node:
            return False
    return True


@dataclass(frozen=True, slots=True)
class WrittenValues:
    """A module with what variables hold written where they were read.

    ``places`` are the variables by the source of what stands for them: something in parentheses
    with blanks that nobody else writes.  ``given`` says of those that are called how many arguments
    were written before and behind their own.  ``called`` are the sources of methods that stand in
    lambdas.
    """

    module: cst.Module
    places: Mapping[str, Variable]
    given: Mapping[str, tuple[int, int]]
    called: frozenset[str]

    def restored(self, after: cst.Module) -> cst.Module:
        """A later form of the module, with the variables that are still needed."""
        namer = _Namer(self)
        named = after.visit(namer)
        assert isinstance(named, cst.Module)
        finished = named.visit(_Finisher(self.places, namer.needed))
        assert isinstance(finished, cst.Module)
        return finished


def write_values(
    facts: Facts, variables: Sequence[Variable], methods: Mapping[cst.Attribute, str]
) -> WrittenValues:
    """A module with what variables hold written out, and methods as lambdas of one argument."""
    writer = _Writer(facts, variables, methods)
    module = facts.module.visit(writer)
    assert isinstance(module, cst.Module)
    return WrittenValues(module, writer.places, writer.given, frozenset(writer.called))


class _Writer(cst.CSTTransformer):
    """Writes what variables hold where they are read, and nothing where they were bound."""

    def __init__(
        self, facts: Facts, variables: Sequence[Variable], methods: Mapping[cst.Attribute, str]
    ) -> None:
        super().__init__()
        self._methods = methods
        self.called: list[str] = []
        self._statements = {each.statement: each for each in variables}
        self._reads = {
            node: each for each in variables for node in reads_of(facts, each.statement, each.name)
        }
        self._numbers = count(1)
        self.places: dict[str, Variable] = {}
        self.given: dict[str, tuple[int, int]] = {}

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        variable = self._statements.get(original_node)
        if variable is None:
            return updated_node
        nothing = self._noted(variable, cst.Tuple([]), source_of(original_node.value).count("\n"))
        return original_node.with_changes(value=nothing)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        variable = self._reads.get(original_node)
        if variable is None:
            return updated_node
        return self._noted(variable, variable.value.deep_clone())

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        variable = self._reads.get(original_node.func)  # type: ignore[call-overload]
        if variable is None or not variable.given:
            return updated_node
        own = {each.keyword.value for each in updated_node.args if each.keyword is not None}
        first = [each for each in variable.given if each.keyword is None]
        last = [each for each in variable.given if each.keyword and each.keyword.value not in own]
        self.given[source_of(updated_node.func)] = len(first), len(last)
        return updated_node.with_changes(args=[*first, *updated_node.args, *last])

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        name = self._methods.get(original_node)
        if name is None:
            return updated_node
        method = self._laid_out(updated_node)
        self.called.append(source_of(method))
        parameters = cst.Parameters([cst.Param(cst.Name(name))])
        return cst.Lambda(parameters, cst.Call(method, [cst.Arg(cst.Name(name))]))

    def _noted(
        self, variable: Variable, value: cst.BaseExpression, lines: int = 0
    ) -> cst.BaseExpression:
        """What a variable holds, so that it is found again."""
        made = self._laid_out(value, lines)
        self.places[source_of(made)] = variable
        return made

    def _laid_out(self, value: cst.BaseExpression, lines: int = 0) -> cst.BaseExpression:
        """An expression that is laid out like no other, over some lines."""
        blanks = cst.SimpleWhitespace(" " * (_BLANKS + next(self._numbers)))
        space = cst.ParenthesizedWhitespace(
            empty_lines=[cst.EmptyLine(indent=False)] * (lines - 1), last_line=blanks
        )
        opened = cst.LeftParen(space if lines else blanks)
        return value.with_changes(lpar=[opened], rpar=[cst.RightParen()])


class _Namer(cst.CSTTransformer):
    """Names the variables again where what they hold did not change; those are ``needed``."""

    def __init__(self, written: WrittenValues) -> None:
        super().__init__()
        self._written = written
        self.needed: set[Variable] = set()

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        first, last = self._written.given.get(source_of(original_node.func), (0, 0))
        own = updated_node.args[first : len(updated_node.args) - last]
        return self._named(original_node, updated_node.with_changes(args=own))

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        return self._named(original_node, updated_node)

    def leave_Tuple(self, original_node: cst.Tuple, updated_node: cst.Tuple) -> cst.BaseExpression:
        return self._named(original_node, updated_node) if original_node.elements else updated_node

    def _named(
        self, original: cst.BaseExpression, updated: cst.BaseExpression
    ) -> cst.BaseExpression:
        if not original.lpar or len(source_of(original.lpar[0])) <= _BLANKS:
            return updated
        variable = self._written.places.get(source_of(original))
        if variable is not None:
            self.needed.add(variable)
            return cst.Name(variable.name)
        kept = [cst.LeftParen()] if isinstance(updated, cst.Tuple) else []
        return updated.with_changes(lpar=kept, rpar=updated.rpar if kept else [])


class _Finisher(cst.CSTTransformer):
    """Puts back what the variables held that are ``needed``, and drops the others."""

    def __init__(self, places: Mapping[str, Variable], needed: Collection[Variable]) -> None:
        super().__init__()
        self._places = places
        self._needed = needed

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
            variable = self._bound(statement)
            if variable is not None and variable not in self._needed:
                above += _left_of(statement, variable)
                continue
            if variable is not None:
                statement = statement.with_changes(body=[variable.statement])
            finished.append(_below(statement, above) if above else statement)
            above = []
        return finished

    def _bound(self, statement: cst.BaseStatement) -> Variable | None:
        """The variable that a statement bound."""
        match statement:
            case cst.SimpleStatementLine(body=[cst.Assign(value=cst.Tuple(elements=[]) as value)]):
                return self._places.get(source_of(value))
        return None


def _left_of(statement: cst.BaseStatement, variable: Variable) -> list[cst.EmptyLine]:
    """The blank lines and comments above a statement that goes, and those in it."""
    assert isinstance(statement, cst.SimpleStatementLine)
    texts = comments(variable.statement)
    end = statement.trailing_whitespace.comment
    texts += [end.value] if end is not None else []
    noted = [cst.EmptyLine(comment=cst.Comment(text)) for text in texts]
    return [*statement.leading_lines, *noted]


def _below(statement: cst.BaseStatement, above: Sequence[cst.EmptyLine]) -> cst.BaseStatement:
    """A statement with the lines above it of what stood there before, without more blank ones."""
    own: Sequence[cst.EmptyLine] = statement.leading_lines  # type: ignore[attr-defined]
    if any(line.comment is not None for line in above):
        return statement.with_changes(leading_lines=[*above, *own])
    blank = max((list(_blank(lines)) for lines in (above, own)), key=len)
    noted = own[len(list(_blank(own))) :]
    return statement.with_changes(leading_lines=[*blank, *noted])


def _blank(lines: Sequence[cst.EmptyLine]) -> Iterator[cst.EmptyLine]:
    """The blank lines that others begin with."""
    return takewhile(lambda line: line.comment is None, lines)
