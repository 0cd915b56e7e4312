"""Replaces the imports of the legacy SDK by those that the rewritten code needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import libcst as cst

from genai_codemod.engine.imports.checking_blocks import (
    annotated_with,
    is_for_checking,
    without_unused_check,
)
from genai_codemod.engine.imports.import_order import place_imports
from genai_codemod.engine.imports.import_parts import bare, remarks, with_names
from genai_codemod.engine.imports.local_imports import (
    GuardedImport,
    LocalImport,
    Removed,
    UsedImports,
    is_guard,
    once,
    without_removed,
)
from genai_codemod.engine.imports.new_imports import import_statements
from genai_codemod.engine.plan import MARKER, marker
from genai_codemod.engine.planning.ignoring import is_left_alone
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.comments import comments
from genai_codemod.engine.syntax.module_syntax import dotted_name, leftmost, source_of
from genai_codemod.engine.syntax.parts import imports_in, used_names

Path = tuple[str, ...]

KEPT = Rule("imports.legacy-stays", guide="https://ai.google.dev/gemini-api/docs/migrate")
KEPT_MESSAGE = "remove this import once the lines marked below are migrated."


def legacy_names(node: cst.CSTNode, pack: RulePack) -> list[tuple[cst.ImportAlias, str]]:
    """The aliases of an import statement that bind something legacy, with the bound name."""
    if isinstance(node, cst.Import):
        pairs = [(alias, dotted_name(alias.name) or "") for alias in node.names]
    elif isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar):
        module = dotted_name(node.module) or ""
        if node.relative:
            return []
        pairs = [(alias, f"{module}.{dotted_name(alias.name)}") for alias in node.names]
    else:
        return []
    found = []
    for alias, dotted in pairs:
        if pack.is_legacy(pack.canonical(dotted)):
            bound = leftmost(alias.asname.name) if alias.asname else leftmost(alias.name)
            found.append((alias, bound))
    return found


def is_legacy_star(node: cst.CSTNode, pack: RulePack) -> bool:
    return (
        isinstance(node, cst.ImportFrom)
        and isinstance(node.names, cst.ImportStar)
        and pack.is_legacy(pack.canonical(dotted_name(node.module) or ""))
    )


_HOLDING_STATEMENTS = frozenset(
    {
        cst.ClassDef, cst.Else, cst.ExceptHandler, cst.ExceptStarHandler, cst.Finally, cst.For,
        cst.FunctionDef, cst.If, cst.IndentedBlock, cst.Match, cst.MatchCase, cst.Module, cst.Try,
        cst.TryStar, cst.While, cst.With,
    }
)  # fmt: skip


class ImportEditor(cst.CSTTransformer):
    """Puts the new imports where the old ones stood.

    ``needed`` maps each module of the new SDK to the name it has in this file; ``kept`` are the
    bound names whose legacy import must stay, by the path of functions that imports them (``()``
    for the module).  ``needs_top`` says that module-level code uses the new modules even if only
    functions imported the old ones, ``marks`` that a legacy import which stays gets a marker.
    """

    def __init__(
        self,
        pack: RulePack,
        needed: Mapping[str, str],
        kept: Mapping[Path, set[str]],
        *,
        needs_top: bool,
        marks: bool = True,
    ) -> None:
        super().__init__()
        self.pack = pack
        self.needed = needed
        self.kept = kept
        self.needs_top = needs_top
        self.marks = marks
        self._first: cst.CSTNode | None = None
        self._module: cst.Module | None = None
        self._header_marked = False
        self._path: list[str] = []
        self._direct: set[cst.CSTNode] = set()
        self._placed = False
        self._removes_local = False
        # Whether the function that is left has new imports which it may not need.
        self._has_local = False
        # The depth of ``try`` statements: an import that may fail there must not be repeated.
        self._tried = 0
        # The depth of those that handle a failing import, in what they try.
        self._guarded = 0
        # The depth of ``if TYPE_CHECKING``, where nothing is imported when the program runs.
        self._checked = 0
        self._emptied = False

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Look only where statements are: LibCST builds anew whatever it looks into."""
        return node.__class__ in _HOLDING_STATEMENTS and super().on_visit(node)

    def visit_Module(self, node: cst.Module) -> bool:
        text = marker(KEPT, KEPT_MESSAGE)
        self._module = node
        self._first = node.body[0] if node.body else None
        self._header_marked = any(c.comment and c.comment.value == text for c in node.header)
        for line in node.body:
            if isinstance(line, cst.SimpleStatementLine) and any(
                legacy_names(small, self.pack) for small in line.body
            ):
                self._direct.add(line)
        self._removes_local = bool(self._direct) or self.needs_top
        return True

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        body, footer = without_removed(updated_node.body)
        updated = updated_node.with_changes(body=body, footer=[*footer, *updated_node.footer])
        if self._emptied:
            updated = without_unused_check(updated)
        if self._placed or not self.needs_top:
            return updated
        new = [_line(part) for part in import_statements(self.needed)]
        return place_imports(updated, new) if new else updated

    def visit_If(self, node: cst.If) -> bool:
        self._checked += is_for_checking(node)
        return True

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If | cst.RemovalSentinel:
        if not is_for_checking(original_node):
            return updated_node
        self._checked -= 1
        assert self._module is not None
        used = annotated_with(self._module) | used_names(updated_node)
        filtered = updated_node.visit(UsedImports(used))
        assert isinstance(filtered, cst.If)
        updated_node = filtered
        emptied = source_of(updated_node.body).strip() == "pass"
        if emptied and updated_node.orelse is None and not comments(updated_node):
            self._emptied = True
            return cst.RemoveFromParent()
        return updated_node

    def visit_Try(self, node: cst.Try) -> bool:
        self._tried += 1
        return True

    def leave_Try(self, original_node: cst.Try, updated_node: cst.Try) -> cst.Try:
        self._tried -= 1
        return updated_node

    def visit_Try_body(self, node: cst.Try) -> None:
        self._guarded += is_guard(node)

    def leave_Try_body(self, node: cst.Try) -> None:
        self._guarded -= is_guard(node)

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return _has_imports(node)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self._path.append(node.name.value)
        return _has_imports(node)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        self._path.pop()
        if self._path or not self._has_local:
            return updated_node
        self._has_local = False
        filtered = updated_node.visit(UsedImports(used_names(updated_node)))
        assert isinstance(filtered, cst.FunctionDef)
        return filtered

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel | cst.FlattenSentinel[cst.BaseStatement]:
        legacy = [small for small in updated_node.body if legacy_names(small, self.pack)]
        if not legacy:
            return updated_node
        if is_left_alone(updated_node):
            return cst.FlattenSentinel(
                [updated_node, *self._new_imports(original_node, asks=False)]
            )
        rest = [small for small in updated_node.body if small not in legacy]
        kept: list[cst.BaseSmallStatement] = []
        foreign: list[cst.BaseSmallStatement] = []
        for small in legacy:
            assert isinstance(small, cst.Import | cst.ImportFrom)
            stays, other = self._split(small)
            kept.extend(stays)
            foreign.extend(other)
        new = self._new_imports(original_node, asks=not kept)
        lines = [*(_line(part) for part in foreign), *new]
        if kept:
            lead = [cst.EmptyLine(comment=cst.Comment(marker(KEPT, KEPT_MESSAGE)))]
            lead = lead if self.marks else []
            marked = self._header_marked and original_node is self._first
            for index, part in enumerate(kept):
                lines.insert(index, _line(part, [] if marked and index == 0 else lead))
        if rest:
            shared = _markers(updated_node.leading_lines) if kept else []
            others = [bare(small) for small in rest]
            lines.append(cst.SimpleStatementLine(body=others, leading_lines=shared))
        lost = remarks(legacy)
        if not lines:
            lost += remarks([updated_node.trailing_whitespace])
            return Removed(
                body=[cst.Pass()], leading_lines=[*updated_node.leading_lines, *_noted(lost)]
            )
        kept_text = Counter(text for line in lines for text in comments(line))
        missing = list((Counter(lost) - kept_text).elements())
        first = lines[0].with_changes(leading_lines=[*_noted(missing), *lines[0].leading_lines])
        leading = (
            _without_marker(updated_node.leading_lines) if kept else updated_node.leading_lines
        )
        lines[0] = first.with_changes(leading_lines=[*leading, *first.leading_lines])
        # What is said beside an import that stays, such as ``# type: ignore``, is about that.
        last = len(kept) - 1
        lines[last] = lines[last].with_changes(trailing_whitespace=updated_node.trailing_whitespace)
        return cst.FlattenSentinel(lines)

    def _split(
        self, node: cst.Import | cst.ImportFrom
    ) -> tuple[list[cst.BaseSmallStatement], list[cst.BaseSmallStatement]]:
        """The part of an import that stays because it is still used, and what is not legacy."""
        legacy = legacy_names(node, self.pack)
        kept = self.kept.get(tuple(self._path), set())
        stays = [alias for alias, bound in legacy if bound in kept]
        assert not isinstance(node.names, cst.ImportStar)
        names = {id(alias) for alias, _ in legacy}
        other = [alias for alias in node.names if id(alias) not in names]
        return with_names(node, stays), with_names(node, other)

    def _new_imports(self, original: cst.CSTNode, *, asks: bool) -> list[cst.SimpleStatementLine]:
        """The imports that stand in for one legacy import.

        Where a failing import is handled, one of them ``asks`` whether the SDK is installed.
        """
        statements = import_statements(self.needed)
        if original in self._direct:
            if self._placed:
                return []
            self._placed = True
            return [_line(part) for part in statements]
        if (self._path or self._checked) and self._removes_local:
            return []
        if not self._path and self._tried:
            self._placed = True
        self._has_local = True
        first = GuardedImport if asks and self._guarded else LocalImport
        kinds = [first, *[LocalImport] * len(statements)]
        return [kind(body=[part]) for kind, part in zip(kinds, statements, strict=False)]

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body, footer = without_removed(once(updated_node.body))
        if original_node.body and not body:
            body = [cst.SimpleStatementLine(body=[cst.Pass()], leading_lines=footer)]
            footer = []
        return updated_node.with_changes(body=body, footer=[*footer, *updated_node.footer])


def _noted(texts: Sequence[str]) -> list[cst.EmptyLine]:
    return [cst.EmptyLine(comment=cst.Comment(text)) for text in texts]


def _markers(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    return [line for line in lines if line.comment and line.comment.value.startswith(MARKER)]


def needed_names(needed: Mapping[str, str]) -> set[str]:
    """The names that the new imports bind."""
    return {name.partition(".")[0] for name in needed.values()}


def imports_legacy(node: cst.CSTNode, pack: RulePack) -> bool:
    """Whether any import in ``node`` is of the legacy SDK."""
    return any(is_legacy_star(each, pack) or legacy_names(each, pack) for each in imports_in(node))


def _has_imports(node: cst.CSTNode) -> bool:
    return next(imports_in(node), None) is not None


def _line(
    small: cst.BaseSmallStatement, leading: Sequence[cst.EmptyLine] = ()
) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine(body=[small], leading_lines=leading)


def _without_marker(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    text = marker(KEPT, KEPT_MESSAGE)
    return [line for line in lines if line.comment is None or line.comment.value != text]
