"""Exceptions that only the legacy SDK raised: where code handles them, helpers raise them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.errors.handlers import class_list
from genai_codemod.engine.errors.raising import Raising, RaisingCalls, read_with_care
from genai_codemod.engine.errors.try_statements import BROAD
from genai_codemod.engine.flow.values import Container, Symbol
from genai_codemod.engine.imports.importing import Importing
from genai_codemod.engine.plan import Replace
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import NameRule
from genai_codemod.engine.writing.insertion import with_needed
from genai_codemod.engine.writing.lent_helpers import LentHelpers, Part


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a module names an exception."""

    node: cst.CSTNode
    rule: NameRule
    module: str


def restore_exceptions(
    parts: Mapping[str, Part], importing: Importing, left: LeftAlone, *, unseen: bool
) -> None:
    """Plan what handles exceptions of the legacy SDK itself, and the calls that raised them.

    ``parts`` are the modules of a program, ``unseen`` says that there may be more of them.
    """
    restorer = _Restorer(parts, importing, left, unseen=unseen)
    restorer.plan_broad()
    restorer.plan_named()


class _Restorer:
    def __init__(
        self, parts: Mapping[str, Part], importing: Importing, left: LeftAlone, *, unseen: bool
    ) -> None:
        self.parts = parts
        self.facts = next(iter(parts.values())).facts.whole
        self.left = left
        self.unseen = unseen
        self.raising = RaisingCalls(self.facts, left, unseen=unseen)
        self.lent = LentHelpers(parts, importing)
        self.names = {part.facts.module: name for name, part in parts.items()}
        self.references = {each.node: each for each in self._references()}
        self.restored: dict[cst.CSTNode, list[Raising]] = {}
        self._judged: set[cst.CSTNode] = set()

    def _references(self) -> Iterator[Reference]:
        for name, part in self.parts.items():
            for node, symbol in part.facts.legacy_symbols():
                rule = self.facts.pack.names.get(symbol)
                if rule is not None and rule.restored is not None:
                    yield Reference(node, rule, name)

    # -- handlers of anything -----------------------------------------------------------------

    def plan_broad(self) -> None:
        """Plan the calls in ``try`` statements that handle any exception."""
        for part in self.parts.values():
            for statement in part.facts.index.nodes(cst.Try):
                if self._is_broad(statement):
                    for raising in self.raising.below(statement.body):
                        if not read_with_care(self.facts, raising, statement.body):
                            self._wrap(raising)

    def _is_broad(self, statement: cst.Try) -> bool:
        return any(
            handler.type is None
            or any(
                isinstance(atom, Symbol) and atom.name in BROAD
                for node in class_list(handler.type)
                for atom in self.facts.value(node)
            )
            for handler in statement.handlers
        )

    # -- handlers of these exceptions ---------------------------------------------------------

    def plan_named(self) -> None:
        """Plan what names the exceptions: handlers first, then what asks for or raises them."""
        if not self.references:
            return
        for part in self.parts.values():
            for statement in part.facts.index.nodes(cst.Try, cst.With):
                self._plan_statement(statement)
        raised = [each for each in self.references.values() if self._is_raised(each.node)]
        for reference in self.references.values():
            if reference.node not in self._judged and reference not in raised:
                self._plan_asked(reference)
        for reference in raised:
            self._plan_raised(reference, raised)
        self._carry_out()

    def _plan_statement(self, statement: cst.Try | cst.With) -> None:
        """A ``try`` whose handlers name them, or ``with suppress(...)``."""
        guards = statement.handlers if isinstance(statement, cst.Try) else statement.items
        named = [
            self.references[node]
            for guard in guards
            for node in self.facts.index.within(guard)
            if node in self.references and not self._is_raised(node)
        ]
        if isinstance(statement, cst.Try):
            named += self._named_through_variables(statement)
        if not named:
            return
        self._judged.update(reference.node for reference in named)
        calls = self.raising.below(statement.body)
        unseen = self.raising.may_raise(statement.body)
        if not self.raising.left_below(statement.body):
            for reference in named:
                self._plan_reference(reference, calls, unseen=unseen)

    def _named_through_variables(self, statement: cst.Try) -> Iterator[Reference]:
        """Where the classes are named that a handler finds in a variable."""
        for handler in statement.handlers:
            if not isinstance(handler.type, cst.Name | cst.Attribute):
                continue
            if handler.type in self.references:
                continue
            value = self.facts.value(handler.type)
            tuples = frozenset(atom for atom in value if isinstance(atom, Container))
            classes = value | self.facts.interpreter.elements(tuples)
            rules = [self.facts.pack.names.get(a.name) for a in classes if isinstance(a, Symbol)]
            for reference in self.references.values():
                if reference.rule in rules and self._is_kept(reference.node):
                    yield reference

    def _is_kept(self, node: cst.CSTNode) -> bool:
        """Whether a class is neither raised nor handled where it is named."""
        handled = self.facts.enclosing(node, cst.ExceptHandler) is not None
        return not handled and not self._is_raised(node)

    def _plan_asked(self, reference: Reference) -> None:
        """What names an exception elsewhere can be given one from any call of these modules."""
        near = [self.parts[name] for name in self.lent.connected(reference.module)]
        legacy = [call for part in near for call in part.facts.bindings]
        unknown = any(
            self.raising.is_unknown(call) for part in near for call in part.facts.index.calls
        )
        if not any(call in self.left.nodes for call in legacy):
            unseen = unknown or not (legacy or (len(near) > 1 and not self.unseen))
            self._plan_reference(reference, self.raising.of(legacy), unseen=unseen)

    def _plan_reference(
        self, reference: Reference, calls: Sequence[Raising], *, unseen: bool
    ) -> None:
        """Restore an exception where all the calls that raised it can do so again."""
        restored = str(reference.rule.restored)
        helpers = self.facts.pack.helpers
        if not all(each.checks.anything for each in calls):
            return
        raised = [each for each in calls if restored in with_needed(each.checks.helpers, helpers)]
        if raised or not unseen:
            self.restored.setdefault(reference.node, []).extend(raised)

    def _plan_raised(self, reference: Reference, raised: Sequence[Reference]) -> None:
        """What the program raises itself, if all that handles it is restored."""
        handling = [
            each
            for each in self.references.values()
            if each.rule is reference.rule and each not in raised
        ]
        if all(each.node in self.restored for each in handling):
            self.restored[reference.node] = []
            for each in handling:
                self.lent.connect(reference.module, each.module)

    def _is_raised(self, node: cst.CSTNode) -> bool:
        parent = self.facts.index.parents.get(node)
        made = parent if isinstance(parent, cst.Call) and parent.func is node else node
        return isinstance(self.facts.index.parents.get(made), cst.Raise)

    # -- carrying out -------------------------------------------------------------------------

    def _carry_out(self) -> None:
        """Write the helpers, each class in one module for all modules that it concerns."""
        for node, calls in self.restored.items():
            for raising in calls:
                self.lent.connect(self.references[node].module, self._module(raising.call))
        for node, calls in self.restored.items():
            reference = self.references[node]
            owner = self.lent.owner(reference.module)
            if owner is None:
                continue
            for raising in calls:
                self._wrap(raising)
            plan = self.parts[reference.module].plan
            name = plan.helper(str(reference.rule.restored))
            plan.handled.add(node)
            plan.replace[node] = _named(name)
            plan.found(node, reference.rule, "rewritten")
        self.lent.lend(self.facts.pack.helpers)

    def _module(self, node: cst.CSTNode) -> str:
        *_, root = (node, *self.facts.index.ancestors(node))
        assert isinstance(root, cst.Module)
        return self.names[root]

    def _wrap(self, raising: Raising) -> None:
        target, rule = raising.target, raising.rule
        plan = self.parts[self._module(target)].plan
        if not raising.checks.anything or target in plan.checked:
            return
        raising.checks.write(plan, target, chosen=raising.chosen)
        if rule.kept is not None and not raising.reads_stream:
            plan.found(raising.call, rule, "review", rule.kept)


def _named(name: str) -> Replace:
    return lambda _: cst.Name(name)
