"""Plans what becomes of one module, and carries it out."""

from __future__ import annotations

from functools import partial

import libcst as cst

from genai_codemod.engine.answers.absent_owners import AbsentOwners
from genai_codemod.engine.answers.asked_methods import plan_asked_methods
from genai_codemod.engine.answers.attributes import AttributePlanner
from genai_codemod.engine.answers.maybe_streams import mark_promised
from genai_codemod.engine.answers.patterns import plan_patterns
from genai_codemod.engine.answers.printing import plan_printed
from genai_codemod.engine.answers.streams import STREAMS
from genai_codemod.engine.calling.applying import note_unsure
from genai_codemod.engine.calling.forwarding import SpelledOut
from genai_codemod.engine.calling.getters import plan_getters
from genai_codemod.engine.calling.other_processes import mark_processes
from genai_codemod.engine.clients.client_statements import in_a_line, in_the_line
from genai_codemod.engine.clients.placement import ClientPlacement
from genai_codemod.engine.clients.reruns import plan_reruns
from genai_codemod.engine.enums.as_numbers import AsNumbers
from genai_codemod.engine.enums.dumped_objects import plan_dumped
from genai_codemod.engine.enums.enum_annotations import plan_enum_annotations
from genai_codemod.engine.enums.enum_members import MemberPlanner
from genai_codemod.engine.enums.enum_order import plan_orders
from genai_codemod.engine.enums.enum_values import EnumPlanner
from genai_codemod.engine.enums.mixed_values import plan_mixed
from genai_codemod.engine.enums.unseen_numbers import plan_unseen_numbers
from genai_codemod.engine.errors.exceptions import plan_exceptions
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.imports.import_order import keep_order
from genai_codemod.engine.imports.import_uses import used_outside_imports
from genai_codemod.engine.imports.kept_imports import (
    choose_aliases,
    ignored_imports,
    imported_without_a_rule,
    kept_imports,
    own_imports,
    unread_imports,
)
from genai_codemod.engine.imports.legacy_imports import (
    ImportEditor,
    imports_legacy,
    is_legacy_star,
    needed_names,
)
from genai_codemod.engine.imports.local_definitions import import_where_used
from genai_codemod.engine.imports.reexports import Remains, drop_passed_on, keep_for_others, shown
from genai_codemod.engine.mentions.messages import plan_mentions
from genai_codemod.engine.mentions.mocks import mark_mocks
from genai_codemod.engine.mentions.quoted_names import plan_quoted_names
from genai_codemod.engine.mentions.stand_ins import mark_stand_ins
from genai_codemod.engine.objects.chats import Chats
from genai_codemod.engine.objects.companions import CompanionNames
from genai_codemod.engine.objects.containers import plan_literals
from genai_codemod.engine.objects.held_parts import plan_held_parts
from genai_codemod.engine.objects.object_plans import Group, SettledObjects
from genai_codemod.engine.objects.renewing import Renewals
from genai_codemod.engine.objects.unions import plan_unions
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.planning.ignoring import Ignores
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.planning.references import ReferencePlanner
from genai_codemod.engine.planning.rewriting import KEEP_CONFIGURE, Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import leftmost
from genai_codemod.engine.tracing.out_of_sight import mark_out_of_sight
from genai_codemod.engine.writing.apply import PlanApplier
from genai_codemod.engine.writing.insertion import insert_definitions, with_needed
from genai_codemod.engine.writing.layout import Layout
from genai_codemod.engine.writing.lent_helpers import Part
from genai_codemod.engine.writing.names import choose_names

PARAMETER = Rule("model.parameter", guide="https://ai.google.dev/gemini-api/docs/migrate")
STAR = Rule("imports.star", guide="https://ai.google.dev/gemini-api/docs/migrate")


class ModulePlanner:
    """Plans one module of a program, in four steps: its calls, other uses, its client, the edit."""

    def __init__(
        self,
        module: SourceModule,
        facts: Facts,
        objects: SettledObjects,
        chats: Chats,
        left: LeftAlone,
        companions: CompanionNames,
        plans: dict[cst.CSTNode, Plan],
        ignores: Ignores,
    ) -> None:
        self.module = module
        self.facts = facts
        self.objects = objects
        self.chats = chats
        self.left = left
        self.plan = Plan(
            facts, module.client_name, companions=companions, plans=plans, ignores=ignores
        )
        plans[facts.module] = self.plan
        choose_names(facts, self.plan)
        self.rewriter = Rewriter(facts, self.plan, objects, chats, left)
        self.placement = ClientPlacement(facts, self.plan)
        self.rewriter.context.placement = self.placement
        self._kept: dict[tuple[str, ...], set[str]] = {}
        self._kept_configurations: list[cst.Call] = []
        self._configures_others = False
        self._unfinished = True

    @property
    def part(self) -> Part:
        """The module as one of a program whose modules can lend each other helpers."""
        return Part(self.module.imports, self.facts, self.plan)

    def plan_calls(self, *, unseen: bool) -> None:
        """Plan what becomes of the calls of the legacy SDK.

        ``unseen`` says that there may be files which use what this module defines.
        """
        self.rewriter.plan_calls()
        for group in {id(g): g for g in self.objects.groups.values()}.values():
            if not self.left.nodes.isdisjoint(group.sites):
                continue
            if group.form == "split":
                self.rewriter.plan_companions(group)
            if group.form != "left" and (unseen or not group.sites):
                self._mark_foreign(group)
        self.left.mark(self.plan)

    def plan_uses(self) -> None:
        """Plan what becomes of every other use of it."""
        facts, plan, left = self.facts, self.plan, self.left
        references = ReferencePlanner(facts, plan, self.objects, self.chats, left)
        references.plan_all()
        references.substitutes.mark_unused()
        plan_unseen_numbers(facts, plan)
        for node, name in shown(self.module):
            references.export(node, name)
        Renewals(self.rewriter, self.chats).plan_all()
        AttributePlanner(facts, plan, left).plan_all()
        plan_asked_methods(facts, plan, left)
        mark_promised(facts, plan, left, STREAMS)
        AbsentOwners(facts, plan, left).plan_all()
        as_numbers = AsNumbers(facts, plan, left)
        EnumPlanner(facts, plan, left, as_numbers).plan_all()
        MemberPlanner(facts, plan, left, as_numbers).plan_all()
        plan_getters(facts, plan, left)
        plan_enum_annotations(facts, plan, left)
        plan_orders(facts, plan, left, as_numbers)
        plan_unions(facts, plan)
        plan_dumped(facts, plan, left)
        plan_patterns(facts, plan, left)
        plan_mixed(facts, plan, left)
        plan_printed(facts, plan, left)
        plan_reruns(self.rewriter)
        plan_literals(facts, plan, self.rewriter.context)
        plan_held_parts(facts, plan, self.rewriter.context)
        note_unsure(facts, plan)
        mark_out_of_sight(facts, plan, left)
        configurations, uses = self.rewriter.configurations, self.rewriter.client_uses
        mark_processes(facts, plan, left, configurations, uses)
        for plan_more in facts.pack.passes:
            plan_more(self.rewriter)
        stays = bool(left.nodes or references.remaining)
        kept = plan_exceptions(facts, plan, left, legacy_stays=stays)
        legacy = {node for node, _ in facts.legacy_symbols()}
        references.remaining += [node for node in kept if node in legacy]
        self._mark_stars()
        mark_mocks(facts, plan, left)
        mark_stand_ins(facts, plan, left)
        self._references = references
        self.placement.configurations = self.rewriter.configurations
        self.placement.uses = self.rewriter.client_uses

    @property
    def remains(self) -> Remains:
        """What is left of the legacy SDK in this module."""
        references = self._references
        names = {leftmost(node) for node in references.remaining} | references.kept_names
        nodes = references.remaining
        return Remains(self.module, self.facts, self.plan, self.left, nodes, frozenset(names))

    @property
    def needs_configuration(self) -> bool:
        """Whether calls of this module need a key that it does not configure itself."""
        uses = self.placement.uses or self._references.remaining
        return bool(uses) and not self.placement.configurations

    def settle(
        self,
        *,
        needed: set[str],
        configures_here: bool,
        configures_others: bool,
        unfinished: bool,
    ) -> None:
        """Decide which legacy imports stay, once it is known what is left in the other modules.

        ``needed`` are names that others import from here.  What is left needs a configuration of
        this module if it ``configures_here``, or ``configures_others``; ``unfinished`` says that
        some of it is left for a person.
        """
        self._unfinished = unfinished
        facts, plan, remaining = self.facts, self.plan, self._references.remaining
        here = configures_here or bool(self._references.kept_names)
        self._configures_others = configures_others and not here
        keeps = here or configures_others
        self._kept_configurations = (
            self.rewriter.configurations if keeps else self.rewriter.ignored_configurations
        )
        self.placement.keeps_configure = keeps or bool(self._kept_configurations)
        configurations = (call.func for call in self._kept_configurations)
        self._kept = kept_imports(facts, [*remaining, *configurations])
        self._kept[()] |= self._references.kept_names | needed
        for path, name in ignored_imports(facts, plan):
            self._kept[path].add(name)
        if facts.pack.shared:
            self._kept[()] |= unread_imports(facts)
            for path, name in own_imports(self.module, facts):
                self._kept[path].add(name)
        for path, name in imported_without_a_rule(facts) if facts.pack.stays_imported else ():
            self._kept[path].add(name)
        self._references.import_exported(self._kept[()])
        kept = set().union(*self._kept.values())
        if not facts.pack.stays_imported:
            choose_aliases(plan, kept)
        keep_for_others(self.remains, needed)
        drop_passed_on(self.remains, kept)
        stays = any(self._kept.values())
        if facts.pack.shared:
            return
        plan_quoted_names(facts, plan, self.module, migrated=not stays)
        if imports_legacy(facts.module, facts.pack):
            plan_mentions(facts, plan, migrated=not stays)

    def apply(self, spelled: SpelledOut) -> cst.Module:
        """The module with everything done that was planned, once its client is placed."""
        if self.placement.keeps_configure:
            self._keep_configure()
        if self.plan.module_values:
            self.plan.needs.add("genai")
        plan, module, pack = self.plan, self.facts.module, self.facts.pack
        for text in plan.kept_texts:
            plan.replace.pop(text, None)
        applied = module.visit(PlanApplier(plan, Layout(self.facts.index)))
        assert isinstance(applied, cst.Module)
        applied, imports = spelled.joined(applied)
        plan.imports |= imports
        helpers = with_needed(plan.helpers, pack.helpers)
        applied, needed = insert_definitions(applied, plan, helpers, pack)
        inserted = bool(helpers) or plan.lazy_client is not None or plan.lazy_at is not None
        needs_top = inserted and not plan.local
        if not needs_top:
            optional = import_where_used(applied, needed, pack) if plan.local else applied
            used = used_outside_imports(optional, pack)
            needs_top = not needed_names(needed).isdisjoint(used)
            applied = applied if needs_top else optional
        after = applied.visit(
            ImportEditor(pack, needed, self._kept, needs_top=needs_top, marks=self._marks)
        )
        assert isinstance(after, cst.Module)
        return keep_order(module, after)

    @property
    def _marks(self) -> bool:
        """Whether what is kept for the code that is left is marked as that is."""
        if self.facts.pack.shared or not self._unfinished:
            return False
        statuses = {finding.status for finding in self.plan.findings}
        return "manual" in statuses or "ignored" not in statuses

    def _keep_configure(self) -> None:
        """What is left needs its configuration: the old call stays beside the new client."""
        plan = self.plan
        for call in self._kept_configurations:
            place = self.facts.index.place(call)
            plan.remove.discard(place)
            statement = self.facts.index.parents[call]
            if not isinstance(statement, cst.Expr):
                self._keep_call(call)
                self._say_it_stays(call)
                continue
            build = plan.replace.pop(statement, None)
            new_call = plan.replace.pop(call)
            wrap: Replace = plan.wrap.pop(call, lambda updated: updated)
            if build is not None:
                client = partial(build, statement.with_changes(value=wrap(new_call(call))))
                line = self.facts.index.parents[statement]
                if len(line.body) > 1:  # type: ignore[attr-defined]
                    plan.replace[statement] = partial(in_the_line, client)
                else:
                    plan.after[place].append(partial(in_a_line, client))
            self._say_it_stays(call)

    def _say_it_stays(self, call: cst.Call) -> None:
        where = "other files" if self._configures_others else "this file"
        what = (
            "replace this configure() by a client"
            if self.placement.needless
            else "remove this configure()"
        )
        message = f"{what} once the lines marked in {where} are migrated."
        if self._marks or (self._configures_others and self._unfinished):
            self.plan.found(call, KEEP_CONFIGURE, "review", message)

    def _keep_call(self, call: cst.Call) -> None:
        """Keep a call that a plan replaces, but carry out the rest of the replacement."""
        replace = self.plan.replace[call]

        def keep(updated: cst.CSTNode) -> cst.CSTNode:
            replace(updated)
            return updated

        self.plan.replace[call] = keep

    def _mark_foreign(self, group: Group) -> None:
        """Parameters and fields whose value other files make."""
        what = "a dict of its name and configuration" if group.form == "pair" else "its name"
        message = f"other files must pass what stands for a model now: {what}."
        for annotation in group.foreign:
            if annotation in self.facts.index and annotation not in self.left:
                self.plan.found(annotation, PARAMETER, "review", message)

    def _mark_stars(self) -> None:
        for node in self.facts.index.nodes(cst.ImportFrom):
            if is_legacy_star(node, self.facts.pack):
                message = "name what is imported here, then run genai-codemod again."
                self.plan.found(node, STAR, "manual", message)
