"""Definitions in a module that imports the SDK in functions only.

There the SDK may be an optional dependency, or one that is imported late: so a helper brings the
imports that it needs with it, and the module can still be imported without the SDK.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import libcst as cst

from genai_codemod.engine.facts import Facts
from genai_codemod.engine.imports import legacy_names
from genai_codemod.engine.new_imports import import_statements, through_package
from genai_codemod.engine.signature import source_of

Definition = cst.SimpleStatementLine | cst.BaseCompoundStatement
ANY = "from typing import Any"


def imports_in_functions(facts: Facts) -> bool:
    """Whether each import of the legacy SDK stands in a function, and there is one."""
    imports = [
        node
        for node in facts.index.nodes(cst.Import, cst.ImportFrom)
        if legacy_names(node, facts.pack)
    ]
    return bool(imports) and all(in_function(facts, node) for node in imports)


def in_function(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether a statement is executed when a function is called, and not by an import."""
    return any(isinstance(each, cst.FunctionDef) for each in facts.index.ancestors(node))


def made_local(definition: Definition, names: Mapping[str, str]) -> Definition:
    """A function with imports of its own, and without the SDK in its annotations.

    ``names`` maps the modules of the new SDK to what they are called in this file.  Other
    definitions come back as they are.
    """
    if not isinstance(definition, cst.FunctionDef) or not isinstance(
        definition.body, cst.IndentedBlock
    ):
        return definition
    plain = definition.visit(_WithoutTypes(names))
    assert isinstance(plain, cst.FunctionDef)
    assert isinstance(plain.body, cst.IndentedBlock)
    code = source_of(plain.body)
    used = {
        name: called
        for name, called in names.items()
        if re.search(rf"(?<![\w.]){re.escape(called)}\.", code)
    }
    used = through_package(used, names["genai"])
    if not used:
        return plain
    lines = [cst.SimpleStatementLine([small]) for small in import_statements(used)]
    start = int(plain.get_docstring() is not None)
    first, *others = plain.body.body[start:]
    apart = first.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    block = [*plain.body.body[:start], *lines, apart, *others]
    return plain.with_changes(body=plain.body.with_changes(body=block))


class _WithoutTypes(cst.CSTTransformer):
    """Writes Any for the annotations that name the SDK."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._named = re.compile(
            r"(?<![\w.])(?:" + "|".join(map(re.escape, names.values())) + r")\."
        )

    def leave_Annotation(
        self, original_node: cst.Annotation, updated_node: cst.Annotation
    ) -> cst.Annotation:
        if not self._named.search(source_of(updated_node.annotation)):
            return updated_node
        return updated_node.with_changes(annotation=cst.Name("Any"))
