"""Plans what rules of one's own do to one module."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.custom.absent import refusal
from genai_codemod.engine.custom.applying import Writer, writer
from genai_codemod.engine.custom.handlers import (
    Handlers,
    RuleFailure,
    all_decided,
    decided,
    place_of,
    said,
)
from genai_codemod.engine.custom.import_plan import ImportPlan, is_only_renamed
from genai_codemod.engine.custom.imported import module_of
from genai_codemod.engine.custom.moving import Moves
from genai_codemod.engine.custom.quoted import QuotedNames
from genai_codemod.engine.custom.spelling import Spelling
from genai_codemod.engine.custom.targets import Targets
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Instance, present
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.rule_packs.rules import CallRule, NameRule, Rule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import atomic
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.rules.edits import Edit, Marked, Rearranged, Written

STAR = Rule("imports.star")
# A template that something can be assigned to.
_SIMPLE = re.compile(r"self(\.\w+)+")
# What an expression can stand in as it is, whatever it consists of.
_ROOMY = (
    cst.AnnAssign, cst.Arg, cst.Assign, cst.DictElement, cst.Element, cst.Expr, cst.Index,
    cst.Return,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Decided:
    """What a rule wants written in place of a node, and the dotted name that stood there."""

    rule: Rule
    node: cst.CSTNode
    old: cst.CSTNode | None
    writer: Writer

    @property
    def replaces(self) -> bool:
        """Whether the dotted name goes."""
        edit = self.writer.edit
        return isinstance(edit, Written) or edit.function is not None


class ModulePass:
    """One module: its edits are decided first, then how they are spelled, then its imports."""

    def __init__(self, facts: Facts, plan: Plan) -> None:
        self.facts = facts
        self.plan = plan
        self.pack = facts.pack
        self.targets = Targets(facts)
        self.spelling = Spelling(facts, self.pack.modules)
        self.moves = Moves(self.pack.moved, {*self.pack.calls, *self.pack.names})
        self._handlers = Handlers.of(self.pack)
        self._decided: dict[cst.CSTNode, _Decided] = {}
        self._seen: set[cst.CSTNode] = set()

    def plan_all(self) -> list[str]:
        """Plan everything; the import statements that are to be added at the top."""
        for call, rules in self.facts.bindings.items():
            for rule, binding in rules.items():
                self._plan_call(call, rule, binding)
        for node, name in list(self.facts.legacy_symbols()):
            self._plan_name(node, name)
        self._plan_attributes()
        self._plan_modules()
        self._plan_strings()
        self._plan_stars()
        return self._settle()

    # -- what rules are for -------------------------------------------------------------------

    def _plan_call(self, node: cst.Call, rule: CallRule, binding: Binding) -> None:
        self._seen.add(node.func)
        atoms = present(self.facts.value(node.func))
        bound = any(isinstance(atom, Bound) for atom in atoms)
        named = self.facts.legacy_name(node.func, self.facts.value(node.func)) is not None
        if len(atoms) > 1:
            self._mark(node, rule, "this may call something else, too: separate the two.")
        elif bound and not isinstance(node.func, cst.Attribute):
            self._mark(node, rule, "this calls a method by another name: call it on its object.")
        elif not bound and not named:
            message = f"this calls {rule.legacy.name} by another name: migrate it by hand."
            self._mark(node, rule, message)
        else:
            call = self.targets.call(node, rule, binding)
            old = None if bound else node.func
            edit = self._decide(rule, node, self._handlers.call(rule), call)
            self._take(edit, rule, old, binding.arguments, rule.legacy.parameters)

    def _plan_name(self, node: cst.CSTNode, name: str) -> None:
        if node in self._seen or self._is_assigned(node):
            return
        found = self._rule(node, name)
        if found is None:
            call = self.pack.calls.get(name)
            if call is not None and (self._changes(call) or self._gets_changed(node, call)):
                self._plan_uncalled(node, call)
            return
        target, rule = found
        assert isinstance(target, cst.BaseExpression)
        given = self.targets.name(target, rule.legacy)
        edit = self._decide(rule, target, self._handlers.name(rule), given)
        self._take(edit, rule, target, {}, ())

    def _changes(self, rule: CallRule) -> bool:
        """Whether a function is not the same any more for those that it is handed on to."""
        return rule.becomes is not None or rule.manual is not None or rule.id in self.pack.functions

    def _gets_changed(self, node: cst.CSTNode, rule: CallRule) -> bool:
        """Whether what a function is handed to gets arguments for it that a rule is about."""
        argument = self.facts.index.parents.get(node)
        call = self.facts.index.parents.get(argument) if isinstance(argument, cst.Arg) else None
        return isinstance(call, cst.Call) and any(
            each.keyword is not None
            and each.keyword.value in {*rule.renames, *rule.drops, *rule.values}
            for each in call.args
        )

    def _is_assigned(self, node: cst.CSTNode) -> bool:
        """Whether a name is given a value here, and not read."""
        match self.facts.index.parents.get(node):
            case cst.AssignTarget() | cst.AugAssign() | cst.Del():
                return True
            case (
                cst.AnnAssign(target=target) | cst.For(target=target) | cst.NamedExpr(target=target)
            ):
                return target is node
        return False

    def _plan_uncalled(self, node: cst.CSTNode, rule: CallRule) -> None:
        """A function that is handed on; one that only has another name has it here, too."""
        simple = is_only_renamed(rule)
        if simple and rule.becomes is not None and rule.id not in self.pack.functions:
            assert isinstance(node, cst.BaseExpression)
            given = self.targets.name(node, rule.legacy.name)
            self._take(given.becomes(rule.becomes, review=rule.review), rule, node, {}, ())
            return
        message = rule.manual or (
            f"{rule.legacy.name} is handed on here: write a function that calls what there is now."
        )
        self._mark(node, rule, message)

    def _rule(self, node: cst.CSTNode, name: str) -> tuple[cst.CSTNode, NameRule] | None:
        """The rule for a name, or for the longest part of it that has one."""
        while True:
            if (rule := self.pack.names.get(name)) is not None:
                return node, rule
            if not isinstance(node, cst.Attribute):
                around = self.pack.manual(name)
                return (node, around) if isinstance(around, NameRule) else None
            node = node.value
            inner = self.facts.legacy_name(node, self.facts.value(node))
            if inner is None:
                return None
            name = inner

    def _plan_attributes(self) -> None:
        for node in self.facts.index.nodes(cst.Attribute):
            atoms = present(self.facts.value(node.value))
            for kind in sorted({atom.kind for atom in atoms if isinstance(atom, Instance)}):
                rule = self.pack.attribute(kind, node.attr.value)
                if rule is None:
                    continue
                if len(atoms) > 1:
                    self._mark(node, rule, "this may be another object, too: separate the two.")
                    break
                given = self.targets.attribute(node, kind)
                edit = self._decide(rule, node, self._handlers.attribute(rule), given)
                self._take(edit, rule, None, {}, ())

    def _plan_modules(self) -> None:
        for rule_id, python_rule in self.pack.functions.items():
            if not python_rule.modules:
                continue
            rule = Rule(rule_id, guide=python_rule.guide)
            try:
                edits = all_decided(self._handlers.module(rule), self.targets.module)
            except RuleFailure as failure:
                message = f"the rule failed: {failure}."
                self.plan.found(self.facts.module, rule, "note", message)
                continue
            for edit in edits:
                call = edit.node if isinstance(edit.node, cst.Call) else None
                arguments = {
                    argument.keyword.value: position
                    for position, argument in enumerate(call.args if call else ())
                    if argument.keyword is not None
                }
                old = call.func if call else edit.node
                self._take(edit, rule, old, arguments, arguments)

    def _plan_strings(self) -> None:
        quoted = QuotedNames(self.facts, self.moves, self.spelling.imported)
        for node, rule, message in quoted.found():
            self._mark(node, rule, message)

    def _plan_stars(self) -> None:
        for node in self.facts.index.nodes(cst.ImportFrom):
            if isinstance(node.names, cst.ImportStar) and self._hides_rules(node):
                message = "name what is imported here, then run genai-codemod again."
                self.plan.found(node, STAR, "manual", message)

    def _hides_rules(self, star: cst.ImportFrom) -> bool:
        module = module_of(star, self.pack)
        named = (*self.pack.calls, *self.pack.names)
        return any(name.rpartition(".")[0] == module for name in named)

    # -- what is done -------------------------------------------------------------------------

    def _mark(self, node: cst.CSTNode, rule: Rule, message: str) -> None:
        self._seen.add(node)
        self.plan.found(node, rule, "manual", message)

    def _decide(self, rule: Rule, node: cst.CSTNode, decide: object, given: object) -> Edit | None:
        """What a rule says of a place; one that fails leaves it to a person."""
        try:
            return decided(decide, given)  # type: ignore[arg-type]
        except RuleFailure as failure:
            message = f"the rule failed here ({failure}): migrate this by hand."
            self.plan.found(node, rule, "manual", message)
            return None

    def _take(
        self,
        edit: Edit | None,
        rule: Rule,
        old: cst.CSTNode | None,
        arguments: Mapping[str, int],
        parameters: Collection[str],
    ) -> None:
        """Plan an edit, unless it is ignored, or another rule has been faster."""
        if edit is None or edit.node in self._decided:
            return
        if isinstance(edit, Marked):
            self._mark(edit.node, rule, edit.message)
            return
        assert isinstance(edit, Written | Rearranged)
        if old is not None and self.spelling.has_other_values(old):
            message = f"{source_of(old)} may be something else, too: separate the two."
            self._mark(edit.node, rule, message)
            return
        if self._is_assigned(edit.node) and not _SIMPLE.fullmatch(getattr(edit, "template", "")):
            self._mark(edit.node, rule, "this is assigned here: migrate it by hand.")
            return
        if self.plan.ignores.covers(self.facts.index, edit.node, rule.id):
            self.plan.found(edit.node, rule, "rewritten")
            return
        try:
            made = writer(edit, arguments, parameters)
        except Exception as error:
            where = place_of(self._handlers.functions.get(rule.id))
            message = f"the rule failed here ({where}{said(error)}): migrate this by hand."
            self.plan.found(edit.node, rule, "manual", message)
            return
        refused = refusal(edit, arguments, parameters)
        if refused is not None:
            self._mark(edit.node, rule, refused)
            return
        self._decided[edit.node] = _Decided(rule, edit.node, old, made)
        review = " ".join(filter(None, (edit.review, made.evaluation.problem)))
        self.plan.found(edit.node, rule, "review" if review else "rewritten", review)

    def _settle(self) -> list[str]:
        for each in self._decided.values():
            self.spelling.ask(each.node, each.old, each.writer.imported)
            if each.old is not None and each.replaces:
                self.spelling.drop(each.old)
        for each in self._decided.values():
            for name in each.writer.kept:
                self.spelling.keep(name)
        self.spelling.settle()
        for each in self._decided.values():
            self.plan.replace[each.node] = self._written(each)
        return ImportPlan(self.facts, self.plan, self.spelling, self.moves).plan_all()

    def _written(self, each: _Decided) -> Replace:
        def write(updated: cst.CSTNode) -> cst.CSTNode:
            written = each.writer.write(
                updated, lambda dotted: self.spelling.expression(each.node, dotted)
            )
            parent = self.facts.index.parents.get(each.node)
            return written if isinstance(parent, _ROOMY) else atomic(written)

        return write
