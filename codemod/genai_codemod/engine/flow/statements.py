"""Executes a module abstractly, statement by statement, until nothing new is learnt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from genai_codemod.engine.errors.handlers import class_list
from genai_codemod.engine.flow.operators import as_added
from genai_codemod.engine.flow.parameters import Environment
from genai_codemod.engine.flow.program_index import SourceModule, imported_first
from genai_codemod.engine.flow.values import (
    NOTHING,
    UNBOUND,
    UNKNOWN,
    Class,
    Container,
    Function,
    Generator,
    Symbol,
    Value,
    present,
)
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.module_syntax import dotted_name, source_module
from genai_codemod.engine.tracing.decorators import DecoratorEvaluator

MAXIMUM_ROUNDS = 8
Defining = cst.Module | cst.ClassDef | cst.FunctionDef


def analyse(modules: Sequence[SourceModule], pack: RulePack) -> Interpreter:
    """Execute the modules of a program until their facts are stable."""
    interpreter = Interpreter(imported_first(modules), pack)
    for optimistic in (True, False):
        interpreter.optimistic = optimistic
        for _ in range(MAXIMUM_ROUNDS + len(modules) - 1):
            interpreter.run()
            if not interpreter.grew:
                break
    interpreter.values = {
        node: value for values in interpreter.by_module.values() for node, value in values.items()
    }
    return interpreter


class Interpreter(DecoratorEvaluator):
    """Statement by statement execution; branches are joined, loops run twice."""

    def __init__(self, modules: Sequence[SourceModule], pack: RulePack) -> None:
        super().__init__(modules, pack)
        self.by_module: dict[str, dict[cst.CSTNode, Value]] = {}
        # The method for each class of nodes, looked up once.
        self._executors: dict[type[cst.CSTNode], Callable[[Any], object]] = {}
        self._dead = False
        self._exits: list[list[Environment]] = []
        self._raises: list[list[Environment]] = []
        # How many loops are around what is executed, functions and classes in between or not.
        self._loops = 0

    def run(self) -> None:
        self.grew = False
        for module in self.modules.values():
            self.module = module
            self.values = self.by_module[module.name] = {}
            self._body(module.index.module, {})

    # -- environments -------------------------------------------------------------------------

    def _join(self, environments: Sequence[Environment]) -> None:
        first, *others = environments
        joined = dict(first)
        for env in others:
            for name, value in env.items():
                known = joined.get(name, UNBOUND)
                # Most names have the very same value on all ways.
                if known is not value:
                    joined[name] = known | value
            if len(env) < len(joined):
                for name in joined.keys() - env.keys():
                    joined[name] |= UNBOUND
        self.env = joined

    # -- statements ---------------------------------------------------------------------------

    def _block(self, body: Sequence[cst.BaseStatement | cst.BaseSmallStatement]) -> None:
        outside = self.path
        for statement in body:
            if self._dead:
                # Code after return or raise still holds references that must be rewritten.
                self._dead = False
            self._statement(statement)
            for collected in self._raises:
                if collected[-1] != self.env:
                    collected.append(dict(self.env))
        self.path = outside

    def _suite(self, suite: cst.BaseSuite) -> None:
        self._block(suite.body)

    def _statement(self, node: cst.CSTNode) -> None:
        kind = node.__class__
        if kind not in self._executors:
            self._executors[kind] = getattr(self, "_exec_" + kind.__name__, self._eval_other)
        self._executors[kind](node)

    def _exec_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        for small in node.body:
            self._statement(small)

    def _exec_Expr(self, node: cst.Expr) -> None:
        self.evaluate(node.value)

    def _exec_Assign(self, node: cst.Assign) -> None:
        value = self.evaluate(node.value)
        for target in node.targets:
            if isinstance(target.target, cst.Tuple | cst.List) and isinstance(
                node.value, cst.Tuple | cst.List
            ):
                if len(target.target.elements) == len(node.value.elements):
                    pairs = zip(target.target.elements, node.value.elements, strict=True)
                    for left, right in pairs:
                        self.assign(left.value, self.values.get(right.value, UNKNOWN))
                    continue
            self.assign(target.target, value)

    def _exec_AnnAssign(self, node: cst.AnnAssign) -> None:
        self.evaluate(node.annotation.annotation)
        value = self.declared(node)
        if node.value is not None or (value and not isinstance(node.target, cst.Name)):
            self.assign(node.target, value)
        if isinstance(self.scope.node, cst.ClassDef) and isinstance(node.target, cst.Name):
            self._declare_field(node, self.scope.node, node.target.value)

    def _exec_AugAssign(self, node: cst.AugAssign) -> None:
        right = self.evaluate(node.value)
        left = self.evaluate(node.target)
        for atom in present(left):
            if isinstance(atom, Container):
                self.store_uncounted(atom.site, self.elements(right))
        self.assign(node.target, left | as_added(right, self.pack))

    def _exec_Return(self, node: cst.Return) -> None:
        if node.value is not None:
            promised = getattr(self.scope.node, "returns", None)
            value = self.fulfilled(self.evaluate(node.value), promised)
            self.store(("return", self.scope.node), value)
        self._dead = True

    def _exec_Raise(self, node: cst.Raise) -> None:
        self._eval_other(node)
        self._dead = True

    def _exec_Break(self, _node: cst.Break | cst.Continue) -> None:
        if self._exits:
            self._exits[-1].append(dict(self.env))
        self._dead = True

    _exec_Continue = _exec_Break

    def _exec_If(self, node: cst.If) -> None:
        self.evaluate(node.test)
        before = dict(self.env)
        outside = self.path
        ends: list[Environment] = []
        true, false = (self.known_after(node.test, holds=holds) for holds in (True, False))
        self.path = outside + true
        self._suite(node.body)
        leaves = self._dead
        self._finish(ends)
        self.env = before
        self.path = outside + false
        if isinstance(node.orelse, cst.If):
            self._exec_If(node.orelse)
        elif node.orelse is not None:
            self._suite(node.orelse.body)
        if not leaves:
            # Where only one branch goes on, what follows is under its conditions, too.
            self.path = outside + true if self._dead else outside
        self._finish(ends)
        self._merge(ends)

    def _finish(self, ends: list[Environment]) -> None:
        if not self._dead:
            ends.append(dict(self.env))
        self._dead = False

    def _merge(self, ends: list[Environment]) -> None:
        if ends:
            self._join(ends)
        else:
            self._dead = True

    def _exec_For(self, node: cst.For) -> None:
        iterated = self.gone_through(node)
        self._loop(node.body, lambda: self.assign(node.target, self.iterated(iterated)))
        if node.orelse is not None:
            self._suite(node.orelse.body)

    def _exec_While(self, node: cst.While) -> None:
        self._loop(node.body, lambda: self.evaluate(node.test) and None)
        if node.orelse is not None:
            self._suite(node.orelse.body)

    def _loop(self, body: cst.BaseSuite, step: object) -> None:
        assert callable(step)
        self._exits.append([])
        self._loops += 1
        entry = dict(self.env)
        grew, begun = False, None
        for _ in range(2):
            before = dict(self.env)
            step()
            if begun == self.env and not self.grew:
                # The second time would be like the first, as nothing more is known.
                self.env = before
                break
            begun = dict(self.env)
            grew, self.grew = grew or self.grew, False
            self._suite(body)
            ends = [before, *self._exits[-1]]
            self._finish(ends)
            self._join(ends)
        self.grew = self.grew or grew
        self._join([entry, self.env])
        self._exits.pop()
        self._loops -= 1
        self._dead = False

    def _caught(self, handled: cst.BaseExpression | None, name: cst.AsName) -> Value:
        """What a handler gets: of exceptions of the rules, what they say of those."""
        caught: Value = NOTHING
        for each in class_list(handled):
            for atom in self.values.get(each, UNKNOWN):
                rule = self.pack.names.get(atom.name) if isinstance(atom, Symbol) else None
                kind = rule.caught if rule is not None else None
                caught |= UNKNOWN if kind is None else self.typed(kind, name)
        return caught or UNKNOWN

    def _exec_Try(self, node: cst.Try | cst.TryStar) -> None:
        before = dict(self.env)
        self._raises.append([before])
        self._suite(node.body)
        raised = self._raises.pop()
        dead = self._dead
        self._dead = False
        if node.orelse is not None and not dead:
            self._suite(node.orelse.body)
        ends: list[Environment] = []
        if not dead:
            self._finish(ends)
        for handler in node.handlers:
            self._join(raised)
            if handler.type is not None:
                self.evaluate(handler.type)
            if handler.name is not None:
                self.assign(handler.name.name, self._caught(handler.type, handler.name))
            self._suite(handler.body)
            self._finish(ends)
        if node.finalbody is not None:
            self._join([*raised, *ends])
            self._suite(node.finalbody.body)
            added = dict(self.env)
            if ends:
                self._join(ends)
                for name in added.keys() - self.env.keys():
                    self.env[name] = added[name]
            return
        self._merge(ends)

    _exec_TryStar = _exec_Try

    def _exec_With(self, node: cst.With) -> None:
        for item in node.items:
            value = self.evaluate(item.item)
            if item.asname is not None:
                self.assign(item.asname.name, self._entered(value))
        self._suite(node.body)

    def _entered(self, value: Value) -> Value:
        """What a ``with`` statement binds: what a context manager of the program gives."""
        result: Value = NOTHING
        for atom in value:
            if isinstance(atom, Generator):
                result |= self.load(("yield", atom.node)) or self.unseen
            elif entering := self.entering(atom):
                for function in entering:
                    result |= self.load(("return", function)) or self.unseen
            else:
                result |= {atom}
        return result

    def _exec_Match(self, node: cst.Match) -> None:
        self.evaluate(node.subject)
        before = dict(self.env)
        ends = [before]
        for case in node.cases:
            self.env = dict(before)
            self._eval_other(case.pattern)
            if case.guard is not None:
                self.evaluate(case.guard)
            self._suite(case.body)
            self._finish(ends)
        self._join(ends)

    def _exec_Import(self, node: cst.Import) -> None:
        for alias in node.names:
            dotted = dotted_name(alias.name) or ""
            if alias.asname is not None:
                self.assign(alias.asname.name, self.named(dotted))
            else:
                bound: cst.BaseExpression = alias.name
                while isinstance(bound, cst.Attribute):
                    bound = bound.value
                self.assign(bound, self.named(dotted.split(".")[0]))

    def _exec_ImportFrom(self, node: cst.ImportFrom) -> None:
        source = source_module(node)
        module = self.module.imports.get(source)
        if isinstance(node.names, cst.ImportStar):
            if module is not None:
                self._import_all(node.names, module)
            return
        for alias in node.names:
            name = dotted_name(alias.name) or ""
            target = alias.asname.name if alias.asname is not None else alias.name
            joint = "" if source.endswith(".") else "."
            value = self.named(f"{source}{joint}{name}")
            if module is not None and name in self.modules[module].scope.names:
                value = self.exported(module, name)
            self.assign(target, value)

    def _import_all(self, star: cst.ImportStar, module: str) -> None:
        for name in list(self.modules[module].scope.names):
            if not name.startswith("_"):
                self.add_name(self.scope, name)
                self.assign(self.module.index.starred_name(star, name), self.exported(module, name))

    def _exec_Global(self, _node: cst.Global | cst.Nonlocal) -> None:
        """A declaration evaluates nothing."""

    _exec_Nonlocal = _exec_Global

    def _exec_Del(self, node: cst.Del) -> None:
        self.evaluate(node.target)

    # -- definitions --------------------------------------------------------------------------

    def _exec_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._decorate(node)
        self._parameters(node)
        self._note_fixture(node)
        if node.returns is not None:
            self.evaluate(node.returns.annotation)
        self.assign(node.name, frozenset({Function(node)}))
        self._body(node, self._parameter_values(node))
        self._keep_promise(node)

    def _body(self, node: Defining, start: Environment) -> None:
        """Execute what stands in a module, class or function, unless that is known to be idle."""
        if self._loops:
            # What is executed twice at once sees the values of the first time.
            self._execute(node, start)
            return
        values = self.bodies.known(node, (start, self.path))
        if values is None:
            outside, values = self.values, {}
            self.bodies.enter(node, (start, self.path), values)
            self.values = values
            self._execute(node, start)
            self.values = outside
            self.bodies.leave()
        self.values.update(values)

    def _execute(self, node: Defining, start: Environment) -> None:
        saved = (self.scope, self.env, self._dead, self._exits, self._raises, self.overlays)
        self.scope = self.module.index.scopes[node]
        self.env, self._dead = dict(start), False
        self._exits, self._raises, self.overlays = [], [], []
        for name, value in start.items():
            self.store_here(("name", node, name), value, ())
        self._block(node.body if isinstance(node, cst.Module) else node.body.body)
        self.scope, self.env, self._dead, self._exits, self._raises, self.overlays = saved

    def _exec_ClassDef(self, node: cst.ClassDef) -> None:
        self._decorate(node)
        for argument in (*node.bases, *node.keywords):
            for atom in self.evaluate(argument.value):
                if isinstance(atom, Class):
                    self.store(("base", node), frozenset({atom}))
                    self.store(("derived", atom.node), frozenset({Class(node)}))
                elif argument.keyword is None:
                    self.store(("foreign base", node), frozenset({atom}))
        self.assign(node.name, frozenset({Class(node)}))
        self._body(node, {})
