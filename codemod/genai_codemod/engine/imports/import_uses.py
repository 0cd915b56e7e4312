"""Which of the names that imports bind the code of a module needs when it runs."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.imports.checking_blocks import is_for_checking
from genai_codemod.engine.imports.legacy_imports import imports_legacy
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.module_syntax import dotted_name
from genai_codemod.engine.syntax.parts import imports_in, parts, used_names

_SDK = "genai"


def used_outside_imports(module: cst.Module, pack: RulePack) -> set[str]:
    """The names that code reads outside the functions that import them, or the legacy SDK.

    Annotations do not count where nobody evaluates them, and type checkers have the names.
    """
    names: set[str] = set()
    if annotations_wait(module) and any(map(is_for_checking, module.body)):
        stripped = module.visit(WithoutAnnotations())
        assert isinstance(stripped, cst.Module)
        module = stripped
    todo: list[cst.CSTNode] = [module]
    while todo:
        part = todo.pop()
        if isinstance(part, cst.FunctionDef) and imports_legacy(part.body, pack):
            names |= _used_around(part)
        elif isinstance(part, cst.FunctionDef) and (own := imported_from_new(part.body)):
            names |= _used_around(part) | (used_names(part.body) - own)
        elif isinstance(part, cst.SimpleStatementLine):
            names |= used_names(part)
        elif isinstance(part, cst.Name):
            names.add(part.value)
        else:
            todo += parts(part)
    return names


def _used_around(function: cst.FunctionDef) -> set[str]:
    outer = (function.params, *function.decorators, *filter(None, [function.returns]))
    return set().union(*map(used_names, outer))


def imported_from_new(node: cst.CSTNode) -> set[str]:
    """The names that imports of the new SDK bind in a function, or in one that it calls for it."""
    return _given_by_calls(node) | {
        alias.evaluated_alias or alias.evaluated_name
        for small in imports_in(node)
        if isinstance(small, cst.ImportFrom) and not isinstance(small.names, cst.ImportStar)
        if small.module is not None and dotted_name(small.module) in ("google", "google.genai")
        for alias in small.names
    }


def _given_by_calls(body: cst.CSTNode) -> set[str]:
    """The name of the new SDK where ``genai = import_genai()`` gives it to what follows."""
    lines = body.body if isinstance(body, cst.IndentedBlock) else ()
    return {
        _SDK
        for line in lines
        if isinstance(line, cst.SimpleStatementLine)
        for small in line.body
        if isinstance(small, cst.Assign)
        and isinstance(small.value, cst.Call)
        and any(dotted_name(each.target) == _SDK for each in small.targets)
    }


def annotations_wait(module: cst.Module) -> bool:
    """Whether a module has ``from __future__ import annotations``."""
    return any(
        isinstance(small, cst.ImportFrom)
        and dotted_name(small.module) == "__future__"
        and not isinstance(small.names, cst.ImportStar)
        and any(alias.evaluated_name == "annotations" for alias in small.names)
        for small in imports_in(module)
    )


class WithoutAnnotations(cst.CSTTransformer):
    """Takes the names out of annotations."""

    def leave_Annotation(
        self, original_node: cst.Annotation, updated_node: cst.Annotation
    ) -> cst.Annotation:
        return updated_node.with_changes(annotation=cst.Ellipsis())
