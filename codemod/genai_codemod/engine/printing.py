"""Where a value is turned into text, and the objects that look different there now."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.left import LeftAlone
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rules import Rule
from genai_codemod.engine.values import Container, Instance, Symbol, only_text, present

PRINTERS = frozenset(
    {
        "builtins.print", "builtins.str", "builtins.repr", "builtins.format", "pprint.pprint",
        "builtins.str.format", "rich.print", "json.dumps", "json.dump",
    }
)  # fmt: skip


def is_printed(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether the text of a value is shown or kept."""
    use = facts.use(node)
    if use.role == "formatted":
        return True
    if use.role == "element" and isinstance(use.parent, cst.Tuple):
        return is_printed(facts, use.parent)
    if isinstance(use.parent, cst.BinaryOperation) and use.parent.right is node:
        return isinstance(use.parent.operator, cst.Modulo) and only_text(
            facts.value(use.parent.left)
        )
    call = facts.index.parents[use.parent] if use.role == "argument" else None
    return isinstance(call, cst.Call) and any(
        isinstance(atom, Symbol) and atom.name in PRINTERS for atom in facts.value(call.func)
    )


def plan_printed(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Mark what prints a legacy object as a whole."""
    for node, value in list(facts.values.items()):
        if not isinstance(node, cst.BaseExpression) or left.value_left(value):
            continue
        atoms = present(value)
        kinds = {_kind(facts, atom) for atom in atoms}
        declared = facts.pack.kinds.get(kinds.pop() or "") if len(kinds) == 1 else None
        if declared is not None and declared.prints is not None and is_printed(facts, node):
            rule = Rule(f"{declared.name.lower()}.printed")
            plan.found(node, rule, "review", declared.prints)


def _kind(facts: Facts, atom: object) -> str | None:
    """The kind of an object, or of those in a list."""
    if isinstance(atom, Container) and isinstance(atom.site, cst.List | cst.ListComp):
        items = present(facts.interpreter.load(("item", atom.site, "*")))
        kinds = {item.kind for item in items if isinstance(item, Instance)}
        return kinds.pop() if len(kinds) == 1 == len(items) else None
    if not isinstance(atom, Instance):
        return None
    return atom.kind.removeprefix("list[").removesuffix("]")
