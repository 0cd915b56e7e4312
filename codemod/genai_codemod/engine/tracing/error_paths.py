"""Whether an error goes to other handlers when it is raised at another place of a program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Function, Generator, Object, symbol_names
from genai_codemod.engine.tracing.results import is_awaited_elsewhere

# The function, or the module, that code runs in, and what handles errors on the way out to it.
Frames = dict[cst.CSTNode, set[cst.CSTNode]]

_FUNCTIONS = (cst.FunctionDef, cst.Lambda)
# Decorators that do nothing about an error.
_PLAIN = frozenset(
    {
        "abc.abstractmethod",
        "builtins.classmethod",
        "builtins.property",
        "builtins.staticmethod",
        "functools.cache",
        "functools.cached_property",
        "functools.lru_cache",
        "typing.override",
        "typing_extensions.override",
    }
)


class ErrorPaths:
    """The ways on which errors leave the functions of a program."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts.whole

    def differ(self, raised: cst.CSTNode, later: cst.CSTNode | None) -> bool:
        """Whether handlers can tell an error at one place from the same error at a later one.

        The later place is None where it cannot be seen.
        """
        if is_awaited_elsewhere(self.facts, raised) and self.facts.use(raised).role != "returned":
            return True
        frames = self._frames(later, ()) if later is not None and self._runs_now(later) else {}
        before = self._frames(raised, frames)
        shared = before.keys() & frames.keys()
        if shared:
            return any(before[frame] != frames[frame] for frame in shared)
        return any(before.values()) or any(frames.values()) or any(map(self._wrapping, before))

    def _frames(self, node: cst.CSTNode, last: Collection[cst.CSTNode]) -> Frames:
        """The frames that may be on the stack at a node, up to those in ``last``."""
        frames: Frames = defaultdict(set)
        todo = [(node, frozenset[cst.CSTNode]())]
        while todo:
            place, inner = todo.pop()
            frame = self._frame(place)
            guards = inner | set(self._guards(place))
            if frame in frames and guards <= frames[frame]:
                continue
            frames[frame] |= guards
            if frame not in last:
                outer = frozenset(frames[frame]).union(self._wrapping(frame))
                todo += [(call, outer | more) for call, more in self._callers(frame)]
        return frames

    def _frame(self, node: cst.CSTNode) -> cst.CSTNode:
        *_, root = (node, *self.facts.index.ancestors(node))
        return self.facts.enclosing(node, *_FUNCTIONS) or root

    def _callers(self, frame: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, frozenset[cst.CSTNode]]]:
        """What runs a function: calls, but of a generator only loops over it.

        With a call that is waited for elsewhere goes itself, as somebody there may handle errors.
        """
        for call in self.facts.callers.of(frame):
            made = [atom for atom in self.facts.value(call) if isinstance(atom, Generator)]
            if not made or self._is_gone_through(call):
                kept = is_awaited_elsewhere(self.facts, call)
                yield call, frozenset({call} if kept else ())
        for call in self.facts.callers.handing_over(frame):
            yield call, frozenset({call})

    def _is_gone_through(self, call: cst.CSTNode) -> bool:
        use = self.facts.use(call)
        return use.role == "iterated" or isinstance(use.parent, cst.From)

    def _runs_now(self, node: cst.CSTNode) -> bool:
        """Whether a loop is not one of a generator expression that somebody else goes through."""
        comprehension = self.facts.use(node).parent
        if not isinstance(comprehension, cst.CompFor):
            return True
        made = self.facts.index.parents.get(comprehension)
        return not isinstance(made, cst.GeneratorExp) or self._is_used_up(made)

    def _is_used_up(self, made: cst.GeneratorExp) -> bool:
        call = self.facts.index.parents.get(self.facts.use(made).parent)
        if not isinstance(call, cst.Call):
            return False
        joins = isinstance(call.func, cst.Attribute) and call.func.attr.value == "join"
        names = symbol_names(self.facts.value(call.func))
        return joins or any(name.startswith("builtins.") for name in names)

    def _guards(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The statements whose handlers would see an exception raised at ``node``."""
        child = node
        for parent in self.facts.index.ancestors(node):
            if isinstance(parent, _FUNCTIONS):
                return
            if isinstance(parent, cst.Try | cst.TryStar):
                if parent.handlers and child is parent.body:
                    yield parent
            elif isinstance(parent, cst.With) and child is parent.body:
                if any(self._may_handle(item.item) for item in parent.items):
                    yield parent
            child = parent

    def _may_handle(self, manager: cst.BaseExpression) -> bool:
        """Whether a context manager is ``suppress``, or one of the program."""
        made = self.facts.value(manager.func) if isinstance(manager, cst.Call) else frozenset()
        return "contextlib.suppress" in symbol_names(made) or any(
            isinstance(atom, Function | Object) for atom in (*made, *self.facts.value(manager))
        )

    def _wrapping(self, frame: cst.CSTNode) -> set[cst.CSTNode]:
        """The decorators of a function that may do something about its errors."""
        if not isinstance(frame, cst.FunctionDef):
            return set()
        return {each for each in frame.decorators if not self._is_plain(each.decorator)}

    def _is_plain(self, decorator: cst.BaseExpression) -> bool:
        return bool(self.facts.decorator_names(decorator) & _PLAIN)
