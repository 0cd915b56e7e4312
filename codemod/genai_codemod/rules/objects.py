"""What rules are given: places in a file, and what is known of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import libcst as cst

from genai_codemod.rules.edits import Edit, Marked, Part, Rearranged, Written


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression can be, as the flow of the program shows.

    ``names`` are the dotted names of what imports bring, ``kinds`` the kinds that rules declare
    (``returns="Session"``), and ``types`` those of plain values, such as ``str`` or ``None``; of
    lists and dicts nothing is said.  ``certain`` says that it can be nothing else.
    """

    names: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of a file: its syntax, its source text, and what it can be."""

    node: cst.BaseExpression
    text: str
    value: Value

    @property
    def is_literal(self) -> bool:
        """Whether it is written out: a text, a number, True, None, or a collection of those."""
        try:
            self.literal  # noqa: B018
        except ValueError:
            return False
        return True

    @property
    def literal(self) -> object:
        """The value of an expression that is written out.

        Raises:
            ValueError: it is not a literal.
        """
        try:
            return ast.literal_eval(self.text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            raise ValueError(f"{self.text} is not a literal") from None


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a file: where it is, and what is around it.

    ``role`` says how it is used: ``argument``, ``awaited``, ``stored``, ``returned``, ``iterated``,
    ``dropped``, ``callee``, ``attribute``, ``annotation`` and so on.  ``inside`` are the names of
    the classes and functions around it, the outermost first.
    """

    node: cst.BaseExpression
    text: str
    line: int
    role: str
    inside: tuple[str, ...]
    module: Module = field(repr=False)

    def marked(self, message: str) -> Edit:
        """Leave the place as it is, with a comment that tells a person what to do."""
        return Marked(self.node, message)


@dataclass(frozen=True, slots=True)
class Call(_Place):
    """A call of something that a rule is for.

    ``function`` is its dotted name, or ``Kind.method``.  ``arguments`` are those that the call
    passes, by the parameters of the rule's signature; ``unmatched`` are the texts of those that are
    none of them (``**options``).  ``receiver`` is what a method is called on.
    """

    function: str
    arguments: Mapping[str, Expression]
    unmatched: tuple[str, ...] = ()
    receiver: Expression | None = None

    def becomes(self, template: str, *, review: str | None = None, **parts: Part) -> Edit:
        """Write a template in place of the call.

        The template is a Python expression.  The names of parameters stand for the arguments of
        the call (what is not passed disappears), ``self`` for the receiver, names of ``parts`` for
        syntax nodes or source texts, and a dotted name such as ``acme.ai.complete`` for what is
        imported from a module.

        A call is marked instead where an argument would get lost, or take the place of another.
        """
        return Written(self.node, template, parts, review=review)

    def rearranged(
        self,
        function: str | None = None,
        *,
        renames: Mapping[str, str] | None = None,
        drops: Iterable[str] = (),
        values: Mapping[str, Part] | None = None,
        adds: Mapping[str, Part] | None = None,
        review: str | None = None,
    ) -> Edit:
        """Keep the arguments of the call, but for some of them; another function can be called.

        ``renames`` are for arguments by keyword: those by position stay where they are.
        ``values`` and ``adds`` are syntax nodes or source texts.  A call with ``*args`` or
        ``**options``, which may hold what the edit is about, is marked for a look.
        """
        dropped = frozenset(drops)
        concerned = ", ".join(sorted({*(renames or {}), *dropped, *(values or {})}))
        spread = ", ".join(text for text in self.unmatched if text.startswith("*"))
        unsure = f"see whether {spread} holds any of {concerned}." if spread and concerned else ""
        return Rearranged(
            self.node,
            function,
            renames or {},
            dropped,
            values or {},
            adds or {},
            review=" ".join(filter(None, (review, unsure))) or None,
        )


@dataclass(frozen=True, slots=True)
class Name(_Place):
    """A name that a rule is for, where it is not called by a rule for calls.

    ``name`` is its dotted name.
    """

    name: str

    def becomes(self, template: str, *, review: str | None = None, **parts: Part) -> Edit:
        """Write a template in its place: most often another dotted name, which is imported."""
        return Written(self.node, template, parts, review=review)


@dataclass(frozen=True, slots=True)
class Attribute(_Place):
    """An attribute of an object of a declared kind, where it is read.

    ``name`` is ``Kind.attribute`` and ``owner`` the object.
    """

    name: str
    owner: Expression

    def becomes(self, template: str, *, review: str | None = None, **parts: Part) -> Edit:
        """Write a template in its place; ``self`` stands for the object."""
        return Written(self.node, template, parts, review=review)


@dataclass(frozen=True, slots=True)
class Module:
    """A file that names the packages of a rule.

    ``imports`` are the dotted names of what imports bring, by the names they have in the file.
    """

    node: cst.Module = field(repr=False)
    text: str = field(repr=False)
    imports: Mapping[str, str]
    _value: Callable[[cst.CSTNode], Value] = field(repr=False)
    _calls: Callable[[Module, str], tuple[Call, ...]] = field(repr=False)

    def value(self, node: cst.CSTNode) -> Value:
        """What an expression of the file can be."""
        return self._value(node)

    def calls(self, function: str) -> tuple[Call, ...]:
        """The calls of an imported function or class, given by its dotted name.

        They have the arguments that are given by keyword.
        """
        return self._calls(self, function)
