"""Writes whole definitions into a module: run-time helpers and the function that keeps a client."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache

import libcst as cst

from genai_codemod.engine.clients.borrowing import borrow
from genai_codemod.engine.imports.import_order import add_imports, imports_end, run_end
from genai_codemod.engine.imports.legacy_imports import imports_legacy
from genai_codemod.engine.imports.local_definitions import ANY, made_local
from genai_codemod.engine.imports.new_imports import through_package
from genai_codemod.engine.plan import Plan, marker
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.parts import used_names


def with_needed(names: Collection[str], templates: Mapping[str, str]) -> dict[str, str]:
    """The templates of these names, and of all that they import from other templates."""
    found: dict[str, str] = {}
    todo = sorted(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = templates[name]
            todo += re.findall(r"^from \.\w+ import (\w+)$", templates[name], re.MULTILINE)
    return {name: found[name] for name in sorted(found)}


def insert_definitions(
    module: cst.Module, plan: Plan, helpers: dict[str, str], pack: RulePack
) -> tuple[cst.Module, dict[str, str]]:
    """The module with its new definitions, and the modules of the new SDK it now needs."""
    extra = set(plan.imports)
    definitions: list[Line] = []
    for text in helpers.values():
        imports, body = _split(text)
        extra |= {line for line in imports if not line.startswith(("from google", "from ."))}
        for name in ("types", "errors", "genai"):
            if re.search(rf"\b{name}\.", body):
                plan.needs.add(name)
                body = re.sub(rf"(?<![\w.]){name}\.", f"{plan.names[name]}.", body)
        definitions.extend(_parse(body))
    if plan.lazy_client is not None or plan.lazy_at is not None:
        extra.add("import functools")
    for text in plan.definitions:
        definitions.extend(_parse(text))
    module = _place_client(module, plan, pack)
    module = _place(module, definitions, plan, pack)
    module = borrow(module, plan.borrowed)
    if plan.local and "Any" in used_names(module):
        extra.add(ANY)
    module = add_imports(module, _merged(extra))
    used = used_names(module) | plan.quoted
    needed = {
        name: plan.names[name]
        for name in plan.needs
        if name in ("genai", "types", "errors") and plan.names[name].partition(".")[0] in used
    }
    if plan.guarded:
        # The import is tested for, so it must be tried even if nothing else needs it.
        needed["genai"] = plan.names["genai"]
    needed = through_package(needed, plan.names["genai"])
    for name in plan.existing:
        needed.pop(name, None)
    return module, needed


Line = cst.SimpleStatementLine | cst.BaseCompoundStatement


@cache
def _split(text: str) -> tuple[list[str], str]:
    """The imports of a template, and the rest of its source."""
    tree = cst.parse_module(text)
    imports: list[str] = []
    rest: list[Line] = []
    for statement in tree.body:
        if isinstance(statement, cst.SimpleStatementLine):
            first = statement.body[0]
            if isinstance(first, cst.Import | cst.ImportFrom):
                imports.append(tree.code_for_node(statement).strip())
                continue
            if isinstance(first, cst.Expr) and not rest:
                continue
        rest.append(statement)
    return imports, cst.Module(body=rest).code


def _merged(imports: Collection[str]) -> list[str]:
    """Import statements in order, with one for each module that names are imported from."""
    names: dict[str, set[str]] = {}
    for text in imports:
        head, found, listed = text.partition(" import ")
        names.setdefault(head, set()).update(listed.split(", ") if found else ())
    return [
        f"{head} import {', '.join(sorted(names[head]))}" if names[head] else head
        for head in sorted(names)
    ]


@cache
def _parse(body: str) -> tuple[Line, ...]:
    """The statements of a definition; many modules get the same."""
    statements = cst.parse_module(body.strip("\n") + "\n").body
    return tuple(_spaced(statement) for statement in statements)


def _with_quoted_annotations(statement: Line, quoter: _AnnotationQuoter) -> Line:
    """A definition whose annotations can be evaluated where the new SDK is not installed."""
    quoted = statement.visit(quoter)
    assert isinstance(quoted, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    return quoted


class _AnnotationQuoter(cst.CSTTransformer):
    def __init__(self, module: str) -> None:
        super().__init__()
        self._module = module

    def leave_Annotation(
        self, original_node: cst.Annotation, updated_node: cst.Annotation
    ) -> cst.Annotation:
        text = cst.Module([]).code_for_node(updated_node.annotation)
        if not re.search(rf"\b{self._module}\.", text):
            return updated_node
        return updated_node.with_changes(annotation=cst.SimpleString(f'"{text}"'))


def _spaced(statement: Line, lines: int = 2) -> Line:
    comments = [line for line in statement.leading_lines if line.comment]
    blank = [cst.EmptyLine(indent=False)] * lines
    return statement.with_changes(leading_lines=[*blank, *comments])


def _place(module: cst.Module, definitions: list[Line], plan: Plan, pack: RulePack) -> cst.Module:
    if not definitions:
        return module
    if plan.local:
        names = {name: plan.names[name] for name in ("genai", "types", "errors")}
        definitions = [made_local(each, names) for each in definitions]
    elif plan.guarded:
        quoter = _AnnotationQuoter(plan.names["genai"])
        definitions = [_with_quoted_annotations(each, quoter) for each in definitions]
    position = _definitions_start(module, pack)
    body = list(module.body)
    following = body[position : position + 1]
    body[position:position] = definitions
    if following:
        body[position + len(definitions)] = _apart(following[0])
    return module.with_changes(body=body)


def _definitions_start(module: cst.Module, pack: RulePack) -> int:
    """After the imports at the top and the first of the old SDK, where the new one will be."""
    for position, statement in enumerate(module.body):
        if isinstance(statement, cst.FunctionDef | cst.ClassDef):
            continue
        if imports_legacy(statement, pack):
            return max(run_end(module.body, position + 1), imports_end(module))
    return imports_end(module)


def _apart(statement: Line) -> Line:
    """A statement with two blank lines above it."""
    lines = list(statement.leading_lines)
    blank = 0
    for line in lines:
        if line.comment is not None:
            break
        blank += 1
    missing = [cst.EmptyLine(indent=False)] * max(0, 2 - blank)
    return statement.with_changes(leading_lines=[*missing, *lines])


def _place_client(module: cst.Module, plan: Plan, pack: RulePack) -> cst.Module:
    if plan.lazy_client is None:
        return module
    text = f"@functools.cache\ndef {plan.names['get_client']}() -> {plan.name('genai')}.Client:\n"
    text += "    return " + cst.Module([]).code_for_node(plan.lazy_client()) + "\n"
    definitions = list(_parse(text))
    if plan.lazy_marker is not None:
        comment = cst.EmptyLine(comment=cst.Comment(marker(*plan.lazy_marker)))
        first = definitions[0]
        lines = [*first.leading_lines, comment]
        definitions[0] = first.with_changes(leading_lines=lines)
    return _place(module, definitions, plan, pack)
