"""Uploads: the legacy SDK showed a file under its own name unless it was given another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

import libcst as cst

from genai_codemod.engine.flow.values import NONE, only_text
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import CallRule, Rule
from genai_codemod.engine.rule_packs.signature import Binding
from genai_codemod.engine.rule_packs.template import atomic, call, keyword, text_literal
from genai_codemod.engine.syntax.module_syntax import dotted_name, literal, source_of
from genai_codemod_rules.google_generativeai.text_files import plan_binary
from genai_codemod_rules.google_generativeai.uploaded_streams import is_moved

DISPLAY_NAME = Rule("files.display-name")


def upload(rewriter: Rewriter, node: cst.Call, rule: CallRule, binding: Binding) -> None:
    """Give the file its display name where the program reads it."""
    rewriter.plan_template(node, rule, binding)
    path = binding.argument(node, "path")
    plan_binary(rewriter, node, path)
    if path is not None and is_moved(rewriter.facts, node, path):
        back = cst.Expr(call(cst.Attribute(path, cst.Name("seek")), cst.Arg(cst.Integer("0"))))
        rewriter.plan.before[rewriter.facts.index.place(node)].append(lambda: [back])
    chosen = binding.argument(node, "display_name")
    if not _may_be_none(rewriter, chosen) or not _display_name_read(rewriter):
        return
    name = _name_of(rewriter, binding.argument(node, "path"))
    if name is None:
        message = "display_name is not the file's name any more: give display_name in the config."
        rewriter.plan.found(node, DISPLAY_NAME, "review", message)
        return
    plain = rewriter.plan.replace[node]

    def named(updated: cst.CSTNode) -> cst.CSTNode:
        written = plain(updated)
        assert isinstance(written, cst.Call)
        for position, argument in enumerate(written.args):
            if argument.keyword is not None and argument.keyword.value == "config":
                assert isinstance(argument.value, cst.Call)
                config = call(argument.value.func, *_with_name(argument.value.args, name))
                args = [*written.args]
                args[position] = argument.with_changes(value=config)
                return call(written.func, *args)
        config = call(rewriter.context.type("UploadFileConfig"), *_with_name((), name))
        return call(written.func, *written.args, keyword("config", config))

    rewriter.plan.replace[node] = named


def _may_be_none(rewriter: Rewriter, chosen: cst.BaseExpression | None) -> bool:
    """Whether no display name is given, or one that is None in some runs."""
    return chosen is None or not NONE.isdisjoint(rewriter.facts.value(chosen))


def _with_name(args: Sequence[cst.Arg], name: cst.BaseExpression) -> list[cst.Arg]:
    """The arguments of a configuration with a display name, that of the file if there is none."""
    found = list(args)
    for position, argument in enumerate(found):
        if argument.keyword is not None and argument.keyword.value == "display_name":
            value = name
            if dotted_name(argument.value) != "None":
                value = cst.BooleanOperation(atomic(argument.value), cst.Or(), name)
            found[position] = argument.with_changes(value=value)
            return found
    return [*found, keyword("display_name", name)]


def _name_of(rewriter: Rewriter, path: cst.BaseExpression | None) -> cst.BaseExpression | None:
    """The name of the file at a path, or a call that finds it; None for what must run only once."""
    written = literal(path)
    if isinstance(written, str):
        return text_literal(PurePath(written).name)
    if path is None or dotted_name(path) is None:
        return None
    facts, plan = rewriter.facts, rewriter.plan
    if only_text(facts.value(path)) and facts.index.imported.get("os") == ("os", ""):
        return cst.parse_expression(f"os.path.basename({source_of(path)})")
    return call(cst.Name(plan.helper("_display_name")), cst.Arg(path.deep_clone()))


def _display_name_read(rewriter: Rewriter) -> bool:
    """Whether the module reads the display name of any file; it may be this one, listed."""
    facts = rewriter.facts
    return any(
        isinstance(node, cst.Attribute)
        and node.attr.value == "display_name"
        and any(atom.kind == "File" for atom in facts.instances(node.value))
        for node in facts.values
    )
