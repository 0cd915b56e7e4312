"""Marks calls of methods of the old SDK on objects of unknown kind and of derived classes."""

from __future__ import annotations

import builtins

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Atom, Function, Symbol, Unknown, present
from genai_codemod.engine.mentions.mocks import is_only_mocked
from genai_codemod.engine.objects.derived import derived_class, mark_derived
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.rule_packs.signature import named_parameters

UNKNOWN_RECEIVER = Rule("legacy.unknown-receiver")
NEW = "google.genai."

# Method names that no other common library has; on an object of unknown kind they are worth a look.
TELLING_METHODS = frozenset(
    {
        "generate_content",
        "generate_content_async",
        "start_chat",
        "send_message_async",
        "count_tokens_async",
    }
)
# Methods that others have too, and the keywords by which a call is one of the old SDK.
TELLING_KEYWORDS = {
    "send_message": frozenset({"generation_config", "safety_settings", "stream", "tool_config"}),
}


class UnknownReceivers:
    """The calls of one module that may be calls of the old SDK, but cannot be followed."""

    def __init__(self, facts: Facts, plan: Plan, left: LeftAlone) -> None:
        self.facts = facts
        self.plan = plan
        self.pack = facts.pack
        self.left = left

    def plan_all(self) -> None:
        for call in self.facts.index.calls:
            if call in self.plan.handled:
                continue
            if (derived := derived_class(self.facts, call)) is not None:
                mark_derived(self.plan, call, derived)
            elif self._is_unknown(call):
                self._plan(call)

    def includes(self, call: cst.Call) -> bool:
        """Whether a call is, or may be, one of the old SDK that this marks."""
        return derived_class(self.facts, call) is not None or self._is_unknown(call)

    def _is_unknown(self, call: cst.Call) -> bool:
        """Whether a call may be one of the old SDK on an object that cannot be seen."""
        func = call.func
        if not isinstance(func, cst.Attribute) or not _is_telling(call, func.attr.value):
            return False
        if func.attr.value not in self.pack.function_names:
            return False
        atoms = present(self.facts.value(func.value))
        if call in self.plan.handled or call in self.left.nodes or self.pack.shared:
            return False
        if self._is_declared_new(func.value):
            return False
        # No function has such a method: a decorator has made something else of it.
        decorated = any(isinstance(atom, Function) for atom in atoms)
        # What is None wherever it is seen has got its value where that is not seen.
        unknown = not atoms or Unknown() in atoms or is_only_mocked(self.facts, func.value)
        return unknown or decorated or any(map(_is_undefined, atoms))

    def _is_declared_new(self, receiver: cst.BaseExpression) -> bool:
        """Whether a receiver belongs to a parameter that is annotated as one of the new SDK."""
        while isinstance(receiver, cst.Attribute):
            receiver = receiver.value
        if not isinstance(receiver, cst.Name):
            return False
        scope = self.facts.index.scope(receiver).binding_scope(receiver.value)
        if scope is None or not isinstance(scope.node, cst.FunctionDef):
            return False
        return any(
            atom.name.startswith(NEW)
            for parameter in named_parameters(scope.node)
            if parameter.name.value == receiver.value and parameter.annotation is not None
            for atom in self.facts.value(parameter.annotation.annotation)
            if isinstance(atom, Symbol)
        )

    def _plan(self, call: cst.Call) -> None:
        assert isinstance(call.func, cst.Attribute)
        made = (a.name for a in self.facts.value(call.func.value) if isinstance(a, Symbol))
        sibling = next((name.removesuffix(".()") for name in made if name.endswith(".()")), None)
        message = (
            f"it cannot be seen what this is called on; if it is a {self.pack.packages[0]} object, "
            "migrate this call together with the place that makes the object."
            if sibling is None
            else f"this is called on an object of {sibling}, which is left as it is here."
        )
        self.plan.found(call, UNKNOWN_RECEIVER, "manual", message)


def _is_telling(call: cst.Call, name: str) -> bool:
    """Whether a method of this name, called like this, is hardly one of another library."""
    keywords = {argument.keyword.value for argument in call.args if argument.keyword is not None}
    return name in TELLING_METHODS or not keywords.isdisjoint(TELLING_KEYWORDS.get(name, ()))


def _is_undefined(atom: Atom) -> bool:
    """Whether nothing that is seen gives a name its value, as ``import *`` and other texts can."""
    if not isinstance(atom, Symbol):
        return False
    module, _, name = atom.name.partition(".")
    return module == "builtins" and not hasattr(builtins, name)
