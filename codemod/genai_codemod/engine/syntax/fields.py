"""The fields of classes that are made of them: dataclasses, models and named tuples."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.syntax.module_syntax import literal, string_value


def annotated_fields(definition: cst.ClassDef) -> list[str]:
    """The attributes that a class annotates in its body, in order."""
    lines = [line for line in definition.body.body if isinstance(line, cst.SimpleStatementLine)]
    return [
        small.target.value
        for line in lines
        for small in line.body
        if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name)
    ]


def named_tuple(call: cst.Call) -> cst.ClassDef | None:
    """The class that ``namedtuple("Name", ["first", "second"])`` makes, where that can be read."""
    given = [argument.value for argument in call.args if argument.keyword is None]
    names = _names(given[1]) if len(given) == 2 else None
    if not names or not all(name.isidentifier() for name in names):
        return None
    annotation = cst.Annotation(cst.Name("object"))
    body = [cst.SimpleStatementLine([cst.AnnAssign(cst.Name(name), annotation)]) for name in names]
    return cst.ClassDef(cst.Name(string_value(given[0]) or "_"), cst.IndentedBlock(body))


def _names(fields: cst.BaseExpression) -> list[str] | None:
    """``["first", "second"]`` or ``"first second"``."""
    if isinstance(fields, cst.List | cst.Tuple):
        names = [literal(element.value) for element in fields.elements]
        return [name for name in names if isinstance(name, str)] if all(names) else None
    text = string_value(fields)
    return text.replace(",", " ").split() if text is not None else None
