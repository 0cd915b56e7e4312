"""Where a module has certainly configured the SDK itself, before something else runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function, Symbol, present
from genai_codemod.engine.tracing.block_ends import ends
from genai_codemod.engine.tracing.homes import Home, always_runs, home_of


def configurations(facts: Facts) -> set[cst.Call]:
    """The calls of a module that configure the SDK, rewritten or not."""
    return {
        call
        for call, rules in facts.bindings.items()
        if any(rule.mechanism == "configuration" for rule in rules)
    }


def keys_given(
    facts: Facts, beside: Collection[str] | None = None
) -> Iterator[cst.BaseExpression | cst.MaybeSentinel | None]:
    """The key that each configuration of a module is given, or a sentinel where it has none.

    None where one is given anything else than a key and parameters ``beside`` it, which are those
    that the new client has no use for if none are given.
    """
    for call, rules in facts.bindings.items():
        for rule, binding in rules.items():
            if rule.mechanism == "configuration":
                given = {name: call.args[at].value for name, at in binding.arguments.items()}
                allowed = rule.drops if beside is None else beside
                if binding.unmatched or given.keys() - {"api_key", *allowed}:
                    yield None
                else:
                    yield given.get("api_key", cst.MaybeSentinel.DEFAULT)


class Configured:
    """Answers whether the configurations of one module run before its nodes do."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._calls = configurations(facts)
        self._entered: set[cst.FunctionDef] = set()

    def before(self, node: cst.CSTNode) -> bool:
        """Whether this module has configured the SDK whenever a node of it runs."""
        if not self._calls:
            return False
        child = node
        inside = False
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, cst.IndentedBlock | cst.Module):
                # What is called later runs once the whole module has been imported.
                whole = inside and isinstance(parent, cst.Module)
                earlier = parent.body if whole else _before(parent.body, child)
                if any(self._configures(statement) for statement in earlier):
                    return True
            if isinstance(parent, cst.FunctionDef | cst.Lambda) and child is parent.body:
                inside = True
            child = parent
        home = home_of(self.facts, node)
        return home.owner is not None and self._made_configured(home.owner)

    def _made_configured(self, owner: cst.ClassDef) -> bool:
        """Whether making an object of a class configures the SDK."""
        for related in self.facts.interpreter.family(owner):
            for statement in related.body.body:
                if isinstance(statement, cst.FunctionDef) and statement in self.facts.index:
                    if always_runs(self.facts, Home(statement, related)) and self._body(statement):
                        return True
        return False

    def _configures(self, statement: cst.CSTNode) -> bool:
        match statement:
            case cst.SimpleStatementLine(body=body):
                return any(self._runs(small) for small in body)
            case cst.With(items=items, body=body):
                return not any(map(self._suppresses, items)) and self._suite(body)
            case cst.If():
                return self._all_branches(statement)
            case cst.Try(body=body, handlers=handlers):
                return self._suite(body) and all(ends(handler.body) for handler in handlers)
        return False

    def _suppresses(self, item: cst.WithItem) -> bool:
        """Whether a context goes on after an error, as ``contextlib.suppress`` does."""
        called = item.item.func if isinstance(item.item, cst.Call) else item.item
        return Symbol("contextlib.suppress") in self.facts.value(called)

    def _all_branches(self, statement: cst.If) -> bool:
        suites: list[cst.BaseSuite] = [statement.body]
        rest = statement.orelse
        while isinstance(rest, cst.If):
            suites.append(rest.body)
            rest = rest.orelse
        if rest is None:
            return False
        suites.append(rest.body)
        configured = [suite for suite in suites if self._suite(suite)]
        return bool(configured) and all(each in configured or ends(each) for each in suites)

    def _suite(self, suite: cst.BaseSuite) -> bool:
        return isinstance(suite, cst.IndentedBlock) and any(map(self._configures, suite.body))

    def _runs(self, small: cst.CSTNode) -> bool:
        """Whether a simple statement configures, itself or by a function of this module."""
        if not isinstance(small, cst.Expr | cst.Assign | cst.AnnAssign):
            return False
        value = small.value
        awaited = isinstance(value, cst.Await)
        call = value.expression if isinstance(value, cst.Await) else value
        if not isinstance(call, cst.Call):
            return False
        if call in self._calls:
            return True
        called = present(self.facts.value(call.func))
        return bool(called) and all(
            isinstance(atom, Function)
            and isinstance(atom.node, cst.FunctionDef)
            and (atom.node.asynchronous is not None) == awaited
            and self._body(atom.node)
            for atom in called
        )

    def _body(self, function: cst.FunctionDef) -> bool:
        """Whether a function configures whenever it is called and comes back."""
        if function in self._entered or not isinstance(function.body, cst.IndentedBlock):
            return False
        if any(isinstance(part, cst.Yield) for part in self.facts.index.within(function.body)):
            return False
        self._entered.add(function)
        try:
            for statement in function.body.body:
                if self._configures(statement):
                    return True
                if any(isinstance(part, cst.Return) for part in self.facts.index.within(statement)):
                    return False
            return False
        finally:
            self._entered.discard(function)


def _before(body: Sequence[cst.CSTNode], node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    return body[: next(place for place, each in enumerate(body) if each is node)]
