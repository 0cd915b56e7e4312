"""Marks what the new SDK does differently with functions as tools, where it can matter."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.errors.failures import Failures
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.parameter_types import unfit_parameters
from genai_codemod.engine.flow.values import Bound, Container, Function, Instance, Plain
from genai_codemod.engine.objects.function_calling import FunctionCalling
from genai_codemod.engine.objects.function_results import may_return_dict, raises
from genai_codemod.engine.objects.object_plans import AUTOMATIC
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import literal, source_of

GUIDE = "https://ai.google.dev/gemini-api/docs/function-calling"
AUTOMATIC_CALLING = Rule("tools.automatic-calling", guide=GUIDE)
PARAMETERS = Rule("tools.parameter-types", guide=GUIDE)

RAISED = "goes to the model instead of to you"
# Errors that functions raise, and the legacy SDK does not.
FAILURES = ("KeyError", "IndexError", "ZeroDivisionError", "FileNotFoundError", "RuntimeError")


class FunctionChecks:
    """Looks at the functions that are tools, and at the chats that call them by themselves."""

    def __init__(self, facts: Facts, plan: Plan, calling: FunctionCalling) -> None:
        self.facts = facts
        self.plan = plan
        self.calling = calling
        self.failures = Failures(facts)

    def check(self, node: cst.Call) -> None:
        """Mark a call that is given functions, or has to do with a chat that calls some."""
        for function in self.calling.functions(self.calling.tools(node)):
            self._check_parameters(function)
        flag = self.calling.argument(node, AUTOMATIC)
        if flag is not None and literal(flag) not in (False, None):
            self._check_chat(node)
        elif any(flag is not None for flag in self.calling.flags(node)):
            self._check_message(node)

    def _check_parameters(self, function: Function) -> None:
        """The new SDK refuses a function with a parameter that has no type."""
        if isinstance(function.node, cst.Lambda):
            return
        params = function.node.params
        bound = 1 if function.owner is not None else 0
        positional = [*params.posonly_params, *params.params]
        named = [*positional[bound:], *params.kwonly_params]
        untyped = [param.name.value for param in named if param.annotation is None]
        if untyped:
            message = (
                f"annotate {', '.join(untyped)}: google.genai refuses to declare a function whose "
                "parameters have no types."
            )
            self.plan.found(function.node, PARAMETERS, "review", message)

    def _check_chat(self, node: cst.Call) -> None:
        assert isinstance(node.func, cst.Attribute)
        group = self.calling.objects.group_of(node.func.value)
        tools = [self.calling.tools(site) for site in group.sites] if group is not None else []
        messages = [
            call
            for call in self.facts.index.calls
            for atom in self.facts.value(call.func)
            if isinstance(atom, Bound) and atom.instance.site is node
        ]
        given = [*tools, *map(self.calling.tools, messages)]
        found = [text for each in given if each is not None for text in self._problems(each)]
        if any(map(self._expects_failures, messages)) and RAISED not in "".join(found):
            found.append(f"what the functions raise {RAISED}")
        if found:
            problems = "; ".join(dict.fromkeys(found))
            message = f"google.genai calls the functions now: {problems}."
            self.plan.found(node, AUTOMATIC_CALLING, "review", message)

    def _expects_failures(self, message: cst.Call) -> bool:
        """Whether an error that comes of functions is handled where a message is sent."""
        return any(self.failures.told_apart(message, error, "BufferError") for error in FAILURES)

    def _problems(self, tools: cst.BaseExpression) -> list[str]:
        """What differs when the new SDK calls these tools."""
        leaves = self.calling.leaves(self.facts.value(tools))
        functions = [atom for atom in leaves if isinstance(atom, Function)]
        unseen = [a for a in leaves if not isinstance(a, Container | Function | Instance | Plain)]
        dicts = sorted(_name(f) for f in functions if may_return_dict(self.facts, f.node))
        raising = sorted(_name(f) for f in functions if raises(self.facts, f.node))
        unfit = sorted(
            f"{_name(f)}({', '.join(p)})" for f in functions if (p := unfit_parameters(f))
        )
        problems = []
        if unseen:
            problems.append(
                "if one returns a dict, it is sent as {'result': ...}, and if one raises, the "
                f"exception {RAISED}"
            )
        if dicts:
            problems.append(f"a dict that {_listed(dicts)} returns is sent as {{'result': ...}}")
        if raising:
            problems.append(f"what {_listed(raising)} raises {RAISED}")
        if unfit:
            problems.append(
                f"{_listed(unfit)} is called only with an instance of each annotation, else the "
                "model is told of an error"
            )
        declared = [atom for atom in leaves if isinstance(atom, Container | Instance)]
        if declared and (
            functions or unseen or any(map(self.calling.declares_functions, declared))
        ):
            problems.append(
                "it calls none where any is declared in a Tool: give all of them as they are"
            )
        return problems

    def _check_message(self, node: cst.Call) -> None:
        tools = self.calling.tools(node)
        if self.calling.automatic_chats(node):
            if literal(self.calling.argument(node, "stream")) is True:
                message = "google.genai streams here, where this raised NotImplementedError."
                self.plan.found(node, AUTOMATIC_CALLING, "review", message)
            if self._config_matters(node):
                message = (
                    "google.genai uses this tool_config after a function call, too: make sure that "
                    "the model is not forced to call functions for ever."
                )
                self.plan.found(node, AUTOMATIC_CALLING, "review", message)
            return
        flags = [flag for flag in self.calling.flags(node) if flag is not None]
        matters = tools is not None and self.calling.holds_functions(tools)
        if all(literal(flag) in (False, None) for flag in flags):
            return
        if matters or self.calling.chats.overrides(node):
            shown = " or ".join(sorted({source_of(flag) for flag in flags}))
            message = (
                f"no functions are called for this message, whatever {AUTOMATIC}={shown} said: "
                "give automatic_function_calling in its config."
            )
            self.plan.found(node, AUTOMATIC_CALLING, "review", message)

    def _config_matters(self, node: cst.Call) -> bool:
        """Whether the tool_config of a message may matter after a function was called."""
        given = self.calling.argument(node, "tool_config")
        if given is None:
            return False
        groups = self.calling.chats.groups(node)
        sites = [site for group in groups for site in group.sites]
        spread = any(
            binding.unmatched
            for site in sites
            for binding in self.facts.interpreter.bindings.get(site, {}).values()
        )
        unseen = not sites or spread or any(group.foreign for group in groups)
        matters = self.facts.pack.tool_config_matters
        of_models = [self.calling.argument(site, "tool_config") for site in sites]
        return unseen or matters is None or matters(given, of_models, self.facts)


def _name(function: Function) -> str:
    return function.node.name.value if isinstance(function.node, cst.FunctionDef) else "a lambda"


def _listed(names: list[str]) -> str:
    return " or ".join(dict.fromkeys(names))
