"""What analysis found in one module, and questions about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

import libcst as cst

from genai_codemod.engine.calling.further_options import keywords_elsewhere, may_give
from genai_codemod.engine.calling.handing_over import HandedOver, handed_over
from genai_codemod.engine.clients.late_configuration import configuring_functions
from genai_codemod.engine.flow.held import Held
from genai_codemod.engine.flow.library import REPEATING
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.statements import Interpreter
from genai_codemod.engine.flow.values import (
    NOTHING,
    Bound,
    Class,
    Container,
    Function,
    Instance,
    Module,
    Object,
    Symbol,
    Value,
    instances,
    present,
    symbol_names,
)
from genai_codemod.engine.imports.outside_names import comes_from_outside, outside_names
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.syntax.module_syntax import (
    SyntaxIndex,
    dotted_name,
    leftmost,
    string_value,
)
from genai_codemod.engine.syntax.positions import Positions
from genai_codemod.engine.syntax.uses import Use, use_of
from genai_codemod.engine.tracing.assertions import asks_type
from genai_codemod.engine.tracing.callers import Callers
from genai_codemod.engine.tracing.running import Running


class Facts:
    """The values, uses and legacy references of one module, or of several as one.

    ``values``, ``bindings`` and what ``index`` goes through are those of the module; questions
    about a node may be about one of another module of the program, too.  ``whole`` are the facts
    of all of them, and know those of each ``by_module``.
    """

    def __init__(
        self,
        index: SyntaxIndex,
        interpreter: Interpreter,
        values: dict[cst.CSTNode, Value],
        whole: Facts | None = None,
    ) -> None:
        self.module = index.module
        self.pack = interpreter.pack
        self.index = index
        self.interpreter = interpreter
        self.values = values
        self.whole = whole or self
        self.by_module: Mapping[cst.CSTNode, Facts] = {}

    @classmethod
    def of_syntax(cls, module: cst.Module, pack: RulePack, positions: Positions) -> Facts:
        """The facts of a module that is not executed: where everything stands, and no values."""
        source = SourceModule("", SyntaxIndex(module, positions))
        return cls(source.index, Interpreter([source], pack), {})

    def forget(self) -> None:
        """Let go of what is known, once nobody asks any more.

        All of it refers to each other, so its memory would only come back when Python looks for
        garbage, which takes a twentieth of a run.
        """
        for known in (self.interpreter, self.index, self):
            vars(known).clear()

    def value(self, node: cst.CSTNode | None) -> Value:
        return self.interpreter.values.get(node, NOTHING) if node is not None else NOTHING

    def instances(self, node: cst.CSTNode | None) -> list[Instance]:
        return instances(self.value(node))

    def kind(self, node: cst.CSTNode | None) -> str | None:
        """The one kind an expression has, None and unassigned paths aside."""
        kinds = {
            atom.kind if isinstance(atom, Instance) else None for atom in present(self.value(node))
        }
        return kinds.pop() if len(kinds) == 1 else None

    def binding(self, call: cst.Call, rule: CallRule) -> Binding:
        return self.interpreter.bindings[call][rule]

    @cached_property
    def bindings(self) -> dict[cst.Call, dict[CallRule, Binding]]:
        """The legacy calls of the module, with what each argument is given to."""
        known = self.interpreter.bindings
        return {call: rules for call, rules in known.items() if call in self.index}

    @cached_property
    def held(self) -> Held:
        """The expressions of the module by what they can be."""
        return Held(self.values)

    @cached_property
    def attributes(self) -> list[cst.Attribute]:
        """The attributes of objects of the legacy SDK, and of containers."""
        return [
            node
            for node in self.values
            if node.__class__ is cst.Attribute and self.instances(node.value)
        ]

    @property
    def by_site(self) -> dict[cst.CSTNode, list[cst.CSTNode]]:
        """The expressions of the program that can evaluate to what was made at a site."""
        return self.whole._by_site

    @cached_property
    def _by_site(self) -> dict[cst.CSTNode, list[cst.CSTNode]]:
        found: dict[cst.CSTNode, list[cst.CSTNode]] = defaultdict(list)
        for node, value in self.held.of(Instance, Container):
            for atom in value:
                if isinstance(atom, Instance | Container):
                    found[atom.site].append(node)
        return found

    def use(self, node: cst.CSTNode) -> Use:
        """The role ``node`` plays where it stands."""
        return use_of(node, self.index.parents) or Use("other", self.index.module)

    def argument_of(self, argument: cst.CSTNode) -> tuple[cst.Call, str | None] | None:
        """The call an ``Arg`` belongs to, and the legacy parameter it is given to."""
        call = self.index.parents.get(argument)
        if not isinstance(call, cst.Call):
            return None
        for binding in self.interpreter.bindings.get(call, {}).values():
            for parameter, position in binding.arguments.items():
                if call.args[position] is argument:
                    return call, parameter
        return call, None

    def attribute_asked(self, node: cst.CSTNode, function: str) -> str | None:
        """The attribute that a call of ``getattr`` or ``hasattr`` asks for."""
        if not isinstance(node, cst.Call) or len(node.args) < 2:
            return None
        called = symbol_names(self.value(node.func))
        if called != {f"builtins.{function}"}:
            return None
        return string_value(node.args[1].value)

    def asked_about(self, node: cst.CSTNode) -> cst.BaseExpression | None:
        """What ``isinstance``, or an assertion, is asked about, if ``node`` is the class in it."""
        argument = self.index.parents.get(node)
        call = self.index.parents.get(argument) if isinstance(argument, cst.Arg) else None
        if not isinstance(call, cst.Call) or argument not in call.args[1:2]:
            return None
        is_asked = symbol_names(self.value(call.func)) == {"builtins.isinstance"}
        return call.args[0].value if is_asked or asks_type(call) else None

    def flows_to_known_function(self, argument: cst.CSTNode) -> bool:
        """Whether an argument goes to a function of this program, or one for other services."""
        call = self.index.parents.get(argument)
        if not isinstance(call, cst.Call):
            return False
        if (handed := self.handed_over(call)) is not None and argument in handed.sources:
            functions = present(self.value(handed.function))
            return bool(functions) and all(isinstance(atom, Function) for atom in functions)
        callee = present(self.value(call.func))
        if any(isinstance(atom, Symbol) and atom.name == "functools.partial" for atom in callee):
            callee = present(self.value(call))
        return self.interpreter.choices.among(callee, self.interpreter.home(call)) or (
            bool(callee)
            and all(
                isinstance(atom, Function | Class) or atom == Symbol(REPEATING) for atom in callee
            )
        )

    def unbound(self, call: cst.Call, rule: CallRule) -> tuple[str, ...]:
        """What of a call could not be bound to parameters, empty ``**options`` left out."""
        unmatched = self.binding(call, rule).unmatched
        if not unmatched or self.empty_spread(call) is None:
            return unmatched
        return tuple(each for each in unmatched if not each.startswith("**"))

    def spreads_unknown(self, call: cst.Call, rule: CallRule) -> bool:
        """Whether all that cannot be bound of a call are dicts that a helper of its rule takes."""
        if rule.spread is None:  # nor need the call be bound to this very rule
            return False
        unmatched = self.unbound(call, rule)
        given = self.binding(call, rule).arguments
        return (
            bool(unmatched)
            and all(each.startswith("**") for each in unmatched)
            and given.keys().isdisjoint({*rule.refuses, *rule.drops})
        )

    def empty_spread(self, call: cst.Call) -> cst.BaseExpression | None:
        """``**options`` of a call that hands on those of its function, which nobody passes any."""
        spread = [argument.value for argument in call.args if argument.star == "**"]
        if len(spread) != 1 or any(argument.star == "*" for argument in call.args):
            return None
        for atom in self.value(spread[0]):
            if not isinstance(atom, Container) or not isinstance(atom.site, cst.Param):
                return None
            function = self.enclosing(atom.site, cst.FunctionDef)
            if self.interpreter.load(("item", atom.site, "*")) or may_give(self, function):
                return None
        return spread[0]

    @property
    def callers(self) -> Callers:
        """What calls the functions of the program, in all its modules."""
        return self.whole._callers

    @cached_property
    def _callers(self) -> Callers:
        return Callers(self)

    @property
    def running(self) -> Running:
        """Where the functions of the program run besides where they are called."""
        return self.whole._running

    @cached_property
    def _running(self) -> Running:
        return Running(self)

    def handed_over(self, call: cst.Call) -> HandedOver | None:
        """The function that a call has called elsewhere."""
        return handed_over(call, self.value(call.func))

    @property
    def keywords_elsewhere(self) -> Mapping[str, set[str]]:
        """The keywords that methods of unknown objects are given in a program, by their names."""
        return self.whole._keywords_elsewhere

    @cached_property
    def _keywords_elsewhere(self) -> Mapping[str, set[str]]:
        return keywords_elsewhere(self)

    @property
    def configuring(self) -> frozenset[cst.CSTNode]:
        """The functions of the program that may configure the SDK."""
        return self.whole._configuring

    @cached_property
    def _configuring(self) -> frozenset[cst.CSTNode]:
        return configuring_functions(self)

    def legacy_symbols(self) -> Iterator[tuple[cst.CSTNode, str]]:
        """The outermost expressions that name something of the legacy SDK."""
        for node, value in self.held.of(Symbol):
            name = self.legacy_name(node, value)
            if name is None:
                continue
            parent = self.index.parents.get(node)
            if (
                isinstance(parent, cst.Attribute)
                and parent.value is node
                and self.legacy_name(parent, self.value(parent)) is not None
            ):
                continue
            if node not in self.index or self.in_import(node) or self._goes_on(parent):
                continue
            yield node, name

    @cached_property
    def going_on(self) -> tuple[cst.CSTNode, ...]:
        """The expressions that name what is not migrated, and needs the configuration as before."""
        if not self.pack.stays:
            return ()
        return tuple(
            node
            for node in self.values
            if isinstance(node, cst.Name | cst.Attribute)
            and self._goes_on(node)
            and not self._is_inner(node)
            and not self.in_import(node)
        )

    def _is_inner(self, node: cst.CSTNode) -> bool:
        """Whether a name is only there to get to another one in it: ``a`` of ``a.b``."""
        parent = self.index.parents.get(node)
        return isinstance(parent, cst.Attribute) and any(
            isinstance(atom, Symbol) for atom in self.value(parent)
        )

    def _goes_on(self, node: cst.CSTNode | None) -> bool:
        return bool(self.pack.stays) and any(
            isinstance(atom, Symbol) and self.pack.goes_on(atom.name) for atom in self.value(node)
        )

    def legacy_name(self, node: cst.CSTNode, value: Value) -> str | None:
        found = next(
            (a.name for a in value if isinstance(a, Symbol) and self.pack.is_legacy(a.name)), None
        )
        # Few values are legacy at all, so what is dearer to find out comes after that.
        if found is None or not isinstance(node, cst.Name | cst.Attribute):
            return None
        if dotted_name(node) is None:
            return None
        imported = self._names_imported_around(node)
        return found if leftmost(node) in imported or self._through_module(node) else None

    def _names_imported_around(self, node: cst.CSTNode) -> frozenset[str]:
        """What the imports of the module bind that a node stands in."""
        if not self.by_module:
            return self.import_names
        *_, root = (node, *self.index.ancestors(node))
        return self.by_module[root].import_names if root in self.by_module else frozenset()

    def _through_module(self, node: cst.CSTNode) -> bool:
        """Whether ``module.name.more`` goes through what a module of the program has imported."""
        while isinstance(node, cst.Attribute):
            for atom in self.value(node.value):
                if isinstance(atom, Module):
                    module = self.interpreter.modules[atom.name].index
                    found = module.imported.get(node.attr.value)
                    if found and comes_from_outside(
                        self.interpreter.modules, module.module, *found
                    ):
                        return True
            node = node.value
        return False

    @cached_property
    def import_names(self) -> frozenset[str]:
        """The names that imports of this module bind to what is outside the program.

        What another module of the program has imported itself counts, what it defines does not.
        """
        return frozenset(outside_names(self.interpreter.modules, self.index.module, set()))

    def in_import(self, node: cst.CSTNode) -> bool:
        for parent in self.index.ancestors(node):
            if parent.__class__ in _IMPORTS:
                return True
            if parent.__class__ is cst.SimpleStatementLine:
                break
        return False

    def enclosing(self, node: cst.CSTNode, *types: type[cst.CSTNode]) -> cst.CSTNode | None:
        """The innermost node around another that is of one of some classes, themselves."""
        return next((p for p in self.index.ancestors(node) if p.__class__ in types), None)

    def place(self, target: cst.CSTNode | None) -> tuple[object, object]:
        """The identity of a variable: its scope, or the classes that share the attribute."""
        if isinstance(target, cst.Name):
            scope = self.index.scope(target).binding_scope(target.value)
            return (scope.node if scope else None, target.value)
        if isinstance(target, cst.Attribute):
            for atom in self.value(target.value):
                if isinstance(atom, Object):
                    family = frozenset(self.interpreter.family(atom.node))
                    return (family, target.attr.value)
        return (None, dotted_name(target))

    def decorator_names(self, decorator: cst.BaseExpression) -> set[str]:
        """The names of what decorates a function, with arguments or without."""
        named = decorator.func if isinstance(decorator, cst.Call) else decorator
        return symbol_names(self.value(named))

    def bound_methods(self, node: cst.CSTNode) -> list[Bound]:
        return [atom for atom in self.value(node) if isinstance(atom, Bound)]


_IMPORTS = (cst.Import, cst.ImportFrom)
