"""What calling a function gives that decorators of the program have wrapped.

A decorator gets each function that it wraps as an atom of its own.  To call that gives what any of
them gives, and binds no parameters: the callers of a function are those that name it, and what they
give it is what a wrapper hands on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from genai_codemod.engine.flow.binding import BindingEvaluator
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.values import (
    NOTHING,
    UNKNOWN,
    Atom,
    Awaitable,
    Class,
    Decorated,
    Function,
    Generator,
    Object,
    Value,
    present,
)
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.signature import open_parameters


class WrappingEvaluator(BindingEvaluator):
    """Follows calls of decorated functions through what their decorators put around them."""

    def __init__(self, modules: Sequence[SourceModule], pack: RulePack) -> None:
        super().__init__(modules, pack)
        # What is being found out, as decorators could be around each other.
        self._being_found: set[Decorated] = set()

    def result_of(self, function: Function | Decorated) -> Value:
        """What calling a function of this module gives."""
        if isinstance(function, Decorated):
            return self._given_within(function)
        if isinstance(function.node, cst.Lambda):
            return self.load(("return", function.node))
        return self.returned_by(function.node)

    def returned_by(self, definition: cst.FunctionDef) -> Value:
        """What calling a function or method that is defined in this module gives."""
        return self._given_within(Decorated(definition, -1))

    def wrappers(self, definition: cst.FunctionDef) -> list[Function]:
        """What the program calls instead of a function, because it is decorated."""
        every = range(len(definition.decorators))
        return [each for at in every for each in self._called_instead(Decorated(definition, at))[0]]

    def _wrap(self, definition: cst.FunctionDef, position: int, decorator: Value) -> None:
        """Give a function to a decorator."""
        wrapped = Decorated(definition, position)
        self.store(("decorator", wrapped), decorator)
        for taker in self._takers(wrapped):
            self.store(("wrapped", taker.node), frozenset({wrapped}))
            for parameter in open_parameters(taker)[:1]:
                self.store(("param", taker.node, parameter.name.value), frozenset({wrapped}))

    def _wrap_objects(self, called: Function) -> None:
        """Have what is called instead of a method get the object as its first argument."""
        if called.owner is None or not isinstance(called.node, cst.FunctionDef):
            return
        for wrapper in self.wrappers(called.node):
            for parameter in open_parameters(wrapper)[:1]:
                place = ("param", wrapper.node, parameter.name.value)
                self.store(place, frozenset({Object(called.owner)}))

    def _decorators(self, wrapped: Decorated) -> Value:
        """What the decorator at a position can be.

        What can be used with or without options gives both what takes a function and, if it was
        given one, what to call instead: of these the one gives the other.
        """
        atoms = self.load(("decorator", wrapped)) or self.unseen
        given = NOTHING.union(*(self.load(("return", atom.node)) for atom in _functions(atoms)))
        return atoms - given or atoms

    def _takers(self, wrapped: Decorated) -> list[Function]:
        return [each for atom in self._decorators(wrapped) for each in self._takes(atom)]

    def _takes(self, decorator: Atom) -> Iterator[Function]:
        """The functions of the program that get what is decorated."""
        match decorator:
            case Function(node=cst.FunctionDef()):
                yield decorator
            case Class(node=node):
                made = frozenset({Object(node)})
                yield from _functions(self.attribute(made, "__init__"))
            case Object():
                yield from _functions(self.attribute(frozenset({decorator}), "__call__"))

    def _called_instead(self, wrapped: Decorated) -> tuple[list[Function], bool]:
        """What a decorator gives back instead of a function, and whether it may be that itself."""
        instead: list[Function] = []
        itself = False
        for decorator in self._decorators(wrapped):
            for atom in self._handed_back(decorator):
                if isinstance(atom, Function):
                    instead.append(atom)
                elif not isinstance(atom, Decorated) or atom.node is wrapped.node:
                    itself = True
        instead = [a for a in instead if not self.load(("return", a.node)) & {*instead}] or instead
        alike = [each for each in instead if _is_async(each.node) == _is_async(wrapped.node)]
        return alike or instead, itself

    def _handed_back(self, decorator: Atom) -> Value:
        """What a decorator gives back; what it changes nothing about is as it got it."""
        if isinstance(decorator, Class):
            called = self.attribute(frozenset({Object(decorator.node)}), "__call__")
            return frozenset(_functions(called)) or UNKNOWN
        given: Value = NOTHING
        takers = list(self._takes(decorator))
        for taker in takers:
            taken: dict[cst.CSTNode, Decorated] = {a.node: a for a in self._taken(taker)}
            returned = present(self.load(("return", taker.node))) or self.unseen
            given |= {
                taken.get(atom.node, atom) if isinstance(atom, Function) else atom
                for atom in returned
            }
        return given if takers else UNKNOWN

    def _taken(self, taker: Function) -> list[Decorated]:
        return [a for a in self.load(("wrapped", taker.node)) if isinstance(a, Decorated)]

    def _given_within(self, wrapped: Decorated) -> Value:
        """What calling a function gives, as the decorator at a position gets it."""
        if wrapped in self._being_found:
            return NOTHING
        self._being_found.add(wrapped)
        result = self._unwrapped(wrapped.node)
        for position in reversed(range(wrapped.position + 1, len(wrapped.node.decorators))):
            result = self._through(Decorated(wrapped.node, position), result)
        self._being_found.remove(wrapped)
        return result

    def _unwrapped(self, definition: cst.FunctionDef) -> Value:
        """What calling a function would give without its decorators."""
        if self.load(("yield", definition)):
            return frozenset({Generator(definition)})
        value = self.load(("return", definition))
        return frozenset({Awaitable(value)}) if _is_async(definition) else value

    def _through(self, wrapped: Decorated, inner: Value) -> Value:
        """What calling a function gives through one decorator, of which ``inner`` is inside."""
        instead, itself = self._called_instead(wrapped)
        result = inner if itself else NOTHING
        foreign = self._of_others(wrapped) - _with_results(inner) if instead else NOTHING
        for wrapper in instead:
            result |= _without(self.result_of(wrapper), foreign)
        return result

    def _of_others(self, wrapped: Decorated) -> Value:
        """What other functions give that the same decorator gets."""
        takers = self._takers(wrapped)
        others = {each.node for taker in takers for each in self._taken(taker)} - {wrapped.node}
        return _with_results(NOTHING.union(*map(self._unwrapped, others)))

    def _called_within(self, call: cst.Call, wrapped: Decorated) -> Value:
        """What the call of a wrapped function gives in a wrapper.

        Where functions of both kinds are wrapped, nobody looks into what must be awaited first.
        """
        given = self.result_of(wrapped)
        scope, parent = self.scope.node, self.module.index.parents[call]
        if _is_async(scope) or not isinstance(parent, cst.Assign | cst.Attribute):
            return given
        return frozenset(atom for atom in given if not isinstance(atom, Awaitable))


def _functions(value: Value) -> Iterator[Function]:
    return (atom for atom in value if isinstance(atom, Function))


def _is_async(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.FunctionDef) and node.asynchronous is not None


def _with_results(value: Value) -> Value:
    """The value, and what awaiting it gives."""
    return value.union(*(atom.result for atom in value if isinstance(atom, Awaitable)))


def _without(value: Value, lost: Value) -> Value:
    """The value, awaited or not, without some atoms."""
    return frozenset(
        Awaitable(_without(atom.result, lost)) if isinstance(atom, Awaitable) else atom
        for atom in value
        if atom not in lost
    )
