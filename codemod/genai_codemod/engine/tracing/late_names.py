"""Names that a lambda would find changed, which is called later than where it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

import libcst as cst

from genai_codemod.engine.syntax.module_syntax import bound_target, target_names
from genai_codemod.engine.syntax.parts import names_in, parts, used_names, within

_LOOPS = (cst.For, cst.While, cst.CompFor)
_SCOPES = (cst.FunctionDef, cst.ClassDef, cst.Lambda)


def rebound_names(scope: cst.FunctionDef | cst.Module) -> frozenset[str]:
    """The variables of a function or module that are bound more than once, or in a loop."""
    found: Counter[str] = Counter()
    if isinstance(scope, cst.FunctionDef):
        found.update(
            node.name.value for node in within(scope.params) if isinstance(node, cst.Param)
        )
    found.update(_bound(scope.body if isinstance(scope, cst.FunctionDef) else scope))
    return frozenset(name for name, count in found.items() if count > 1)


def _bound(body: cst.CSTNode) -> Iterator[str]:
    """What statements bind; twice, where a loop may do so again."""
    todo = [(body, False)]
    while todo:
        node, looped = todo.pop()
        looped = looped or isinstance(node, _LOOPS)
        for name in _targets(node):
            yield from [name] * (1 + looped)
        todo += [(part, looped) for part in parts(node) if not isinstance(part, _SCOPES)]


def _targets(node: cst.CSTNode) -> Iterator[str]:
    target = bound_target(node)
    if target is not None:
        yield from (name.value for name in target_names(target))


def late_parameters(body: cst.BaseExpression, rebound: Collection[str]) -> list[cst.Param]:
    """Parameters that keep names as they are where a lambda is written: ``text=text``."""
    own = {name for node in within(body) for name in _targets(node)}
    own |= {node.name.value for node in within(body) if isinstance(node, cst.Param)}
    read = dict.fromkeys(each.value for each in names_in(body))
    return [parameter(name) for name in read if name in rebound and name not in own]


def parameter(name: str, value: cst.BaseExpression | None = None) -> cst.Param:
    """A parameter that keeps a value, or what a variable of its name is now."""
    close = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return cst.Param(cst.Name(name), equal=close, default=value or cst.Name(name))


def free_name(name: str, body: cst.BaseExpression) -> str:
    """A name that an expression does not read."""
    read = used_names(body)
    while name in read:
        name += "_"
    return name
