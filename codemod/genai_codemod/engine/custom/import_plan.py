"""Plans what becomes of the import statements of a module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import libcst as cst

from genai_codemod.engine.custom.imported import Import, Imported, module_of
from genai_codemod.engine.custom.moving import Moves
from genai_codemod.engine.custom.spelling import Spelling
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.result import Status
from genai_codemod.engine.rule_packs.rules import CallRule, NameRule
from genai_codemod.engine.rule_packs.template import attribute, small_statement
from genai_codemod.engine.syntax.module_syntax import dotted_name
from genai_codemod.engine.syntax.parts import names_in


class ImportPlan:
    """Takes names out of imports, puts new ones in their place, and renames moved modules."""

    def __init__(self, facts: Facts, plan: Plan, spelling: Spelling, moves: Moves) -> None:
        self.facts = facts
        self.plan = plan
        self.spelling = spelling
        self.moves = moves
        self._new_by_block: dict[cst.CSTNode, set[str]] = defaultdict(set)

    def plan_all(self) -> list[str]:
        """Plan all statements; the import statements that are to be added at the top."""
        for statement in self.facts.index.nodes(cst.Import, cst.ImportFrom):
            if isinstance(statement.names, cst.ImportStar):
                self._plan_star(statement)
            else:
                self._plan_statement(statement, statement.names)
        return self.spelling.new_imports(None)

    def _plan_star(self, statement: Import) -> None:
        assert isinstance(statement, cst.ImportFrom)
        dotted = module_of(statement, self.facts.pack)
        new = self.moves.new_name(dotted)
        if new is not None:
            self._found(statement, dotted)
            module = attribute(new)
            self.plan.replace[statement] = lambda updated: updated.with_changes(
                module=module, relative=()
            )

    def _plan_statement(self, statement: Import, aliases: Sequence[cst.ImportAlias]) -> None:
        gone = {id(each.alias) for each in self.spelling.going if each.statement is statement}
        moved = {
            id(alias): self._moved(statement, alias) for alias in aliases if id(alias) not in gone
        }
        stays = [each for each in aliases if id(each) in moved and moved[id(each)] is None]
        elsewhere = [each for each in moved.values() if each is not None]
        texts = self._not_there_yet(statement, self.spelling.new_imports(statement))
        if not (gone or elsewhere or texts):
            return
        written = [small_statement(text) for text in texts]
        added = [each for each in written if stays and _is_from_same(each, statement)]
        first: list[cst.BaseSmallStatement] = []
        if added:
            first.append(statement.with_changes(names=_listed(_joined(stays, added))))
        elif stays:
            whole = len(stays) == len(aliases)
            first.append(statement if whole else statement.with_changes(names=_listed(stays)))
        others = [each for each in written if each not in added]
        self._replace(statement, [*first, *_by_module(statement, elsewhere), *others])

    def _moved(
        self, statement: Import, alias: cst.ImportAlias
    ) -> cst.BaseSmallStatement | tuple[str, cst.ImportAlias] | None:
        """An import in the place of one name: a statement, or a name of another module."""
        each = next((each for each in self.spelling.imported if each.alias is alias), None)
        if each is None:
            return None
        new = self.moves.new_name(each.dotted)
        if new is None:
            new = self._unused(statement, each)
        else:
            self._found(statement, each.dotted)
        if new is None:
            return None
        if isinstance(statement, cst.Import):
            return self._moved_import(each, new)
        module, _, name = new.rpartition(".")
        if not module:
            return small_statement(f"import {name} as {each.bound}")
        return module, self._moved_alias(each, name)

    def _not_there_yet(self, statement: Import, texts: Sequence[str]) -> list[str]:
        """The new imports that no statement of the same block stands for already.

        The blocks of a document may be read one by one, so each keeps its own.
        """
        block = self._block(self.facts.index.parents[statement])
        known = self._new_by_block[block]
        new = [text for text in texts if text not in known]
        known.update(texts)
        return new

    def _block(self, line: cst.CSTNode) -> cst.CSTNode:
        """The first of the lines with imports that follow each other, up to one."""
        around = self.facts.index.parents.get(line)
        body = around.body if isinstance(around, cst.Module | cst.IndentedBlock) else ()
        first: cst.CSTNode | None = None
        for each in body:
            if not _is_import(each):
                first = None
            elif first is None:
                first = each
            if each is line:
                return first or line
        return line

    def _unused(self, statement: Import, each: Imported) -> str | None:
        """What a name is called now that is imported for others, and not used here.

        Where that is not all that changes, the import is marked.
        """
        pack = self.facts.pack
        rule: NameRule | CallRule | None = pack.names.get(each.dotted)
        around = pack.manual(each.dotted)
        rule = rule or pack.calls.get(each.dotted)
        rule = rule or (around if isinstance(around, NameRule) else None)
        if rule is None or self._names(each):
            return None
        if self.spelling.is_replaced_anywhere(each):
            return None
        if rule.becomes is not None and is_only_renamed(rule):
            self.plan.found(statement, rule, "review" if rule.review else "rewritten")
            return rule.becomes
        in_python = isinstance(rule, CallRule) and rule.id in pack.functions
        if rule.manual is not None or rule.becomes is not None or in_python:
            message = (
                rule.manual or f"{each.dotted} is imported for others: see what they need now."
            )
            self.plan.found(statement, rule, "manual", message)
        return None

    def _found(self, statement: Import, dotted: str) -> None:
        rule = self.moves.rule(dotted)
        assert rule is not None
        status: Status = "review" if rule.review else "rewritten"
        self.plan.found(statement, rule, status, rule.review or "")

    def _moved_import(self, each: Imported, new: str) -> cst.BaseSmallStatement:
        """``import old.module`` under its new name; code that goes through it follows."""
        if each.alias.asname is not None:
            return small_statement(f"import {new} as {each.bound}")
        root = new.partition(".")[0]
        if root == each.bound or self.spelling.is_free(root, {each.bound}, "", ""):
            spelled, statement = new, f"import {new}"
        else:
            spelled = self.spelling.local(new, ())
            statement = f"import {new} as {spelled}"
        for name in self._names(each):
            node: cst.CSTNode = name
            while dotted_name(node) != each.dotted:
                parent = self.facts.index.parents.get(node)
                if not isinstance(parent, cst.Attribute) or parent.value is not node:
                    break
                node = parent
            if dotted_name(node) == each.dotted:
                self.plan.replace[node] = lambda _: attribute(spelled)
        return small_statement(statement)

    def _moved_alias(self, each: Imported, name: str) -> cst.ImportAlias:
        """A name from a module under its new name; code that uses it follows, where it can."""
        if each.alias.asname is not None or name == each.bound:
            return each.alias.with_changes(name=cst.Name(name))
        shown = self.spelling.is_quoted(each.bound) or not self._names(each)
        if shown or not self.spelling.is_free(name, (), "", ""):
            alias = _alias(f"{name} as {each.bound}")
            return alias.with_changes(comma=each.alias.comma)
        for node in self._names(each):
            self.plan.replace[node] = lambda _: cst.Name(name)
        return each.alias.with_changes(name=cst.Name(name))

    def _names(self, each: Imported) -> list[cst.Name]:
        """Where a module reads what an import binds, edited code aside."""
        return [
            name
            for name in names_in(self.facts.module)
            if name.value == each.bound
            and not self.spelling.is_replaced(name)
            and not self.facts.in_import(name)
            and self.spelling.scope(name) is each.scope
        ]

    def _replace(self, statement: Import, new: Sequence[cst.BaseSmallStatement]) -> None:
        """Plan several statements in place of one, each on a line of its own."""
        line = self.facts.index.parents[statement]
        alone = isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1
        if not new:
            if alone:
                self.plan.remove.add(line)
            return
        first, *others = new
        if first is not statement:
            self.plan.replace[statement] = lambda updated: first.with_changes(
                semicolon=updated.semicolon  # type: ignore[attr-defined]
            )
        if others:
            self.plan.after[line].append(lambda: list(others))


def is_only_renamed(rule: NameRule | CallRule) -> bool:
    """Whether a rule does nothing but give something another name."""
    if isinstance(rule, CallRule):
        return rule.keeps_arguments and not (rule.renames or rule.drops or rule.values)
    return rule.becomes is not None and all(map(str.isidentifier, rule.becomes.split(".")))


def _listed(aliases: Sequence[cst.ImportAlias]) -> list[cst.ImportAlias]:
    """Aliases as all those of a statement."""
    return [*aliases[:-1], aliases[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)]


def _by_module(
    statement: Import,
    moved: Sequence[cst.BaseSmallStatement | tuple[str, cst.ImportAlias]],
) -> Iterator[cst.BaseSmallStatement]:
    """The statements for names that come from elsewhere now, one for each module."""
    names: dict[str, list[cst.ImportAlias]] = defaultdict(list)
    for each in moved:
        if isinstance(each, tuple):
            names[each[0]].append(each[1])
        else:
            yield each
    for module, aliases in names.items():
        assert isinstance(statement, cst.ImportFrom)
        yield statement.with_changes(
            module=attribute(module),
            relative=(),
            names=_listed(aliases),
            semicolon=cst.MaybeSentinel.DEFAULT,
        )


def _is_import(line: cst.CSTNode) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and all(
        isinstance(small, cst.Import | cst.ImportFrom) for small in line.body
    )


def _is_from_same(new: cst.BaseSmallStatement, old: Import) -> bool:
    """Whether both statements import names from the same module, the old one on one line."""
    if isinstance(old, cst.ImportFrom) and old.lpar is not None:
        return False
    if not isinstance(new, cst.ImportFrom) or not isinstance(old, cst.ImportFrom):
        return False
    return not old.relative and dotted_name(new.module) == dotted_name(old.module)


def _joined(
    stays: Sequence[cst.ImportAlias], added: Sequence[cst.BaseSmallStatement]
) -> list[cst.ImportAlias]:
    """The aliases of a statement and those of new ones, in order if they were."""
    new = [
        alias
        for each in added
        if isinstance(each, cst.ImportFrom) and not isinstance(each.names, cst.ImportStar)
        for alias in each.names
    ]
    old = [alias.with_changes(comma=cst.MaybeSentinel.DEFAULT) for alias in stays]
    names = [alias.evaluated_name for alias in stays]
    together = [*stays[:-1], *old[-1:], *new]
    if names == sorted(names):
        return sorted([*old, *new], key=lambda alias: alias.evaluated_name)
    return together


def _alias(text: str) -> cst.ImportAlias:
    small = small_statement(f"import {text}")
    assert isinstance(small, cst.Import)
    return small.names[0]
