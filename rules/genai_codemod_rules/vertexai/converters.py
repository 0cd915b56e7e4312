"""Converters: what vertexai took, as what google.genai takes."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.context import Argument, Context
from genai_codemod.engine.syntax import literal
from genai_codemod.engine.template import MISSING, text_literal
from genai_codemod.engine.values import Container, Instance, Symbol, Value, present
from genai_codemod_rules.google_generativeai import literals


def location(argument: Argument, context: Context) -> cst.BaseExpression:
    """A location; where it may be None, vertexai looked for another than google.genai does."""
    return argument.updated
