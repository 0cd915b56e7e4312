"""Carries out a plan: one traversal that replaces, inserts, removes and marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

import libcst as cst

from genai_codemod.engine.plan import MARKER, Build, Plan
from genai_codemod.engine.syntax.comments import comments, with_comments
from genai_codemod.engine.syntax.module_syntax import block_of, dotted_name
from genai_codemod.engine.tracing.bound_already import is_bound_already
from genai_codemod.engine.writing.f_strings import readable
from genai_codemod.engine.writing.layout import Layout


class PlanApplier(cst.CSTTransformer):
    """Edits a module as planned; comments that an edit would drop go above the statement."""

    def __init__(self, plan: Plan, layout: Layout) -> None:
        super().__init__()
        self.plan = plan
        self.layout = layout
        self._touched = _touched(plan)
        self._behind_function = _next_statements(plan)
        self._edits = 0
        self._edits_before: list[int] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Look only into what is edited: LibCST builds anew whatever it looks into."""
        return node in self._touched and super().on_visit(node)

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        self._edits_before.append(self._edits)
        return True

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool:
        self._edits_before.append(self._edits)
        return True

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]:
        if original_node not in self._touched:
            return updated_node
        node = self._replaced(original_node, updated_node)
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            node = self._fill_body(original_node, node)
        edited = True
        if isinstance(original_node, cst.SimpleStatementLine):
            edited = self._edits_before.pop() < self._edits
        if original_node in self.plan.remove:
            return self._removed(original_node, node)
        if isinstance(original_node, cst.IndentedBlock):
            assert isinstance(node, cst.IndentedBlock)
            return node if node.body else node.with_changes(body=[_pass()])
        if isinstance(original_node, cst.SimpleStatementSuite):
            return self._as_block(original_node, node)
        if isinstance(original_node, cst.SimpleStatementLine):
            assert isinstance(node, cst.SimpleStatementLine)
            return self._statement(original_node, node, edited=edited)
        if isinstance(original_node, cst.BaseCompoundStatement):
            return self._statement(original_node, node)
        if isinstance(original_node, cst.ExceptHandler | cst.ExceptStarHandler):
            return self._marked(original_node, node)
        return node

    def _replaced(self, original: cst.CSTNode, node: cst.CSTNode) -> cst.CSTNode:
        """What becomes of a node itself, whatever becomes of its statement."""
        if isinstance(node, cst.Call | cst.Dict | cst.List):
            self.layout.remember(node)
        if (replace := self.plan.replace.get(original)) is not None:
            self._edits += 1
            node = _keep_parentheses(original, replace(node))
        if (wrap := self.plan.wrap.get(original)) is not None:
            self._edits += 1
            node = wrap(node)
        if isinstance(original, cst.FormattedString) and self._edits_before.pop() < self._edits:
            assert isinstance(node, cst.FormattedString)
            node = readable(original, node)
        return node

    @staticmethod
    def _removed(original: cst.CSTNode, node: cst.CSTNode) -> cst.CSTNode | cst.RemovalSentinel:
        """Nothing, or ``pass`` where comments of the statement must stay."""
        assert isinstance(node, cst.SimpleStatementLine)
        if comments(original):
            return node.with_changes(body=[cst.Pass()])
        return cst.RemoveFromParent()

    def _fill_body(self, original: cst.CSTNode, node: cst.CSTNode) -> cst.CSTNode:
        builds = self.plan.body_start.get(original)
        if not builds:
            return node
        suite = node.body  # type: ignore[attr-defined]
        new = list(_statements(builds))
        if isinstance(suite, cst.SimpleStatementSuite):
            suite = block_of(suite)
        position = 1 if _has_docstring(suite.body) else 0
        body = [*suite.body[:position], *new, *suite.body[position:]]
        return node.with_changes(body=suite.with_changes(body=body))

    def _as_block(self, original: cst.CSTNode, node: cst.CSTNode) -> cst.CSTNode:
        """The statements behind the colon of ``if x: y = z``, with those before and after them."""
        before = list(_statements(self.plan.before.get(original, ())))
        after = list(_statements(self.plan.after.get(original, ())))
        if not before and not after:
            return node
        assert isinstance(node, cst.SimpleStatementSuite)
        (line,) = block_of(node).body
        marked = self._marked(original, line)
        assert isinstance(marked, cst.SimpleStatementLine)
        return cst.IndentedBlock([*before, marked, *after])

    def _statement(
        self, original: cst.CSTNode, node: cst.CSTNode, *, edited: bool = True
    ) -> cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]:
        if original is self.plan.lazy_at:
            node, edited = self._kept_client(node), True
        before = list(_statements(self.plan.before.get(original, ())))
        after = list(_statements(self.plan.after.get(original, ())))
        if edited and isinstance(node, cst.SimpleStatementLine) and node.body:
            node = self.layout.statement(original, node)
        if original in self._behind_function:
            lines = two_blank_lines(node.leading_lines)  # type: ignore[attr-defined]
            node = node.with_changes(leading_lines=lines)
        before = [self._laid_out(original, statement) for statement in before]
        after = [self._laid_out(original, statement) for statement in after]
        if edited and isinstance(original, cst.SimpleStatementLine):
            node = self._rescued(original, node, [*before, *after])
            if self._says_nothing(original, node):
                return self._without(node, [*before, *after])
        if before:
            lines = list(node.leading_lines)  # type: ignore[attr-defined]
            before[0] = before[0].with_changes(leading_lines=lines)
            node = node.with_changes(leading_lines=[])
        node = self._marked(original, node)
        if not before and not after:
            return node
        return cst.FlattenSentinel([*before, node, *after])

    def _says_nothing(self, original: cst.CSTNode, node: cst.CSTNode) -> bool:
        """Whether an edit has left ``model = model`` of a statement, which binds nothing new."""
        match node:
            case cst.SimpleStatementLine(
                body=[cst.Assign([cst.AssignTarget(target)], cst.BaseExpression() as value)]
            ):
                name = dotted_name(target)
                bare = not comments(node) and original not in self.plan.markers
                same = name is not None and name == dotted_name(value)
                return same and bare and is_bound_already(self.plan.facts, original, name or "")
        return False

    @staticmethod
    def _without(
        node: cst.CSTNode, others: Sequence[cst.BaseStatement]
    ) -> cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]:
        """What stands around a statement that goes, where the statement stood."""
        if not others:
            return cst.RemoveFromParent()
        assert isinstance(node, cst.SimpleStatementLine)
        first = others[0].with_changes(leading_lines=node.leading_lines)
        return cst.FlattenSentinel([first, *others[1:]])

    def _laid_out(self, original: cst.CSTNode, new: cst.BaseStatement) -> cst.BaseStatement:
        laid_out = self.layout.statement(original, new)
        assert isinstance(laid_out, cst.BaseStatement)
        return laid_out

    def _kept_client(self, node: cst.CSTNode) -> cst.CSTNode:
        """The client that a module configured at import, built when it is first needed."""
        assert isinstance(node, cst.SimpleStatementLine)
        expression = node.body[0]
        assert isinstance(expression, cst.Expr)
        name, genai = self.plan.names["get_client"], self.plan.name("genai")
        text = f"@functools.cache\ndef {name}() -> {genai}.Client:\n    return None\n"
        function = cst.parse_statement(text)
        assert isinstance(function, cst.FunctionDef)
        returned = cst.SimpleStatementLine([cst.Return(expression.value)])
        body = cst.IndentedBlock([returned], header=node.trailing_whitespace)
        return function.with_changes(body=body, leading_lines=two_blank_lines(node.leading_lines))

    def _marked(self, original: cst.CSTNode, node: cst.CSTNode) -> cst.CSTNode:
        markers = self.plan.markers.get(original)
        if not markers:
            return node
        lines = list(node.leading_lines)  # type: ignore[attr-defined]
        present = [line.comment.value for line in lines if line.comment is not None]
        module = self.plan.facts.module
        if module.body and original is module.body[0]:
            present += [line.comment.value for line in module.header if line.comment is not None]
        if any(text.startswith(MARKER) for text in present):
            # Marked by an earlier run, which said what is to be done here.
            return node
        lines += [cst.EmptyLine(comment=cst.Comment(text)) for text in markers]
        return node.with_changes(leading_lines=lines)

    def _rescued(
        self, original: cst.SimpleStatementLine, node: cst.CSTNode, others: Sequence[cst.CSTNode]
    ) -> cst.CSTNode:
        """The statement with the comments that it would have lost standing above it.

        One for a checker of its line stays on a line of it.
        """
        if original in self.plan.remove:
            return node
        kept = Counter(text for each in (node, *others) for text in comments(each))
        return with_comments(node, list((Counter(comments(original)) - kept).elements()))


def _touched(plan: Plan) -> set[cst.CSTNode]:
    """What a plan edits, all that this is part of, and all that stands on the same line."""
    index = plan.facts.index
    found: set[cst.CSTNode] = set()
    around = (plan.before, plan.after, plan.body_start, plan.remove, plan.markers)
    lazy = [plan.lazy_at, *_next_statements(plan)] if plan.lazy_at is not None else []
    for node in chain(plan.replace, plan.wrap, lazy):
        line = index.statement(node)
        whole = line if isinstance(line, cst.SimpleStatementLine) else node
        found |= {whole, *index.ancestors(whole), *index.within(whole)}
    for node in chain(*around):
        found |= {node, *index.ancestors(node)}
    return found


def _next_statements(plan: Plan) -> list[cst.CSTNode]:
    """The statement behind the one that becomes a function, if there is one."""
    body = list(plan.facts.module.body)
    place = next((index for index, line in enumerate(body) if line is plan.lazy_at), len(body))
    return [*body[place + 1 : place + 2]]


def two_blank_lines(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """Leading lines that begin with two blank ones."""
    kept = list(lines)
    while kept and kept[0].comment is None:
        kept.pop(0)
    return [cst.EmptyLine(indent=False), cst.EmptyLine(indent=False), *kept]


def _pass() -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine(body=[cst.Pass()])


def _keep_parentheses(original: cst.CSTNode, node: cst.CSTNode) -> cst.CSTNode:
    """Parentheses the user wrote around an expression stay where they hold lines together."""
    if not isinstance(original, cst.BaseExpression) or not isinstance(node, cst.BaseExpression):
        return node
    if original.lpar and not node.lpar:
        return node.with_changes(lpar=original.lpar, rpar=original.rpar)
    return node


def _statements(builds: Iterable[Build]) -> Iterable[cst.BaseStatement]:
    for build in builds:
        for item in build():
            if isinstance(item, str):
                yield cst.parse_statement(item + "\n")
            else:
                yield cst.SimpleStatementLine(body=[item])


def _has_docstring(body: Sequence[cst.BaseStatement]) -> bool:
    first = body[0] if body else None
    return (
        isinstance(first, cst.SimpleStatementLine)
        and isinstance(first.body[0], cst.Expr)
        and isinstance(first.body[0].value, cst.SimpleString | cst.ConcatenatedString)
    )
