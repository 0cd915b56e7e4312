"""What web frameworks give to parameters: ``model=Depends(get_model)``."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow import library
from genai_codemod.engine.flow.requested import FixtureEvaluator
from genai_codemod.engine.flow.values import (
    NOTHING,
    UNKNOWN,
    Awaitable,
    Class,
    Function,
    Generator,
    Instance,
    Object,
    Promised,
    Value,
    present,
    symbol_names,
)


class InjectionEvaluator(FixtureEvaluator):
    """Has parameters get what the functions give that they depend on."""

    def _eval_Call(self, node: cst.Call) -> Value:
        value = super()._eval_Call(node)
        function = self._depends_on(node)
        return self._provided(self.values.get(function, NOTHING)) if function else value

    def _eval_Subscript(self, node: cst.Subscript) -> Value:
        """``Annotated[Service, Depends(get_service)]`` names a class, and says what is given."""
        value = super()._eval_Subscript(node)
        if not symbol_names(self.values.get(node.value, NOTHING)) & library.ANNOTATED:
            return value
        first, *others = [
            each.slice.value for each in node.slice if isinstance(each.slice, cst.Index)
        ]
        named = self.values.get(first, NOTHING)
        for each in others:
            self.store(("given", node), self._given_for(each, named))
        return named | {Promised(node)}

    def _inject(self, function: cst.FunctionDef, parameter: cst.Param) -> None:
        """Give a parameter what its annotation or its default says that it depends on."""
        annotation = parameter.annotation.annotation if parameter.annotation else None
        named = self.values.get(annotation, NOTHING) if annotation is not None else NOTHING
        given: Value = NOTHING
        for atom in named:
            given |= self.load(("given", atom.site)) if isinstance(atom, Promised) else NOTHING
        if parameter.default is not None:
            given |= self._given_for(parameter.default, named)
        self.store(("param", function, parameter.name.value), given)

    def _given_for(self, dependency: cst.BaseExpression, named: Value) -> Value:
        """What a dependency gives that is written beside a class.

        What other objects say that are made there is the business of those who read them.
        """
        if isinstance(dependency, cst.Call) and not self._is_dependency(dependency):
            return NOTHING
        is_of_class = self._is_dependency(dependency) and not self._depends_on(dependency)
        made = frozenset(Object(atom.node) for atom in named if isinstance(atom, Class))
        given = self.values.get(dependency, NOTHING)
        given = frozenset(atom for atom in given if isinstance(atom, Instance | Object))
        return made if is_of_class else given

    def _is_dependency(self, node: cst.CSTNode) -> bool:
        called = self.values.get(node.func, NOTHING) if isinstance(node, cst.Call) else NOTHING
        return bool(symbol_names(called) & library.DEPENDING)

    def _depends_on(self, node: cst.CSTNode) -> cst.BaseExpression | None:
        """The function that a dependency has called."""
        if not isinstance(node, cst.Call) or not self._is_dependency(node):
            return None
        named = {each.keyword.value if each.keyword else None: each.value for each in node.args}
        first = node.args[0].value if node.args and node.args[0].keyword is None else None
        return named.get("dependency", first)

    def _provided(self, dependency: Value) -> Value:
        """What calling a dependency gives in the end."""
        result: Value = NOTHING
        for atom in present(dependency):
            if isinstance(atom, Class):
                result |= {Object(atom.node)}
            elif not isinstance(atom, Function | Object):
                result |= UNKNOWN
        for function in self.called_for(dependency):
            result |= self._arrived(self.result_of(function))
        return result or self.unseen

    def called_for(self, dependency: Value) -> list[Function]:
        """The functions of the program that a web framework calls for a dependency."""
        objects = frozenset(atom for atom in dependency if isinstance(atom, Object))
        called = dependency | self.attribute(objects, "__call__")
        return [atom for atom in called if isinstance(atom, Function)]

    def _arrived(self, value: Value) -> Value:
        """What is left of a value when it was awaited, or a generator has given its first."""
        result: Value = NOTHING
        for atom in value:
            if isinstance(atom, Awaitable):
                result |= atom.result
            elif isinstance(atom, Generator):
                result |= self.load(("yield", atom.node))
            else:
                result |= {atom}
        return result
