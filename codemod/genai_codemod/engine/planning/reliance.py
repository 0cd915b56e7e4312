"""Which configurations must stay, because legacy code that is left may rely on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import libcst as cst

from genai_codemod.engine.clients.configured import Configured
from genai_codemod.engine.clients.environment import configured_variable
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Bound, present, symbol_names
from genai_codemod.engine.imports.importing import Importing
from genai_codemod.engine.imports.reexports import Remains
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.syntax.module_syntax import string_value
from genai_codemod.engine.tracing.homes import home_of
from genai_codemod.engine.tracing.import_time import is_script

# What only makes values, or sets the SDK up itself.
_NEEDS_NOTHING = frozenset({"constructor", "configuration"})
# What imports modules that no import statement names.
_NAMING = (cst.Name, cst.SimpleString, cst.ConcatenatedString)
_LOADERS = frozenset(
    {"importlib", "import_module", "__import__", "pkgutil", "runpy", "exec"}
    | {"load_extension", "load_extensions", "load_module"}
)


class Reliance:
    """Finds what is left in each module that needs a configuration, and whose it can be."""

    def __init__(self, modules: Mapping[str, Remains], importing: Importing) -> None:
        self.modules = modules
        self.importing = importing
        self._needing = {name: list(_needs(each)) for name, each in modules.items()}

    def here(self, name: str) -> bool:
        """Whether what is left in a module needs a configuration."""
        return bool(self._needing[name])

    def elsewhere(self, name: str) -> bool:
        """Whether what is left in other modules may need the configuration of this one."""
        facts = self.modules[name].facts
        if configured_variable(facts, beside=()) in ("", *facts.pack.key_variables):
            # Without it the SDK reads the same key.
            return False
        return any(
            self._apart(name, other) is False
            and not all(map(Configured(self.modules[other].facts).before, needing))
            for other, needing in self._needing.items()
            if other != name and needing
        )

    def _apart(self, name: str, other: str) -> bool:
        """Whether two modules are never part of the same process, as one of them is a script."""
        return any(
            self._is_script(one)
            and two not in self.importing.below[one]
            and not self._may_load(one, two)
            for one, two in ((name, other), (other, name))
        )

    def _may_load(self, name: str, other: str) -> bool:
        """Whether a module, or one that it imports, loads another without an import statement."""
        stem = [part for part in re.split(r"\W+", other) if part not in ("py", "__init__")][-1]
        return any(
            _loads(node, stem)
            for below in self.importing.below[name]
            for node in self.modules[below].facts.index.nodes(*_NAMING)
        )

    def _is_script(self, name: str) -> bool:
        """Whether a module that nobody imports does its work when it is run."""
        if name in self.importing.imported:
            return False
        facts = self.modules[name].facts
        if is_script(facts):
            return True
        return any(
            home_of(facts, call).function is None
            and facts.enclosing(call, cst.Lambda) is None
            and any(_sends(rule.mechanism) for rule in rules)
            for call, rules in facts.bindings.items()
        )


def _needs(remains: Remains) -> Iterator[cst.CSTNode]:
    """What is left in a module and needs a configuration."""
    facts, left = remains.facts, remains.left
    for node in left.nodes:
        if isinstance(node, cst.Call) and node in facts.index and _call_needs(facts, left, node):
            yield node
    for node in remains.nodes:
        parent = facts.index.parents.get(node)
        called = isinstance(parent, cst.Call) and parent.func is node
        if not (called and parent in left.nodes) and _name_needs(facts, node):
            yield node


def _call_needs(facts: Facts, left: LeftAlone, call: cst.Call) -> bool:
    rules = left.calls.get(call)
    if rules and all(rule.mechanism in _NEEDS_NOTHING for rule in rules):
        return False
    atoms = present(facts.value(call.func))
    sites = [atom.instance.site for atom in atoms if isinstance(atom, Bound)]
    # What an object does is as well configured as the call that has made it.
    return not sites or not all(isinstance(site, cst.Call) and site in left.nodes for site in sites)


def _loads(node: cst.CSTNode, stem: str) -> bool:
    """Whether something imports by name, or is a text that may be the name of a module."""
    if isinstance(node, cst.Name):
        return node.value in _LOADERS
    text = string_value(node)
    return text is not None and " " not in text and stem in re.split(r"\W+", text)


def _sends(mechanism: str | None) -> bool:
    return mechanism not in _NEEDS_NOTHING and mechanism not in ("settings", "chat")


def _name_needs(facts: Facts, node: cst.CSTNode) -> bool:
    """Whether what a legacy name stands for can send a request."""
    if facts.enclosing(node, cst.Annotation) is not None:
        return False
    use = facts.use(node)
    outer = facts.use(use.parent) if isinstance(use.parent, cst.Tuple) else use
    if isinstance(outer.parent, cst.ExceptHandler | cst.ExceptStarHandler):
        return False
    if outer.role == "argument" and _is_class_test(facts, outer.parent):
        return False
    name = facts.legacy_name(node, facts.value(node)) or ""
    pack = facts.pack
    if name in pack.calls:
        return pack.calls[name].mechanism not in _NEEDS_NOTHING
    named = pack.names.get(name)
    is_value = named is not None and (named.manual is None or named.restored is not None)
    return not is_value and name not in pack.exceptions


def _is_class_test(facts: Facts, argument: cst.CSTNode) -> bool:
    call = facts.index.parents.get(argument)
    if not isinstance(call, cst.Call):
        return False
    called = symbol_names(facts.value(call.func))
    return bool(called) and called <= {"builtins.isinstance", "builtins.issubclass"}
