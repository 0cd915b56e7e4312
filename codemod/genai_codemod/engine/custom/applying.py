"""Turns what a rule returned into the code that is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.custom.evaluation import Evaluation, doing_something, evaluation
from genai_codemod.engine.custom.templates import Spelled, Template, read_template
from genai_codemod.engine.rule_packs.template import WrittenCall, atomic, clean, keyword
from genai_codemod.engine.syntax.parts import parts
from genai_codemod.rules.edits import Part, Rearranged, Written

Filler = Callable[[], cst.BaseExpression]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes one edit, once the parts of its node are written.

    ``arguments`` are the positions of the arguments that a call passes.  ``template`` is that of
    the whole, or of nothing but the function that is called; ``parts`` are those of what the rule
    gave besides: templates, or syntax nodes.  ``evaluation`` says what becomes of arguments that
    do something.
    """

    edit: Written | Rearranged
    arguments: Mapping[str, int]
    known: frozenset[str]
    template: Template | None
    parts: Mapping[str, Template | cst.BaseExpression]
    evaluation: Evaluation

    @property
    def imported(self) -> tuple[str, ...]:
        """The dotted names that the written code needs."""
        templates = [self.template, *self.parts.values()]
        return tuple(
            name
            for each in templates
            if isinstance(each, Template)
            for name in each.imported.values()
        )

    @property
    def kept(self) -> Iterator[cst.Name]:
        """The names of the file that stay in what is written, those in whole arguments aside."""
        swapped = set(_inner(self.edit.node))
        todo: list[cst.CSTNode] = [
            part for part in self.parts.values() if not isinstance(part, Template)
        ]
        while todo:
            node = todo.pop()
            if isinstance(node, cst.Name):
                yield node
            if node not in swapped:
                todo += parts(node)

    def write(self, updated: cst.CSTNode, spelled: Spelled) -> cst.BaseExpression:
        """The code in place of a node, whose parts are written already."""
        old = _old_parts(updated, self.arguments)
        swap = _Swap(self.edit.node, updated)
        new: dict[str, Filler] = {}
        for name, part in self.parts.items():
            if isinstance(part, Template):
                new[name] = lambda part=part: part.filled(old, spelled, self.known)  # type: ignore[misc]
            else:
                new[name] = lambda part=part: _expression(part.visit(swap))  # type: ignore[misc]
        function = None
        if self.template is not None:
            function = self.template.filled({**old, **new}, spelled, self.known)
        if isinstance(self.edit, Written):
            assert function is not None
            return _ordered(function, self.evaluation.keywords)
        assert isinstance(updated, cst.Call)
        return _rearranged(self.edit, updated, function, self.arguments, new)


def writer(
    edit: Written | Rearranged, arguments: Mapping[str, int], parameters: Collection[str]
) -> Writer:
    """What writes an edit of a node; ``parameters`` are all that a call can have arguments for.

    Raises:
        ValueError: the template, or a part, is not Python, or names what there is not.
    """
    given = {**edit.values, **edit.adds} if isinstance(edit, Rearranged) else edit.parts
    owner = edit.node.func if isinstance(edit.node, cst.Call) else edit.node
    known = frozenset({*parameters, *(("self",) if isinstance(owner, cst.Attribute) else ())})
    read = {name: _part(part, known) for name, part in given.items()}
    text = edit.function if isinstance(edit, Rearranged) else edit.template
    names = known | read.keys() if isinstance(edit, Written) else known
    template = read_template(text, frozenset(names)) if text is not None else None
    evaluated = _evaluation(edit, arguments)
    made = Writer(edit, arguments, frozenset(names), template, read, evaluated)
    # What cannot be written is the mistake of the rule, and is noticed while it is known whose.
    made.write(edit.node, lambda _: cst.Name("imported"))
    return made


def _evaluation(edit: Written | Rearranged, arguments: Mapping[str, int]) -> Evaluation:
    if not isinstance(edit.node, cst.Call):
        return Evaluation()
    if isinstance(edit, Rearranged):
        doing = doing_something(edit.node, arguments)
        lost = [text for name, text in doing.items() if name in edit.drops]
        return Evaluation(f"{lost[0]} is not evaluated any more.") if lost else Evaluation()
    if any(isinstance(part, cst.CSTNode) for part in edit.parts.values()):
        return Evaluation()  # a rule that takes the syntax apart knows what it does
    return evaluation(edit.template, edit.node, arguments)


def _ordered(expression: cst.BaseExpression, keywords: Sequence[str]) -> cst.BaseExpression:
    """A call with its keyword arguments in a given order."""
    if not keywords or not isinstance(expression, cst.Call):
        return expression
    positional = [argument for argument in expression.args if argument.keyword is None]
    named = {each.keyword.value: each for each in expression.args if each.keyword is not None}
    ordered = [named[name] for name in keywords if name in named]
    return expression.with_changes(args=[*positional, *ordered])


def _part(part: Part, known: frozenset[str]) -> Template | cst.BaseExpression:
    if isinstance(part, str):
        return read_template(part, known)
    if not isinstance(part, cst.BaseExpression):
        raise ValueError(f"{type(part).__name__} is neither a text nor an expression of LibCST")
    return part


def _old_parts(node: cst.CSTNode, arguments: Mapping[str, int]) -> dict[str, Filler]:
    """What the parameters and ``self`` stand for."""
    found: dict[str, Filler] = {}
    owner = node.func if isinstance(node, cst.Call) else node
    if isinstance(owner, cst.Attribute):
        found["self"] = _always(owner.value)
    if isinstance(node, cst.Call):
        for parameter, position in arguments.items():
            found[parameter] = _always(node.args[position].value)
    return found


def _always(expression: cst.BaseExpression) -> Filler:
    return lambda: expression


def _expression(node: object) -> cst.BaseExpression:
    assert isinstance(node, cst.BaseExpression)
    return node


class _Swap(cst.CSTTransformer):
    """Puts the written parts of a node where a rule used those that the file had."""

    def __init__(self, original: cst.CSTNode, updated: cst.CSTNode) -> None:
        super().__init__()
        self._written = dict(zip(_inner(original), _inner(updated), strict=True))

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node not in self._written

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]:
        return self._written.get(original_node, updated_node)


def _inner(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The arguments of a call and what it is called on."""
    owner = node.func if isinstance(node, cst.Call) else node
    if isinstance(owner, cst.Attribute):
        yield owner.value
    if isinstance(node, cst.Call):
        yield from (argument.value for argument in node.args)


def _rearranged(
    edit: Rearranged,
    updated: cst.Call,
    function: cst.BaseExpression | None,
    arguments: Mapping[str, int],
    new: Mapping[str, Filler],
) -> cst.Call:
    """The call with its arguments, but for those that the edit is about.

    After an argument by position that is gone, those that follow are given by keyword.
    """
    found = [
        *_kept_arguments(edit, updated, arguments, new),
        *(keyword(name, new[name]()) for name in edit.adds),
    ]
    _refuse_twice(found)
    func = atomic(function) if function is not None else updated.func
    if len(found) == len(updated.args):
        return updated.with_changes(func=func, args=found)
    return WrittenCall(func=func, args=[clean(each) for each in found])


def _kept_arguments(
    edit: Rearranged, updated: cst.Call, arguments: Mapping[str, int], new: Mapping[str, Filler]
) -> Iterator[cst.Arg]:
    """The arguments that a call had, without those that are dropped.

    Raises:
        ValueError: one by position would come after one by keyword.
    """
    parameters = {position: name for name, position in arguments.items()}
    shifted = False
    for position, argument in enumerate(updated.args):
        name = parameters.get(position)
        if name is None:
            if shifted and argument.keyword is None and argument.star != "**":
                raise ValueError("an argument by position would come after one by keyword")
            yield argument
        elif name in edit.drops:
            shifted = shifted or argument.keyword is None
        else:
            value = new[name]() if name in edit.values else argument.value
            label = cst.Name(edit.renames.get(name, name))
            if argument.keyword is not None:
                yield argument.with_changes(value=value, keyword=label)
            elif shifted:
                yield clean(cst.Arg(value, keyword=label))
            else:
                yield argument.with_changes(value=value)


def _refuse_twice(arguments: Sequence[cst.Arg]) -> None:
    keywords = [each.keyword.value for each in arguments if each.keyword is not None]
    for name in keywords:
        if keywords.count(name) > 1:
            raise ValueError(f"{name} would be given twice")
