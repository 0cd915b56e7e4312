"""Definitions in a module that imports the SDK in functions only.

There the SDK may be an optional dependency, or one that is imported late: so a helper brings the
imports that it needs with it, and the module can still be imported without the SDK.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.imports.checking_blocks import is_for_checking
from genai_codemod.engine.imports.import_uses import WithoutAnnotations, imported_from_new
from genai_codemod.engine.imports.legacy_imports import imports_legacy, legacy_names
from genai_codemod.engine.imports.new_imports import import_statements, through_package
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.syntax.parts import used_names

Definition = cst.SimpleStatementLine | cst.BaseCompoundStatement
ANY = "from typing import Any"


def imports_in_functions(facts: Facts) -> bool:
    """Whether each import of the legacy SDK stands in a function, and there is one.

    Those that only type checkers see count as if they did.
    """
    imports = [
        node
        for node in facts.index.nodes(cst.Import, cst.ImportFrom)
        if legacy_names(node, facts.pack)
    ]
    return bool(imports) and all(
        in_function(facts, node) or any(map(is_for_checking, facts.index.ancestors(node)))
        for node in imports
    )


def in_function(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether a statement is executed when a function is called, and not by an import."""
    return any(isinstance(each, cst.FunctionDef) for each in facts.index.ancestors(node))


def made_local(definition: Definition, names: Mapping[str, str]) -> Definition:
    """A function with imports of its own, and without the SDK in its annotations.

    ``names`` maps the modules of the new SDK to what they are called in this file.  Other
    definitions get no imports.
    """
    plain = definition.visit(_WithoutTypes(names))
    assert isinstance(plain, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    if not isinstance(plain, cst.FunctionDef) or not isinstance(plain.body, cst.IndentedBlock):
        return plain
    code = source_of(plain.body)
    used = {
        name: called
        for name, called in names.items()
        if re.search(rf"(?<![\w.]){re.escape(called)}\.", code)
    }
    used = through_package(used, names["genai"])
    return _importing(plain, used) if used else plain


def import_where_used(module: cst.Module, needed: Mapping[str, str], pack: RulePack) -> cst.Module:
    """The module with the imports of the new SDK also in functions that imported nothing.

    ``needed`` maps the modules of the new SDK to what they are called in this file.
    """
    checked = any(map(is_for_checking, module.body))
    changed = module.visit(_FunctionImports(needed, pack, checked=checked))
    assert isinstance(changed, cst.Module)
    return changed


class _FunctionImports(cst.CSTTransformer):
    """``checked`` says that type checkers find the names of local annotations elsewhere."""

    def __init__(self, needed: Mapping[str, str], pack: RulePack, *, checked: bool) -> None:
        super().__init__()
        self._checked = checked
        self._needed = needed
        self._pack = pack

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        body = updated_node.body
        if not isinstance(body, cst.IndentedBlock) or imports_legacy(body, self._pack):
            return updated_node
        run: cst.CSTNode = body
        if self._checked:
            stripped = body.visit(WithoutAnnotations())
            assert isinstance(stripped, cst.IndentedBlock)
            run = stripped
        read = used_names(run) - imported_from_new(body)
        used = {n: c for n, c in self._needed.items() if c.partition(".")[0] in read}
        return _importing(updated_node, used) if used else updated_node


def _importing(function: cst.FunctionDef, modules: Mapping[str, str]) -> cst.FunctionDef:
    """A function that begins with imports of modules of the new SDK, behind its docstring."""
    assert isinstance(function.body, cst.IndentedBlock)
    lines = [cst.SimpleStatementLine([small]) for small in import_statements(modules)]
    start = int(function.get_docstring() is not None)
    first, *others = function.body.body[start:]
    noted = [line for line in getattr(first, "leading_lines", ()) if line.comment is not None]
    apart = first.with_changes(leading_lines=[cst.EmptyLine(indent=False), *noted])
    block = [*function.body.body[:start], *lines, apart, *others]
    return function.with_changes(body=function.body.with_changes(body=block))


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
