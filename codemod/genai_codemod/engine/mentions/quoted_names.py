"""Finds strings that name the legacy SDK: what is patched, imported by name or looked up."""

from __future__ import annotations

import re

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.values import Instance, Symbol, symbol_names
from genai_codemod.engine.imports.legacy_imports import imports_legacy
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import source_of, string_value
from genai_codemod.engine.syntax.parts import within
from genai_codemod.engine.syntax.strings import text_of

NAMED = Rule("legacy.named-in-string", guide="https://ai.google.dev/gemini-api/docs/migrate")
MESSAGE = "this string names the old SDK: write what the code uses now."
REPLACED = "{} is not what it was for the old SDK: patch what the code uses now."
# Functions that only tell whether a package can be imported, where nobody uses their result.
_ASKING = frozenset(
    {
        "builtins.__import__", "importlib.import_module", "importlib.util.find_spec",
        "pytest.importorskip",
    }
)  # fmt: skip
_PATCHING = frozenset({"delattr", "multiple", "patch", "setattr"})
_TESTS = frozenset({"tested", "compared", "dropped"})
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+")
_REQUIRED = re.compile(r"(?:^|[._])(?:requirements|install_requires)$", re.IGNORECASE)
_CALLED = re.compile(r"[\w.]+(?=\()|types\.\w+")


def plan_quoted_names(facts: Facts, plan: Plan, module: SourceModule, *, migrated: bool) -> None:
    """Rewrite or mark ``patch("old.sdk.Name")``, ``find_spec("old.sdk")`` and the like.

    ``migrated`` says that the module does not import the legacy SDK any more.
    """
    names = _QuotedNames(facts, plan, module, migrated and imports_legacy(facts.module, facts.pack))
    for node in facts.index.nodes(cst.SimpleString):
        if (
            not isinstance(facts.index.parents[node], cst.Expr)
            and facts.enclosing(node, cst.Annotation) is None
        ):
            names.plan_string(node)


class _QuotedNames:
    def __init__(self, facts: Facts, plan: Plan, module: SourceModule, migrated: bool) -> None:
        self.facts = facts
        self.plan = plan
        self.pack = facts.pack
        self.module = module
        self.migrated = migrated
        texts = {string_value(node) for node in facts.index.nodes(cst.SimpleString)}
        self._knows_both = not texts.isdisjoint({self.pack.successor, self.pack.successor_module})

    def plan_string(self, node: cst.SimpleString) -> None:
        text = text_of(node)
        if not isinstance(text, str):
            return
        is_package = text == self.pack.name and imports_legacy(self.facts.module, self.pack)
        if not is_package and not names_legacy(node, self.pack):
            self._plan_own(node, text)
        elif self._knows_both and self._is_tested(node):
            message = f"what is done for {text} stays, beside what is done for the new SDK."
            self.plan.found(node, NAMED, "note", message)
        elif is_package and not self.migrated:
            message = f"{text} is needed as long as this file uses it; so is {self.pack.successor}."
            self.plan.found(node, NAMED, "note", message)
        elif self.migrated and self._is_distribution(node, is_package=is_package):
            self._replace(node, self.pack.successor)
        elif self.migrated and text in self.pack.packages and self._is_named_alone(node):
            self._replace(node, self.pack.successor_module)
        else:
            self.plan.found(node, NAMED, "manual", self._message(text))

    def _replace(self, node: cst.SimpleString, text: str) -> None:
        self.plan.found(node, NAMED, "rewritten")
        written = f"{node.prefix}{node.quote}{text}{node.quote}"
        self.plan.replace[node] = lambda _: cst.SimpleString(written)

    def _is_tested(self, node: cst.SimpleString) -> bool:
        """Whether a string is compared, or given to a function whose answer is tested."""
        use = self.facts.use(node)
        if use.role == "argument":
            use = self.facts.use(self.facts.index.parents[use.parent])
        return use.role in ("tested", "compared")

    def _is_installed(self, node: cst.SimpleString) -> bool:
        """Whether a string stands in a command such as ``["pip", "install", "package"]``."""
        command = self.facts.use(node).parent
        if not isinstance(command, cst.List | cst.Tuple):
            return False
        return any(string_value(element.value) == "install" for element in command.elements)

    def _is_distribution(self, node: cst.SimpleString, *, is_package: bool) -> bool:
        """Whether a string names what is to be installed."""
        return self._is_installed(node) or (is_package and self._is_required(node))

    def _is_named_alone(self, node: cst.SimpleString) -> bool:
        """Whether a string names a module to ask for, or to install where it is not there."""
        return self._is_asked_for(node) or self._is_required(node)

    def _is_required(self, node: cst.SimpleString) -> bool:
        """Whether a string is one of a list that is called ``requirements`` or the like."""
        listed = self.facts.use(node).parent
        use = self.facts.use(listed)
        if not isinstance(listed, cst.List | cst.Tuple) or use.role != "stored":
            return False
        match use.parent:
            case cst.Assign(targets=[cst.AssignTarget(target=target)]):
                return _REQUIRED.search(source_of(target)) is not None
            case cst.AnnAssign(target=target):
                return _REQUIRED.search(source_of(target)) is not None
        return False

    def _is_asked_for(self, node: cst.SimpleString) -> bool:
        use = self.facts.use(node)
        call = self.facts.index.parents[use.parent] if use.role == "argument" else None
        if not isinstance(call, cst.Call) or len(call.args) != 1:
            return False
        called = symbol_names(self.facts.value(call.func))
        role = self.facts.use(call).role
        return bool(called) and called <= _ASKING and role in _TESTS

    def _message(self, text: str) -> str:
        """What the code uses instead of the legacy name."""
        if text == self.pack.name:
            return f"this string names the package of the old SDK: it is {self.pack.successor} now."
        if text in self.pack.packages:
            return f"this string names the old SDK: it is {self.pack.successor_module} now."
        name = self.pack.canonical(text)
        owner, _, method = name.rpartition(".")
        rules = [self.pack.names.get(name), self.pack.calls.get(name)]
        for kind in self.pack.kinds.values():
            rules += [kind.methods.get(method)] if owner in kind.annotation else []
            rules += list(kind.methods.values())[:1] if name in kind.annotation else []
        for rule in rules:
            called = _CALLED.match(rule.becomes or "") if rule is not None else None
            if called is not None:
                return f"this string names the old SDK: the code uses {called.group()} now."
        return MESSAGE

    def _plan_own(self, node: cst.SimpleString, text: str) -> None:
        """``patch("app.llm.genai")``: a legacy name by way of a module of the program."""
        found = self._own_name(text) if _PATH.fullmatch(text) is not None else None
        if found is not None and self._is_patched(node):
            self.plan.found(node, NAMED, "manual", REPLACED.format(found))

    def _is_patched(self, node: cst.SimpleString) -> bool:
        call = self.facts.enclosing(node, cst.Call)
        assert call is None or isinstance(call, cst.Call)
        return call is not None and source_of(call.func).rpartition(".")[2] in _PATCHING

    def _own_name(self, text: str) -> str | None:
        """The name in a module of the program that stands for something legacy."""
        prefix = text
        while (prefix := prefix.rpartition(".")[0]) != "":
            target = self.module.imports.get(prefix)
            if target is None:
                continue
            name = text[len(prefix) + 1 :].partition(".")[0]
            interpreter = self.facts.interpreter
            value = interpreter.load(("name", interpreter.modules[target].index.module, name))
            legacy = (
                isinstance(atom, Instance)
                or (isinstance(atom, Symbol) and self.pack.is_legacy(atom.name))
                for atom in value
            )
            return f"{prefix}.{name}" if any(legacy) else None
        return None


def names_legacy(node: cst.SimpleString, pack: RulePack) -> bool:
    """Whether the text of a string is the path of the legacy SDK or of something in it."""
    text = text_of(node)
    return (
        isinstance(text, str)
        and _PATH.fullmatch(text) is not None
        and pack.is_legacy(pack.canonical(text))
    )


def quotes_legacy(module: cst.Module, pack: RulePack) -> bool:
    """Whether any string in a module names the legacy SDK."""
    return any(
        isinstance(part, cst.SimpleString) and names_legacy(part, pack) for part in within(module)
    )
