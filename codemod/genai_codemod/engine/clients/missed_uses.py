"""Which uses of a client may come before anything has configured the SDK, and so made one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import libcst as cst

from genai_codemod.engine.clients.client_reach import depends_on_key, is_chosen, precedes
from genai_codemod.engine.clients.environment import configured_variable
from genai_codemod.engine.clients.late_configuration import functions_run
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.syntax.parts import parts
from genai_codemod.engine.tracing.homes import home_of

_DEFINING = (cst.FunctionDef, cst.Lambda)


def missed_uses(
    facts: Facts,
    configurations: Sequence[cst.Call],
    uses: Collection[cst.CSTNode],
    own_variables: Collection[str],
) -> set[cst.CSTNode]:
    """The uses that may come before anything has configured, if a function does so.

    ``own_variables`` are the environment variables that any client reads by itself.
    """
    homes = [home_of(facts, configuration).function for configuration in configurations]
    missed = {use for use in uses if not any(precedes(facts, each, use) for each in configurations)}
    # Where the key is one that any client looks for, there is no other.
    usual = configured_variable(facts) in own_variables
    optional = [
        each
        for each, home in zip(configurations, homes, strict=True)
        if (
            not is_chosen(facts, each)
            if home is not None
            else depends_on_key(facts, each) and not usual
        )
    ]
    here = any(home_of(facts, use).function in set(homes) - {None} for use in missed)
    if here or optional:
        return missed
    return missed & early_uses(facts, configurations, missed) if any(homes) else set()


def early_uses(
    facts: Facts, configurations: Collection[cst.CSTNode], uses: Collection[cst.CSTNode]
) -> set[cst.CSTNode]:
    """The uses that a module of the program comes to, from its top, before it configures."""
    found: set[cst.CSTNode] = set()
    for module in facts.interpreter.modules.values():
        _Run(facts.whole, configurations, uses, found).execute(module.index.module)
    return found


class _Run:
    """Goes through what one module runs, in order, up to where that configures."""

    def __init__(
        self,
        facts: Facts,
        configurations: Collection[cst.CSTNode],
        uses: Collection[cst.CSTNode],
        found: set[cst.CSTNode],
    ) -> None:
        self.facts = facts
        self.configurations = configurations
        self.uses = uses
        self.found = found
        self._configured = False
        self._seen: set[cst.CSTNode] = set()

    def execute(self, block: cst.CSTNode) -> None:
        """Run the statements of a block, of the blocks in it, and of the functions they call."""
        for part in self._parts(block):
            if self._configured:
                return
            if part in self.configurations:
                self._configured = True
            elif part in self.uses:
                self.found.add(part)
            if isinstance(part, cst.Call | cst.Attribute):
                for function in functions_run(self.facts, part):
                    if function not in self._seen and not self._configured:
                        self._seen.add(function)
                        self.execute(getattr(function, "body", function))

    def _parts(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What a node consists of, what is evaluated first at first, without definitions."""
        for child in parts(node):
            if not isinstance(child, _DEFINING):
                yield from self._parts(child)
        yield node
