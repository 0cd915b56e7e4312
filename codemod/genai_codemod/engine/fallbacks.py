"""Names with a substitute for when the SDK is not installed: ``except ImportError: File = None``.

What reads such a name outside of the code that needs the SDK, as ``if File is not None`` does,
must go on finding it: so the name stays, and its import is of the new SDK.
"""

from __future__ import annotations

from functools import cached_property

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.imports import legacy_names
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.reexports import can_be_imported, import_of
from genai_codemod.engine.rules import NameRule
from genai_codemod.engine.syntax import target_names


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
        for statement in self._facts.index.nodes(cst.Try):
            assert isinstance(statement, cst.Try)
            owner = self._facts.enclosing(statement, cst.FunctionDef, cst.ClassDef)
            if isinstance(owner, cst.ClassDef):
                continue
            substitutes = {name for each in statement.handlers for name in _bound(each.body)}
            for line in statement.body.body:
                for part in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                    names = {name for _, name in legacy_names(part, self._facts.pack)}
                    if isinstance(part, cst.ImportFrom):
                        assert isinstance(line, cst.SimpleStatementLine)
                        found.update({(owner, name): line for name in names & substitutes})
        return found


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
