"""Strings that name what rules are for: those cannot be followed, so each is marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from genai_codemod.engine.custom.imported import Imported
from genai_codemod.engine.custom.moving import Moves
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Symbol
from genai_codemod.engine.rule_packs.rules import CallRule, NameRule
from genai_codemod.engine.syntax.strings import text_of

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
_IMPORTING = frozenset({"builtins.__import__", "importlib.import_module"})
Named = CallRule | NameRule


class QuotedNames:
    """Finds the strings of one module that name something old, and what is to be said of them."""

    def __init__(self, facts: Facts, moves: Moves, imported: Sequence[Imported]) -> None:
        self.facts = facts
        self.pack = facts.pack
        self._moves = moves
        self._imported = imported
        self._homes = {
            name.rpartition(".")[0]: name for name in (*self.pack.calls, *self.pack.names)
        }

    def found(self) -> Iterator[tuple[cst.SimpleString, Named, str]]:
        """Each such string with a rule and a sentence."""
        for node in self.facts.index.nodes(cst.SimpleString):
            text = text_of(node)
            if not isinstance(text, str) or not text or _DOTTED.search(text) is None:
                continue
            if self.facts.enclosing(node, cst.Annotation) is not None:
                yield from self._in_annotation(node, text)
            elif _DOTTED.fullmatch(text) is not None:
                yield from self._alone(node, text)

    def _alone(
        self, node: cst.SimpleString, text: str
    ) -> Iterator[tuple[cst.SimpleString, Named, str]]:
        """``patch("acme.llm.ask")``, ``getattr(llm, "ask")`` and the like."""
        if isinstance(self.facts.index.parents[node], cst.Expr):
            return
        named = text if "." in text else self._attribute(node, text)
        rule = self._rule(self.pack.canonical(named)) if named is not None else None
        if rule is not None:
            new = rule.becomes.partition("(")[0] if rule.becomes is not None else ""
            now = f"it is {new} now" if new else "see what the code uses now"
            yield node, rule, f"this string names {named}: {now}."
        elif text in self._homes and self._is_imported_by(node):
            home = self._homes[text]
            rule = self.pack.calls.get(home) or self.pack.names[home]
            yield node, rule, f"this imports {text} by its name: see whether {home} is used."

    def _attribute(self, node: cst.SimpleString, text: str) -> str | None:
        """The dotted name of an attribute that a call is given as an object and a text."""
        argument = self.facts.index.parents[node]
        call = self.facts.index.parents.get(argument)
        if not isinstance(call, cst.Call) or len(call.args) < 2 or call.args[1] is not argument:
            return None
        owners = (a.name for a in self.facts.value(call.args[0].value) if isinstance(a, Symbol))
        return next((f"{owner}.{text}" for owner in owners), None)

    def _is_imported_by(self, node: cst.SimpleString) -> bool:
        call = self.facts.index.parents.get(self.facts.index.parents[node])
        return isinstance(call, cst.Call) and any(
            isinstance(atom, Symbol) and atom.name in _IMPORTING
            for atom in self.facts.value(call.func)
        )

    def _in_annotation(
        self, node: cst.SimpleString, text: str
    ) -> Iterator[tuple[cst.SimpleString, Named, str]]:
        """An annotation in a string that has an old name in it."""
        for dotted in _DOTTED.findall(text):
            first, dot, rest = dotted.partition(".")
            for each in self._imported:
                named = each.dotted + dot + rest
                if each.bound != first or each.whole:
                    continue
                rule: Named | None = self.pack.names.get(named) or self.pack.calls.get(named)
                if rule is not None:
                    now = f": it is {rule.becomes} now" if isinstance(rule, NameRule) else ""
                    yield node, rule, f"this annotation names {named}{now}."

    def _rule(self, dotted: str) -> Named | None:
        """The rule that changes what a dotted name means."""
        call = self.pack.calls.get(dotted)
        if call is not None and (call.becomes is not None or call.id in self.pack.functions):
            return call
        return self.pack.names.get(dotted) or self._moves.rule(dotted)
