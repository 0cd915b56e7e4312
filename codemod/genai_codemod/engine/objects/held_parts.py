"""Dicts that stand for parts of contents are converted where they are written.

``picture = {"mime_type": ..., "data": ...}`` can be a part at once when the program does nothing
with it but to give it to legacy calls, in a list of contents or alone.
"""

from __future__ import annotations

from functools import partial

import libcst as cst

from genai_codemod.engine.context import Context
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, Container, Symbol, Value, present
from genai_codemod.engine.objects.containers import DEEP, GROWING, conversions, converted
from genai_codemod.engine.objects.literal_annotations import plan_annotations
from genai_codemod.engine.objects.object_plans import store_target
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.syntax.module_syntax import string_value
from genai_codemod.engine.syntax.uses import Use

# The converters of arguments whose elements are parts or contents.
TAKING = DEEP | {"message"}
PARTS = "parts"
LISTS = cst.List | cst.Tuple | cst.ListComp


def plan_held_parts(facts: Facts, plan: Plan, context: Context) -> None:
    """Convert the dicts that are only ever given to legacy calls as parts."""
    convert = facts.pack.literals.get("part")
    if convert is None:
        return
    given = Given(facts, plan)
    made: dict[cst.CSTNode, cst.CSTNode] = {}
    for site in given.dicts:
        if site in plan.converted or site in plan.replace or not given.only_given(site):
            continue
        if (new := convert(site, site, context)) is not None:
            made[site] = new
            plan.converted.add(site)
            plan.replace[site] = partial(converted, convert, site, context)
    if (held := facts.pack.literal_types.get("part")) is not None:
        plan_annotations(facts, plan, context, made, held)


class Given:
    """What a module gives to legacy calls as contents, and the dicts that get there."""

    def __init__(self, facts: Facts, plan: Plan) -> None:
        self.facts = facts
        # Expressions that are given, alone or as elements of a list that is.
        self.nodes: set[cst.CSTNode] = set()
        self.dicts: dict[cst.CSTNode, None] = {}
        for call, rules in facts.bindings.items():
            if call not in plan.handled:
                continue
            for rule, binding in rules.items():
                for parameter in conversions(rule, TAKING):
                    position = binding.arguments.get(parameter)
                    if position is not None:
                        self._give(call.args[position].value)

    def _give(self, node: cst.BaseExpression) -> None:
        if node in self.nodes:
            return
        self.nodes.add(node)
        if isinstance(node, cst.List | cst.Tuple):
            for element in node.elements:
                self._give(element.value)
        elif isinstance(node, cst.Dict):
            for entry in node.elements:
                if isinstance(entry, cst.DictElement) and string_value(entry.key) == PARTS:
                    self._give(entry.value)
        elif isinstance(node, cst.BinaryOperation):
            self._give(node.left)
            self._give(node.right)
        else:
            self._find(self.facts.value(node))

    def _find(self, value: Value, *, inside: bool = False) -> None:
        """Note the dicts that are given by their names, alone or in lists."""
        for atom in present(value):
            if not isinstance(atom, Container) or atom.site not in self.facts.index:
                continue
            if isinstance(atom.site, cst.Dict):
                self.dicts[atom.site] = None
            elif not inside:
                items = self.facts.interpreter.load(("item", atom.site, "*"))
                self._find(items, inside=True)

    def only_given(self, site: cst.CSTNode) -> bool:
        """Whether nothing else is done with a dict than to give it, or to keep it until then."""
        nodes = self.facts.by_site.get(site, ())
        return bool(nodes) and all(
            node in self.facts.index and (node in self.nodes or self._kept(node, site))
            for node in nodes
        )

    def _kept(self, node: cst.CSTNode, site: cst.CSTNode) -> bool:
        use = self.facts.use(node)
        if self._goes_on(node, use):
            return True
        if use.role == "element":
            return self._holds(use.parent)
        if use.role == "argument":
            call = self.facts.index.parents[use.parent]
            assert isinstance(call, cst.Call)
            lists = present(self.facts.value(call.func))
            return bool(lists) and all(
                isinstance(atom, Bound)
                and atom.method in GROWING
                and atom.instance.site in self.facts.index
                and self._is_filled_with_parts(atom.instance.site)
                for atom in lists
            )
        return False

    def _goes_on(self, node: cst.CSTNode, use: Use) -> bool:
        """Whether a value only gets from here to where it can be seen again."""
        if isinstance(self.facts.index.parents.get(node), cst.AssignTarget):
            return True
        if use.role == "stored":
            target = store_target(use.parent)
            return isinstance(target, cst.Name)
        if use.role == "returned":
            return self.facts.callers.has_any(self.facts.enclosing(use.parent, cst.FunctionDef))
        if use.role == "argument":
            return self.facts.flows_to_known_function(use.parent)
        return use.role in ("tested", "passed on")

    def _is_filled_with_parts(self, site: cst.CSTNode) -> bool:
        """Whether a list is empty first: type checkers take one of texts for nothing else."""
        return isinstance(site, cst.List) and not site.elements and self._holds(site)

    def _holds(self, site: cst.CSTNode) -> bool:
        """Whether a list only keeps parts until they are given."""
        nodes = self.facts.by_site.get(site, ())
        return isinstance(site, LISTS) and all(
            node in self.facts.index and (node in self.nodes or self._read(node)) for node in nodes
        )

    def _read(self, node: cst.CSTNode) -> bool:
        use = self.facts.use(node)
        if self._goes_on(node, use):
            return True
        if use.role == "item":
            assert isinstance(use.parent, cst.Subscript)
            return all(isinstance(each.slice, cst.Index) for each in use.parent.slice)
        if use.role == "iterated":
            return not isinstance(use.parent, cst.StarredElement)
        if use.role == "attribute":
            methods = present(self.facts.value(use.parent))
            return bool(methods) and all(
                isinstance(atom, Bound) and atom.method in GROWING for atom in methods
            )
        call = self.facts.index.parents[use.parent] if use.role == "argument" else None
        return isinstance(call, cst.Call) and self.facts.value(call.func) == {
            Symbol("builtins.len")
        }
