"""Rewrites the handlers of a ``try`` statement, so that each catches what it caught before.

The new SDK has one class where the legacy one had many, so a handler for a legacy class must let
other errors of the new class through.  Python does not look at the handlers after the one that
raises again; where one of those would have caught the error, they become one handler that
chooses between the bodies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from genai_codemod.engine.errors.conditions import Errors, Spell, broadest, broken, listed
from genai_codemod.engine.rule_packs.template import expression
from genai_codemod.engine.syntax.comments import comments
from genai_codemod.engine.syntax.module_syntax import block_of, source_of
from genai_codemod.groups import Groups

Suite = cst.BaseSuite
BROADEST = "BaseException"


@dataclass(frozen=True, slots=True)
class Clause:
    """A handler: the errors of the SDK that it is about, and whether it catches any exception.

    ``classes`` are the positions of the classes in its tuple that stay as they are, and
    ``extra`` the source of classes to be caught as well.
    """

    handler: cst.ExceptHandler
    errors: Errors
    classes: tuple[int, ...]
    extra: tuple[str, ...] = ()
    broad: bool = False

    @property
    def relevant(self) -> bool:
        return self.broad or bool(self.errors.rules)

    @property
    def limited(self) -> bool:
        return self.errors.limited and not self.broad

    @property
    def name(self) -> str | None:
        return source_of(self.handler.name.name) if self.handler.name is not None else None

    def catches(self, other: Clause) -> bool:
        """Whether an error that the other lets through can end up here."""
        return self.broad or self.errors.overlaps(other.errors)

    def catches_all(self, other: Clause) -> bool:
        return self.broad or self.errors.covers(other.errors)

    def completed(self, updated: cst.ExceptHandler) -> Errors:
        """The errors with the classes that stay, as they are written now."""
        elements = class_texts(updated.type)
        kept = [elements[position] for position in self.classes]
        return replace(self.errors, others=(*kept, *self.extra))


def class_list(node: cst.BaseExpression | None) -> list[cst.BaseExpression]:
    """The classes that a handler or an isinstance names."""
    if isinstance(node, cst.Tuple):
        return [element.value for element in node.elements]
    return [node] if node is not None else []


def class_texts(node: cst.BaseExpression | None) -> list[str]:
    """The source of each of them, with the star of a tuple that is unpacked there."""
    if not isinstance(node, cst.Tuple):
        return [source_of(each) for each in class_list(node)]
    return [
        ("*" if isinstance(each, cst.StarredElement) else "") + source_of(each.value)
        for each in node.elements
    ]


def groups(clauses: Sequence[Clause]) -> list[list[int]]:
    """The positions of the handlers that must become one, in order; most stand alone."""
    joined = Groups(range(len(clauses)))
    for first, clause in enumerate(clauses):
        if not clause.limited:
            continue
        for second in range(first + 1, len(clauses)):
            if clauses[second].relevant and clauses[second].catches(clause):
                joined.join(first, second)
                if clauses[second].catches_all(clause):
                    break
    return list(joined.by_leader().values())


def reordered(clauses: Sequence[Clause], group: Sequence[int]) -> bool:
    """Whether joining a group would move a class past a handler that may catch it too."""
    between = [clauses[p] for p in range(group[0], group[-1]) if p not in group]
    moved = [clauses[p] for p in group[:-1]]
    return any(c.classes for c in moved) and any(c.classes or not c.relevant for c in between)


def rewritten(
    clauses: Sequence[Clause],
    names: Callable[[Sequence[int]], str],
    spell: Spell,
    width: int,
    updated: cst.Try,
) -> cst.Try:
    """The statement with its handlers in the new form, their tests not much wider than given."""
    handlers: list[cst.ExceptHandler] = []
    joined = {group[-1]: group for group in groups(clauses)}
    for position, handler in enumerate(updated.handlers):
        group = joined.get(position)
        if group is None:
            continue
        clause = clauses[position]
        if len(group) > 1:
            members = [(clauses[p], updated.handlers[p]) for p in group]
            handlers.append(_chain(members, names(group), spell, width))
        elif clause.limited:
            handlers.append(_filtered(clause, handler, names(group), spell))
        elif clause.errors.rules or clause.extra:
            handlers.append(_typed(handler, _classes(clause.completed(handler), spell)))
        else:
            handlers.append(handler)
    return updated.with_changes(handlers=handlers)


# -- one handler ------------------------------------------------------------------------------


def _classes(errors: Errors, spell: Spell) -> list[str]:
    return [*(spell(name) for name in errors.classes), *errors.others]


def _typed(handler: cst.ExceptHandler, classes: Sequence[str]) -> cst.ExceptHandler:
    """The handler for these classes; comments between the old ones go above it."""
    text = listed(list(dict.fromkeys(classes)))
    lost = comments(handler.type) if handler.type is not None else []
    noted = [cst.EmptyLine(comment=cst.Comment(each)) for each in lost]
    return handler.with_changes(
        type=expression(text),
        whitespace_after_except=cst.SimpleWhitespace(" "),
        leading_lines=[*handler.leading_lines, *noted],
    )


def _named(handler: cst.ExceptHandler, name: str) -> cst.ExceptHandler:
    if handler.name is not None and source_of(handler.name.name) == name:
        return handler
    return handler.with_changes(name=cst.AsName(cst.Name(name)))


def _filtered(
    clause: Clause, handler: cst.ExceptHandler, name: str, spell: Spell
) -> cst.ExceptHandler:
    """``except ClientError as e: if e.code != 429: raise``, then what was done before."""
    errors = clause.completed(handler)
    test = expression(errors.mismatch(name, spell))
    block = _block(handler.body)
    let_through = cst.If(test, cst.IndentedBlock([_raise()]))
    body = block.with_changes(body=[let_through, *block.body])
    return _named(_typed(handler, _classes(errors, spell)), name).with_changes(body=body)


# -- several handlers as one --------------------------------------------------------------------


def _chain(
    members: Sequence[tuple[Clause, cst.ExceptHandler]], name: str, spell: Spell, width: int
) -> cst.ExceptHandler:
    """One handler with an ``if`` for each of several, and the last one's body at its end."""
    last, handler = members[-1]
    whole = all(last.catches_all(clause) for clause, _ in members[:-1])
    tested = members[:-1] if whole else members
    completed = [clause.completed(each) for clause, each in members]
    if last.broad:
        classes, certain = [source_of(handler.type) if handler.type else BROADEST], False
    else:
        kept = completed[-1:] if whole else completed
        base = kept[0].common([each for errors in kept for each in errors.classes])
        bases = [each for errors in completed for each in errors.bases]
        others = broadest([each for errors in completed for each in errors.others], bases)
        classes, certain = [*([spell(base)] if base else []), *others], not others
    orelse: cst.Else | cst.If = cst.Else(_block(_body(members[-1], name)))
    if whole:
        orelse = orelse.with_changes(leading_lines=_notes(handler))
    else:
        orelse = cst.Else(cst.IndentedBlock([_raise()]))
    for (clause, each), errors in reversed(list(zip(tested, completed, strict=False))):
        test = broken(errors.test(name, spell, certain=certain), width)
        body = _block(_body((clause, each), name))
        orelse = cst.If(test, body, orelse=orelse, leading_lines=_notes(each))
    above = [line for line in members[0][1].leading_lines if line.comment is None]
    bare = handler.with_changes(leading_lines=above, type=None, name=None)
    merged = _named(_typed(bare, classes), name)
    assert isinstance(orelse, cst.If)
    return merged.with_changes(body=cst.IndentedBlock([orelse]))


def _body(member: tuple[Clause, cst.ExceptHandler], name: str) -> Suite:
    """What a handler does, with the caught error under another name."""
    clause, handler = member
    if clause.name is None or clause.name == name:
        return handler.body
    body = handler.body.visit(_Renamer(clause.name, name))
    assert isinstance(body, cst.BaseSuite)
    return body


def _block(suite: Suite) -> cst.IndentedBlock:
    if isinstance(suite, cst.IndentedBlock):
        return suite
    assert isinstance(suite, cst.SimpleStatementSuite)
    return block_of(suite)


def _raise() -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([cst.Raise()])


def _notes(handler: cst.ExceptHandler) -> list[cst.EmptyLine]:
    """The comments above a handler, and those between the classes that it names."""
    lines = [line for line in handler.leading_lines if line.comment is not None]
    inner = comments(handler.type) if handler.type is not None else []
    return [*lines, *(cst.EmptyLine(comment=cst.Comment(text)) for text in inner)]


class _Renamer(cst.CSTTransformer):
    def __init__(self, old: str, new: str) -> None:
        super().__init__()
        self.old = old
        self.new = new

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        del original_node
        if updated_node.value != self.old:
            return updated_node
        return updated_node.with_changes(value=self.new)

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.Attribute:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)
