"""The client that an earlier run has put beside a configuration which still had to stay."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.syntax.comments import comments
from genai_codemod.engine.syntax.module_syntax import leftmost, source_of

_NEW = ("google", "genai")


def takes_over(plan: Plan, configurations: Sequence[cst.Call]) -> bool:
    """Whether a client is there already; then the configuration goes, unless it is kept."""
    found = _client_beside(plan.facts, configurations)
    if found is None:
        return False
    name, built = found
    line = plan.facts.index.statement(configurations[0])
    plan.names["client"] = name
    plan.remove.add(line)

    def moved_up(updated: cst.CSTNode) -> cst.CSTNode:
        """The client where the configuration was, with the blank lines above that."""
        if line not in plan.remove or comments(line):
            return updated
        lines = [*getattr(line, "leading_lines", ()), *getattr(updated, "leading_lines", ())]
        return updated.with_changes(leading_lines=lines)

    plan.replace[built] = moved_up
    return True


def _client_beside(
    facts: Facts, configurations: Sequence[cst.Call]
) -> tuple[str, cst.CSTNode] | None:
    """The name of the client of the new SDK that follows the only configuration of a module.

    It is built from the same key, in the next line, which comes with it, and the name stands for
    nothing else.
    """
    if len(configurations) != 1:
        return None
    (configuration,) = configurations
    line = facts.index.statement(configuration)
    body = facts.module.body
    if line not in body or not isinstance(facts.index.parents[configuration], cst.Expr):
        return None
    position = list(body).index(line) + 1  # type: ignore[arg-type]
    match body[position : position + 1]:
        case [
            cst.SimpleStatementLine(
                body=[
                    cst.Assign(
                        targets=[cst.AssignTarget(target=cst.Name(value=name))],
                        value=cst.Call() as built,
                    )
                ]
            )
        ] if _is_built_alike(facts, configuration, built) and _is_bound_once(facts, name):
            return name, body[position]
    return None


def _is_built_alike(facts: Facts, configuration: cst.Call, built: cst.Call) -> bool:
    func = built.func
    if not isinstance(func, cst.Attribute) or func.attr.value != "Client":
        return False
    if not isinstance(func.value, cst.Name) or facts.index.imported.get(leftmost(func)) != _NEW:
        return False
    key = _only_key(configuration)
    return key is not None and key == _only_key(built)


def _only_key(call: cst.Call) -> str | None:
    match call.args:
        case [cst.Arg(keyword=cst.Name(value="api_key"), value=value, star="")]:
            return source_of(value)
    return None


def _is_bound_once(facts: Facts, name: str) -> bool:
    """Whether a name of a module is bound in one place, and declared global in none."""
    scopes = [scope for scope in facts.index.scopes.values() if name in scope.names]
    targets = [
        node
        for node in facts.index.nodes(cst.AssignTarget)
        if isinstance(node.target, cst.Name) and node.target.value == name
    ]
    return len(scopes) == 1 and len(targets) == 1
