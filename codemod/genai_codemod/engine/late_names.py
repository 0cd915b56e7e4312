"""Names that a lambda would find changed, which is called later than where it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

import libcst as cst

from genai_codemod.engine.parts import parts, within
from genai_codemod.engine.syntax import target_names

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
    match node:
        case (
            cst.AssignTarget(target=target)
            | cst.AnnAssign(target=target)
            | cst.AugAssign(target=target)
            | cst.NamedExpr(target=target)
            | cst.For(target=target)
            | cst.CompFor(target=target)
            | cst.AsName(name=target)
        ):
            yield from (name.value for name in target_names(target))


def bound_now(body: cst.BaseExpression, rebound: Collection[str]) -> cst.Lambda:
    """A lambda that finds names as they are where it is written: ``lambda text=text: f(text)``."""
    own = {name for node in within(body) for name in _targets(node)}
    own |= {node.name.value for node in within(body) if isinstance(node, cst.Param)}
    read = dict.fromkeys(_read(body))
    late = [name for name in read if name in rebound and name not in own]
    close = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    parameters = [cst.Param(cst.Name(name), equal=close, default=cst.Name(name)) for name in late]
    return cst.Lambda(cst.Parameters(parameters), body)


def _read(node: cst.CSTNode) -> Iterator[str]:
    """The names that an expression reads, and not those of attributes or keywords."""
    if isinstance(node, cst.Name):
        yield node.value
    elif isinstance(node, cst.Attribute | cst.Arg):
        yield from _read(node.value)
    else:
        for part in parts(node):
            yield from _read(part)
