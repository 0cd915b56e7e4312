"""Rules of one's own, written in Python.

A function that is registered with :func:`rule` gets a :class:`Call` (or a :class:`Name`, an
:class:`Attribute`, a :class:`Module`) of a file that is migrated, and returns what becomes of it,
or None to leave it as it is::

    from genai_codemod.rules import Call, Edit, rule

    @rule("acme.ask", calls="acme.llm.ask(prompt, model)")
    def ask(call: Call) -> Edit | None:
        if "model" not in call.arguments:
            return call.marked("say which model is to be asked.")
        return call.becomes("acme.ai.complete(model=model, input=prompt)")

All objects here are frozen; the syntax nodes that they hold are those of LibCST.
"""

from __future__ import annotations

from genai_codemod.rules.edits import Edit
from genai_codemod.rules.objects import Attribute, Call, Expression, Module, Name, Value
from genai_codemod.rules.registry import PythonRule, rule

__all__ = [
    "Attribute",
    "Call",
    "Edit",
    "Expression",
    "Module",
    "Name",
    "PythonRule",
    "Value",
    "rule",
]
