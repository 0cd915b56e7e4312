"""Where a value is turned into text or copied, and the objects that differ there now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.answers.searched_texts import is_text_searched
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Container, Instance, Symbol, only_text, present
from genai_codemod.engine.rule_packs.rules import Rule

if TYPE_CHECKING:
    from genai_codemod.engine.plan import Plan
    from genai_codemod.engine.planning.left import LeftAlone

PRINTERS = frozenset(
    {
        "builtins.print", "builtins.str", "builtins.repr", "builtins.format", "pprint.pprint",
        "builtins.str.format", "rich.print", "click.echo", "click.secho", "typer.echo",
    }
)  # fmt: skip
SEARCHED = "Something is looked for in that here: read the fields instead."
JSON_WRITERS = frozenset({"json.dumps", "json.dump"})

# Modules whose functions of these names, and loggers whose methods, show what they are given.
_SHOWING = frozenset({"logging", "loguru", "streamlit", "structlog"})
_SHOWN_BY = frozenset(
    {
        "caption", "critical", "debug", "error", "exception", "fatal", "info", "log", "markdown",
        "success", "text", "trace", "warn", "warning", "write",
    }
)  # fmt: skip


COPIERS = frozenset(
    {"copy.copy", "copy.deepcopy", "pickle.dump", "pickle.dumps", "dill.dump", "joblib.dump"}
)


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
    return _given_to(facts, node, _prints)


def is_shown(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether the text of a value is for people to read, not JSON that a program may read."""
    return is_printed(facts, node) and not _given_to(facts, node, JSON_WRITERS.__contains__)


def _prints(name: str) -> bool:
    """Whether a function shows its arguments as text."""
    root, last = name.partition(".")[0], name.rpartition(".")[2]
    return name in PRINTERS | JSON_WRITERS or (root in _SHOWING and last in _SHOWN_BY)


def formatted_as_number(part: cst.FormattedStringExpression) -> bool:
    """Whether a part of an f-string has the format of a number: ``{value:d}``."""
    specification = "".join(
        each.value for each in part.format_spec or () if isinstance(each, cst.FormattedStringText)
    )
    return specification[-1:] in tuple("bcdeEfFgGnoxX%")


def _given_to(facts: Facts, node: cst.CSTNode, takes: Callable[[str], bool]) -> bool:
    use = facts.use(node)
    call = facts.index.parents[use.parent] if use.role == "argument" else None
    return isinstance(call, cst.Call) and any(
        isinstance(atom, Symbol) and takes(atom.name) for atom in facts.value(call.func)
    )


def plan_printed(facts: Facts, plan: Plan, left: LeftAlone) -> None:
    """Note what prints a legacy object as a whole, and mark what copies one."""
    for node, value in facts.held.of(Instance, Container):
        if not isinstance(node, cst.BaseExpression) or left.value_left(value):
            continue
        atoms = present(value)
        kinds = {_kind(facts, atom) for atom in atoms}
        declared = facts.pack.kinds.get(kinds.pop() or "") if len(kinds) == 1 else None
        if declared is None:
            continue
        if declared.prints is not None and is_printed(facts, node):
            rule = Rule(f"{declared.name.lower()}.printed")
            if is_text_searched(facts, node):
                plan.found(node, rule, "review", f"{declared.prints} {SEARCHED}")
            else:
                plan.found(node, rule, "note", declared.prints)
        if declared.copies is not None and _given_to(facts, node, COPIERS.__contains__):
            plan.found(node, Rule(f"{declared.name.lower()}.copied"), "review", declared.copies)


def _kind(facts: Facts, atom: object) -> str | None:
    """The kind of an object, or of those in a list."""
    if isinstance(atom, Container) and isinstance(atom.site, cst.List | cst.ListComp):
        items = present(facts.interpreter.load(("item", atom.site, "*")))
        kinds = {item.kind for item in items if isinstance(item, Instance)}
        return kinds.pop() if len(kinds) == 1 == len(items) else None
    if not isinstance(atom, Instance):
        return None
    return atom.kind.removeprefix("list[").removesuffix("]")
