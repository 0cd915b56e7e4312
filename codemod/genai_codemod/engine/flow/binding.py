"""What the parameters of the program's own functions are given by calls."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from genai_codemod.engine.flow.choices import own_objects
from genai_codemod.engine.flow.field_values import FieldsEvaluator
from genai_codemod.engine.flow.values import NOTHING, Container, Function, Value, instances, present
from genai_codemod.engine.rule_packs.signature import open_parameters
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex


class BindingEvaluator(FieldsEvaluator):
    """Binds the arguments of calls to parameters."""

    def _bind_parameters(
        self, call: cst.Call, called: Function, arguments: Sequence[cst.Arg] | None = None
    ) -> None:
        """Give a function the arguments of a call, or those of them that are for it."""
        function, parameters = called.node, called.node.params
        positional = [parameter.name.value for parameter in open_parameters(called)]
        names = {*positional, *(p.name.value for p in parameters.kwonly_params)}
        given: set[str] = set()
        position = 0
        for argument in call.args if arguments is None else arguments:
            value = self._given(call, argument, function)
            if argument.star == "*":
                given |= self._spread(value, function, positional[position:])
            elif argument.star:
                for name in names - given:
                    self.store(("param", function, name), self.item(value, name))
            elif argument.keyword is not None and argument.keyword.value in names:
                self.store(("param", function, argument.keyword.value), value)
                given.add(argument.keyword.value)
            elif argument.keyword is not None and parameters.star_kwarg is not None:
                self.store(("item", parameters.star_kwarg, "*"), value)
                self.store(("item", parameters.star_kwarg, argument.keyword.value), value)
            elif position < len(positional):
                self.store(("param", function, positional[position]), value)
                given.add(positional[position])
                position += 1
            elif isinstance(parameters.star_arg, cst.Param):
                self.store(("item", parameters.star_arg, "*"), value)
                self.store(("item", parameters.star_arg, position - len(positional)), value)
                position += 1

    def _given(
        self, call: cst.Call, argument: cst.Arg, function: cst.FunctionDef | cst.Lambda
    ) -> Value:
        """What a function gets of an argument, where others may be called instead of it."""
        value = self.values.get(argument.value, NOTHING)
        callee = self.values.get(call.func, NOTHING)
        if (
            len(callee) < 2
            or not instances(value)
            or not self.choices.among(callee, self.module.index)
        ):
            return value
        homes = [self.home(atom.node) for atom in callee if isinstance(atom, Function)]
        if len(homes) == len(present(callee)) and len(set(homes)) == 1:
            return value
        own = self._own_homes(function)
        return own_objects(own, [home for home in homes if home not in own], value)

    def _own_homes(self, function: cst.FunctionDef | cst.Lambda) -> list[SyntaxIndex]:
        """The modules that make what a function is given.

        A method is called with what its own class has made, or one that it inherits from, or one
        that inherits from it.
        """
        home = self.home(function)
        owner = home.scopes[function].parent
        if owner is None or not isinstance(owner.node, cst.ClassDef):
            return [home]
        return [self.home(related) for related in self.family(owner.node)]

    def _spread(
        self, value: Value, function: cst.FunctionDef | cst.Lambda, names: Sequence[str]
    ) -> set[str]:
        """Give what ``*value`` holds to parameters; those that certainly get something."""
        given: set[str] = set()
        for offset, name in enumerate(names):
            self.store(("param", function, name), self.unpacked(value, offset))
            if self._certain_item(value, offset):
                given.add(name)
        if isinstance(function.params.star_arg, cst.Param):
            self.store_uncounted(function.params.star_arg, self.elements(value))
        return given

    def _certain_item(self, value: Value, position: int) -> bool:
        """Whether every sequence an expression can be is seen to have an item at a position."""
        return bool(value) and all(
            isinstance(atom, Container) and bool(self.load(("item", atom.site, position)))
            for atom in value
        )
