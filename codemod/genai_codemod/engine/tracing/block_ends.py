"""Whether a block ends what it stands in, so that nothing behind that is reached from it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from operator import is_not

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.syntax.module_syntax import source_of

_LEAVES = (cst.Return, cst.Raise, cst.Continue, cst.Break)
_EXITS = frozenset({"sys.exit", "builtins.exit", "builtins.quit", "os._exit"})
_NAMES_OF_EXITS = ("exit", "stop", "quit")


def leaves(suite: cst.BaseSuite) -> bool:
    """Whether a block ends with ``return``, ``raise``, ``continue`` or ``break``."""
    return isinstance(_last_statement(suite), _LEAVES)


def leaves_or_exits(facts: Facts, suite: cst.BaseSuite) -> bool:
    """Whether a block leaves, or ends with a call that is known to end the program."""
    last = _last_statement(suite)
    if isinstance(last, cst.Expr) and isinstance(last.value, cst.Call):
        return bool({getattr(a, "name", "") for a in facts.value(last.value.func)} & _EXITS)
    return isinstance(last, _LEAVES)


def raises_or_stops(suite: cst.BaseSuite) -> bool:
    """Whether a block ends the program, by an error or by a call of that name: ``st.stop()``."""
    last = _last_statement(suite)
    if isinstance(last, cst.Raise):
        return True
    return isinstance(last, cst.Expr) and source_of(last.value).partition("(")[0].endswith(
        _NAMES_OF_EXITS
    )


def ends(suite: cst.BaseSuite) -> bool:
    """Whether a block leaves, or ends the program by a call of such a name."""
    return leaves(suite) or raises_or_stops(suite)


def tests_above(block: cst.IndentedBlock | cst.Module, child: cst.CSTNode) -> Iterator[cst.If]:
    """The ``if`` statements of a block above one of its statements."""
    above = takewhile(partial(is_not, child), block.body)
    return (statement for statement in above if isinstance(statement, cst.If))


def _last_statement(suite: cst.BaseSuite) -> cst.CSTNode | None:
    """The last statement of a block, the last of a line if several share that."""
    last: cst.CSTNode | None = suite.body[-1] if suite.body else None
    return last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last
