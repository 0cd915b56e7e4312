"""Uploads: the legacy SDK showed a file under its own name unless it was given another."""

from __future__ import annotations

from pathlib import PurePath

import libcst as cst

from genai_codemod.engine.rewriting import Rewriter
from genai_codemod.engine.rules import CallRule, Rule
from genai_codemod.engine.signature import Binding
from genai_codemod.engine.syntax import literal
from genai_codemod.engine.template import call, keyword, text_literal

DISPLAY_NAME = Rule("files.display-name")


def upload(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """Give the file its display name where the program reads it."""
    rewriter.plan_template(node, rule, binding)
    if "display_name" in binding.arguments or not _display_name_read(rewriter):
        return
    path = literal(binding.argument(node, "path"))
    if not isinstance(path, str):
        message = "display_name is not the file's name any more: give display_name in the config."
        rewriter.plan.found(node, DISPLAY_NAME, "review", message)
        return
    plain = rewriter.plan.replace[node]
    name = text_literal(PurePath(path).name)

    def named(updated: cst.CSTNode) -> cst.CSTNode:
        written = plain(updated)
        assert isinstance(written, cst.Call)
        given = keyword("display_name", name)
        for position, argument in enumerate(written.args):
            if argument.keyword is not None and argument.keyword.value == "config":
                assert isinstance(argument.value, cst.Call)
                config = call(argument.value.func, *argument.value.args, given)
                args = [*written.args]
                args[position] = argument.with_changes(value=config)
                return call(written.func, *args)
        config = call(rewriter.context.type("UploadFileConfig"), given)
        return call(written.func, *written.args, keyword("config", config))

    rewriter.plan.replace[node] = named


def _display_name_read(rewriter: Rewriter) -> bool:
    """Whether the module reads the display name of any file; it may be this one, listed."""
    facts = rewriter.facts
    return any(
        isinstance(node, cst.Attribute)
        and node.attr.value == "display_name"
        and any(atom.kind == "File" for atom in facts.instances(node.value))
        for node in facts.values
    )
