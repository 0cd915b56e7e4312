"""Names with a substitute for when the SDK is not installed: ``except ImportError: File = None``.

Or ``else: File = object`` below ``if TYPE_CHECKING``.

What reads such a name outside of the code that needs the SDK, as ``if File is not None`` does,
must go on finding it: so the name stays, and its import is of the new SDK.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol
from genai_codemod.engine.imports.legacy_imports import legacy_names
from genai_codemod.engine.imports.reexports import can_be_imported, import_of
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import NameRule, Rule
from genai_codemod.engine.syntax.module_syntax import dotted_name, target_names

SUBSTITUTE = Rule("imports.substitute")
_WHERE_MISSING = (
    "the code calls google.genai instead, also where that is missing; see that it is not reached "
    "there."
)


class Substitutes:
    """The legacy names of a module that have a substitute."""

    def __init__(self, facts: Facts, plan: Plan) -> None:
        self._facts = facts
        self._plan = plan

    def keeps(self, name: cst.CSTNode, rule: NameRule) -> bool:
        """Whether a name stays as it is; if so, it is imported from the new SDK."""
        if not isinstance(name, cst.Name) or not can_be_imported(rule):
            return False
        line = self._line(name)
        if line is None or isinstance(self._facts.index.parents.get(name), cst.Attribute):
            return False
        wanted = import_of(rule, name.value)
        if [wanted] not in [build() for build in self._plan.after[line]]:
            self._plan.after[line].append(lambda: [wanted])
        return True

    def mark_unused(self) -> None:
        """Mark what the code called in place of the SDK, which now calls the SDK in any case."""
        for name, node in self._stand_ins():
            if any(self._is_rewritten(call) for call in self._calls[name]):
                message = f"{name} is not used any more: {_WHERE_MISSING}"
                self._plan.found(node, SUBSTITUTE, "review", message)

    def _stand_ins(self) -> Iterator[tuple[str, cst.CSTNode]]:
        """What handlers of imports define or assign that can be called, with its name."""
        for handler in self._facts.index.nodes(cst.ExceptHandler):
            assert isinstance(handler, cst.ExceptHandler)
            for statement in handler.body.body:
                if isinstance(statement, cst.ClassDef | cst.FunctionDef):
                    yield statement.name.value, statement
                for part in (
                    statement.body if isinstance(statement, cst.SimpleStatementLine) else ()
                ):
                    if isinstance(part, cst.Assign) and dotted_name(part.value) != "None":
                        for target in part.targets:
                            yield from ((name.value, part) for name in target_names(target.target))

    @cached_property
    def _calls(self) -> dict[str, list[cst.Call]]:
        """The calls of each name."""
        found: dict[str, list[cst.Call]] = defaultdict(list)
        for call in self._facts.index.calls:
            if isinstance(call.func, cst.Name):
                found[call.func.value].append(call)
        return found

    def _is_rewritten(self, call: cst.Call) -> bool:
        if not isinstance(call.func, cst.Name) or self._line(call.func) is None:
            return False
        legacy = any(
            isinstance(atom, Symbol) and self._facts.pack.is_legacy(atom.name)
            for atom in self._facts.value(call.func)
        )
        return legacy and call in self._plan.replace

    def _line(self, name: cst.Name) -> cst.SimpleStatementLine | None:
        """The line that imports what a name means where it stands."""
        around = self._facts.index.ancestors(name)
        owners = [node for node in around if isinstance(node, cst.FunctionDef)]
        lines = (self._lines.get((owner, name.value)) for owner in (*owners, None))
        return next((line for line in lines if line is not None), None)

    @cached_property
    def _lines(self) -> dict[tuple[cst.CSTNode | None, str], cst.SimpleStatementLine]:
        """The line that imports each, by the function it does so in."""
        found: dict[tuple[cst.CSTNode | None, str], cst.SimpleStatementLine] = {}
        for statement, otherwise in self._alternatives():
            owner = self._facts.enclosing(statement, cst.FunctionDef, cst.ClassDef)
            if isinstance(owner, cst.ClassDef):
                continue
            substitutes = {name for suite in otherwise for name in _bound(suite)}
            for line in statement.body.body:
                for part in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                    names = {name for _, name in legacy_names(part, self._facts.pack)}
                    if isinstance(part, cst.ImportFrom):
                        assert isinstance(line, cst.SimpleStatementLine)
                        found.update({(owner, name): line for name in names & substitutes})
        return found

    def _alternatives(self) -> Iterator[tuple[cst.Try | cst.If, list[cst.BaseSuite]]]:
        """The statements with other suites for where their own is not executed, and those."""
        for attempt in self._facts.index.nodes(cst.Try):
            assert isinstance(attempt, cst.Try)
            yield attempt, [handler.body for handler in attempt.handlers]
        for choice in self._facts.index.nodes(cst.If):
            if isinstance(choice, cst.If) and isinstance(choice.orelse, cst.Else):
                yield choice, [choice.orelse.body]


def _bound(suite: cst.BaseSuite) -> set[str]:
    """The names that the statements of a suite bind themselves."""
    names: set[str] = set()
    for statement in suite.body:
        if isinstance(statement, cst.ClassDef | cst.FunctionDef):
            names.add(statement.name.value)
        for part in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            if isinstance(part, cst.Assign):
                targets = [target.target for target in part.targets]
                names |= {name.value for target in targets for name in target_names(target)}
            elif isinstance(part, cst.AnnAssign):
                names |= {name.value for name in target_names(part.target)}
    return names
