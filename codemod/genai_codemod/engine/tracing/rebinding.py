"""Whether a variable is given something else while what was made of its value is in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Class, Function, Instance, present
from genai_codemod.engine.syntax.module_syntax import bound_target, literal
from genai_codemod.engine.tracing.origins import origin

_HOMES = (cst.FunctionDef, cst.Lambda)
_BINDING = (cst.AssignTarget, cst.AnnAssign, cst.NamedExpr, cst.For, cst.AsName)
_DEEPEST = 3


class Rebinding:
    """The assignments of variables, and what is made again after each of them."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts.whole

    def matters(self, source: cst.BaseExpression, made: Sequence[cst.CSTNode]) -> bool:
        """Whether ``source`` may be given another value once something was ``made`` of it.

        It does not matter where that is made anew at once, or where every value is the same.
        """
        bound = list(self._bindings(source))
        return not self._are_the_same(bound) and not all(
            self._is_settled(each, made, 0) for each in bound
        )

    def _bindings(self, source: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
        """Where the variable, or the attribute, is given a value."""
        place = self.facts.place(source)
        for node in self.facts.index.nodes(*_BINDING):
            for each in _targets(bound_target(node)):
                if isinstance(each, type(source)) and self.facts.place(each) == place:
                    yield each

    def _are_the_same(self, bound: Sequence[cst.BaseExpression]) -> bool:
        """Whether one call makes all values, of nothing that changes; None aside."""
        values = [present(self.facts.value(_given(self.facts, each))) for each in bound]
        if any(not isinstance(atom, Instance) for value in values for atom in value):
            return False
        sites = {atom.site for value in values for atom in value if isinstance(atom, Instance)}
        return all(self._is_constant(site) for site in sites) and len(sites) == 1

    def _is_constant(self, site: cst.CSTNode) -> bool:
        if not isinstance(site, cst.Call):
            return False
        origins = (origin(self.facts, argument.value) for argument in site.args)
        return all(each is not None and literal(each) is not ... for each in origins)

    # -- what comes after ---------------------------------------------------------------------

    def _is_settled(self, node: cst.CSTNode, made: Sequence[cst.CSTNode], depth: int) -> bool:
        """Whether something is made after each run of a node, or is made of it for the first time.

        The node is an assignment, or a call of the function that the assignment stands in.
        """
        if self._follows(node, made, depth):
            return True
        home = self._home(node)
        if self._is_in_loop(node) or self._is_made_before(node, made, home):
            return False
        here = any(self._home(each) is home for each in made)
        if home is None or (here and self._is_local(node, home)):
            return True
        if not isinstance(home, cst.FunctionDef) or depth > _DEEPEST:
            return False
        calls = self._runs_of(home)
        known = bool(calls) and not self.facts.callers.handing_over(home)
        return _is_constructor(home) or (
            known and all(self._is_settled(call, made, depth + 1) for call in calls)
        )

    def _is_made_before(
        self, node: cst.CSTNode, made: Sequence[cst.CSTNode], home: cst.CSTNode | None
    ) -> bool:
        """Whether something is made earlier in the same function, or in what is called there."""
        position = self.facts.index.position
        todo, seen = list(made), set(made)
        while todo:
            place = todo.pop()
            inner = self._home(place)
            if inner is home:
                if position(place) < position(node) and place is not node:
                    return True
            elif inner is not None:
                new = [each for each in self._runs_of(inner) if each not in seen]
                seen.update(new)
                todo += new
        return False

    def _runs_of(self, function: cst.CSTNode) -> list[cst.BaseExpression]:
        """The calls of a function, and those that make an object which it prepares."""
        calls = list(self.facts.callers.of(function))
        owner = self.facts.enclosing(function, cst.ClassDef)
        if _is_constructor(function) and isinstance(owner, cst.ClassDef):
            calls += [
                call
                for call in self.facts.index.calls
                for atom in self.facts.value(call.func)
                if isinstance(atom, Class) and owner in self.facts.interpreter.family(atom.node)
            ]
        return calls

    def _is_local(self, node: cst.CSTNode, home: cst.CSTNode) -> bool:
        if not isinstance(node, cst.Name):
            return False
        scope = self.facts.index.scope(node).binding_scope(node.value)
        return scope is not None and scope.node is home

    def _follows(self, node: cst.CSTNode, made: Sequence[cst.CSTNode], depth: int) -> bool:
        """Whether something is made in the statements that run after a node."""
        child = node
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, _HOMES):
                return False
            if isinstance(parent, cst.IndentedBlock | cst.Module):
                body: list[cst.CSTNode] = list(parent.body)
                found = self._makes_any(body[body.index(child) + 1 :], made, depth)
                if found is not None:
                    return found
            child = parent
        return False

    def _makes_any(
        self, statements: Sequence[cst.CSTNode], made: Sequence[cst.CSTNode], depth: int
    ) -> bool | None:
        """Whether statements make something before it is used; None if they do neither."""
        for statement in statements:
            if self._makes(statement, made, depth):
                return True
            if any(self._leaves_or_uses(each, made) for each in self.facts.index.within(statement)):
                return False
        return None

    def _leaves_or_uses(self, node: cst.CSTNode, made: Sequence[cst.CSTNode]) -> bool:
        """Whether code returns, calls a method of what was made, or what may do so."""
        if not isinstance(node, cst.Call):
            return isinstance(node, cst.Return)
        return any(
            isinstance(atom, Function | Class)
            or (isinstance(atom, Bound) and atom.instance.site in made)
            for atom in self.facts.value(node.func)
        )

    def _makes(self, statement: cst.CSTNode, made: Sequence[cst.CSTNode], depth: int) -> bool:
        """Whether a statement makes something whenever it runs."""
        match statement:
            case cst.If(body=body, orelse=cst.If() | cst.Else() as other):
                return self._makes(body, made, depth) and self._makes(other, made, depth)
            case cst.Try(body=body) | cst.With(body=body) | cst.Else(body=body):
                return self._makes(body, made, depth)
            case cst.IndentedBlock(body=body):
                return self._makes_any(body, made, depth) is True
            case cst.SimpleStatementLine():
                within = list(self.facts.index.within(statement))
                return any(each in within for each in made) or any(
                    self._calls_what_makes(each, made, depth) for each in within
                )
        return False

    def _calls_what_makes(self, node: cst.CSTNode, made: Sequence[cst.CSTNode], depth: int) -> bool:
        if not isinstance(node, cst.Call) or depth > _DEEPEST:
            return False
        functions = present(self.facts.value(node.func))
        return bool(functions) and all(
            isinstance(each, Function) and self._makes(each.node.body, made, depth + 1)
            for each in functions
        )

    def _home(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return self.facts.enclosing(node, *_HOMES)

    def _is_in_loop(self, node: cst.CSTNode) -> bool:
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, _HOMES):
                return False
            if isinstance(parent, cst.For | cst.While):
                return True
        return False


def _is_constructor(function: cst.CSTNode) -> bool:
    return isinstance(function, cst.FunctionDef) and function.name.value == "__init__"


def _targets(target: cst.BaseExpression | None) -> Iterator[cst.BaseExpression]:
    """The variables and attributes that an assignment binds."""
    if isinstance(target, cst.Tuple | cst.List):
        for element in target.elements:
            yield from _targets(element.value)
    elif target is not None:
        yield target


def _given(facts: Facts, target: cst.BaseExpression) -> cst.BaseExpression | None:
    """What an assignment gives a target; None if that cannot be said."""
    statement = facts.use(target).parent
    value = getattr(statement, "value", None)
    return value if isinstance(value, cst.BaseExpression) else None
