"""Streams: the legacy response could be read again and asked for its text, a generator cannot."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.answers.maybe_streams import loop_over_either, more_is_read, record_if
from genai_codemod.engine.answers.printing import is_printed
from genai_codemod.engine.calling.chosen_methods import Making
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Instance, Symbol
from genai_codemod.engine.plan import Plan, Replace
from genai_codemod.engine.rule_packs.rules import CallRule, Rule
from genai_codemod.engine.rule_packs.template import call, given_to
from genai_codemod.engine.syntax.module_syntax import literal
from genai_codemod.engine.syntax.uses import with_await
from genai_codemod.engine.tracing.error_paths import ErrorPaths

STARTED = Rule("stream.errors-in-loop")
NEVER_READ = Rule("stream.never-read")
UNSEEN = Rule("stream.leaves-the-file")
_KEPT = "the chunks of this stream are kept now, so that it cannot be closed: take this out."
_LOOKING = frozenset({"builtins.bool", "builtins.id", "builtins.isinstance", "builtins.type"})
STREAMS = ("Stream", "AsyncStream")
# The helper of a pack whose streams could be read again.
RECORDED = "_RecordedStream"


class Streams:
    """How each stream of a module is read."""

    def __init__(self, facts: Facts, plan: Plan) -> None:
        self.facts = facts
        self.plan = plan
        self.paths = ErrorPaths(facts)

    def plan_stream(self, node: cst.Call, rule: CallRule) -> None:
        """Keep the chunks of a stream that is read more than once; mark what moves."""
        flag = self._flag(node) if rule.streams is not None else None
        if flag is None or RECORDED not in self.facts.pack.helpers:
            return
        reads = self._reads(node)
        if literal(flag) is not True:
            self._plan_either(node, rule, flag, reads)
            return
        loops = [n for n in reads if self._iterates(n)]
        closings = [n for n in reads if self._closes(n)]
        others = [n for n in reads if self._reads_more(n) and n not in closings]
        if self._errors_move(node, [*loops, *others], reads):
            self._start(node, rule)
        if others or self._read_again(loops, node):
            self._record(node, rule)
            for closing in closings:
                self.plan.found(closing, UNSEEN, "review", _KEPT)
        use = self.facts.use(with_await(node, self.facts.index.parents))
        ends = use.role in ("dropped", "stored") or bool(reads)
        if ends and all(self._only_looks(read) for read in reads):
            message = "a stream sends nothing until it is read: loop over it."
            self.plan.found(node, NEVER_READ, "review", message)
        for read in reads:
            self._check_leaving(read, node)

    def _plan_either(
        self, node: cst.Call, rule: CallRule, flag: cst.BaseExpression, reads: list[cst.CSTNode]
    ) -> None:
        """A call that is a stream where its flag says so."""
        if literal(flag) is not ...:
            return
        if self.facts.use(node).role == "iterated":
            loop_over_either(self.plan, node)
            return
        if self._errors_move(node, [read for read in reads if self._iterates(read)], reads):
            self._start_if(node, rule)
        if more_is_read(self.facts, node, flag, reads):
            recorded = "_RecordedAsyncStream" if rule.awaits else RECORDED
            record_if(self.facts, self.plan, node, recorded)

    def _flag(self, node: cst.Call) -> cst.BaseExpression | None:
        for binding in self.facts.interpreter.bindings.get(node, {}).values():
            position = binding.arguments.get("stream")
            if position is not None:
                return node.args[position].value
        return None

    def _reads(self, node: cst.Call) -> list[cst.CSTNode]:
        """Every expression that is this stream (not its chunks), the call itself left out."""
        found = []
        for candidate in self.facts.by_site.get(node, ()):
            streams = [
                atom
                for atom in self.facts.value(candidate)
                if isinstance(atom, Instance) and atom.kind in STREAMS and atom.site is node
            ]
            parent = self.facts.index.parents.get(candidate)
            if streams and not isinstance(parent, cst.AssignTarget | cst.AnnAssign):
                found.append(candidate)
        return [n for n in found if self.facts.use(n).role not in ("stored", "dropped")]

    def _only_looks(self, node: cst.CSTNode) -> bool:
        """Whether a stream is shown, tested or handed on in the program, which reads none of it."""
        use = self.facts.use(node)
        if use.role == "returned":
            function = self.facts.enclosing(node, cst.FunctionDef)
            return self.facts.callers.has_any(function)
        if use.role in ("tested", "compared") or is_printed(self.facts, node):
            return True
        if use.role == "argument" and self.facts.flows_to_known_function(use.parent):
            return True
        asking = self.facts.index.parents[use.parent] if use.role == "argument" else None
        return isinstance(asking, cst.Call) and any(
            isinstance(atom, Symbol) and atom.name in _LOOKING
            for atom in self.facts.value(asking.func)
        )

    def _iterates(self, node: cst.CSTNode) -> bool:
        return self.facts.use(node).role in ("iterated", "argument")

    def _read_again(self, loops: list[cst.CSTNode], site: cst.CSTNode) -> bool:
        """Whether a stream is gone through, or given to what may do so, more than once.

        What a function does with a parameter counts there, and giving it counts where it is given.
        """
        places = [self._home(loop) for loop in loops]
        return len(set(places)) < len(places) or any(self._repeats(loop, site) for loop in loops)

    def _home(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The function whose variable ``node`` is; None for what outlives functions."""
        if not isinstance(node, cst.Name):
            return None if isinstance(node, cst.Attribute) else node
        scope = self.facts.index.scope(node).binding_scope(node.value)
        return scope.node if scope is not None else None

    def _repeats(self, node: cst.CSTNode, site: cst.CSTNode) -> bool:
        """Whether a loop around ``node`` goes through the same stream again and again."""
        child = node
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, cst.FunctionDef | cst.Lambda):
                return False
            if isinstance(parent, cst.For | cst.While) and child is parent.body:
                return parent not in self.facts.index.ancestors(site)
            child = parent
        return False

    def _reads_more(self, node: cst.CSTNode) -> bool:
        return self.facts.use(node).role in ("attribute", "item")

    def _closes(self, node: cst.CSTNode) -> bool:
        """Whether a stream is only closed here, which a generator can be as well."""
        parent = self.facts.index.parents.get(node)
        return isinstance(parent, cst.Attribute) and parent.attr.value in ("close", "aclose")

    def _record(self, node: cst.Call, rule: CallRule) -> None:
        name = "_RecordedAsyncStream" if rule.awaits else RECORDED
        helper = cst.Name(self.plan.helper(name))
        target = with_await(node, self.facts.index.parents)
        inner: Replace = self.plan.wrap.get(target, lambda updated: updated)

        def wrap(updated: cst.CSTNode) -> cst.CSTNode:
            wrapped = inner(updated)
            assert isinstance(wrapped, cst.BaseExpression)
            return call(helper, cst.Arg(wrapped))

        self.plan.wrap[target] = wrap

    def _start(self, node: cst.Call, rule: CallRule) -> None:
        """Ask for a stream where the call stands, so that its errors are raised there."""
        start = self._starting(node, rule)

        def wrap(updated: cst.CSTNode) -> cst.CSTNode:
            assert isinstance(updated, cst.BaseExpression)
            return start(updated)

        self.plan.wrap[with_await(node, self.facts.index.parents)] = wrap

    def _start_if(self, node: cst.Call, rule: CallRule) -> None:
        """The same of a call that is a stream where its flag says so."""
        choice = self.plan.choice(with_await(node, self.facts.index.parents))
        choice.of_first.append(self._starting(node, rule))

    def _starting(self, node: cst.Call, rule: CallRule) -> Making:
        awaited = with_await(node, self.facts.index.parents) is not node
        name = "_started_async_stream" if rule.awaits else "_started_stream"
        if rule.awaits and not awaited:
            name = "_started_later_stream"
        helper = self.plan.helper(name)
        self.plan.found(node, STARTED, "rewritten")

        def start(stream: cst.BaseExpression) -> cst.BaseExpression:
            started = given_to(helper, stream)
            return cst.Await(started) if awaited else started

        return start

    def _errors_move(
        self, node: cst.Call, uses: list[cst.CSTNode], reads: list[cst.CSTNode]
    ) -> bool:
        """Whether others would handle an error that a stream raises where it is read."""
        unseen = any(self._leaves(read) for read in reads)
        return (unseen and self.paths.differ(node, None)) or any(
            self.paths.differ(node, use) for use in uses
        )

    def _leaves(self, read: cst.CSTNode) -> bool:
        """Whether a stream goes to callers that cannot be seen."""
        function = self.facts.enclosing(read, cst.FunctionDef)
        returned = self.facts.use(read).role == "returned"
        return returned and function is not None and not self.facts.callers.has_any(function)

    def _check_leaving(self, read: cst.CSTNode, node: cst.Call) -> None:
        if self._leaves(read):
            message = (
                "this stream is now a generator: callers can loop over it once, and it has no "
                "text or resolve()."
            )
            self.plan.found(node, UNSEEN, "review", message)
