"""Which errors of the new SDK an exception class of the legacy one stood for, as Python code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import ErrorRule

Spell = Callable[[str], str]
"""How this module names something of the new SDK: ``errors.APIError``."""


@dataclass(frozen=True, slots=True)
class Errors:
    """The errors that a handler or test is about.

    ``rules`` are about errors of the SDK, ``others`` the source of all other classes.
    """

    rules: tuple[ErrorRule, ...]
    others: tuple[str, ...]
    bases: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, rules: Sequence[ErrorRule], others: Sequence[str], pack: RulePack) -> Errors:
        """The errors of some rules, those left out that another of them covers."""
        given = {r.becomes: r.base for r in pack.exceptions.values() if r.base}
        bases = tuple((name, base) for name, base in given.items() if name and base)
        bases += tuple(each for rule in rules for each in _parts_of_unreached(rule))
        whole = {rule.becomes for rule in rules if rule.where is None}
        covered = whole | {name for name, base in bases if base in whole}
        kept = [r for r in rules if r.where is None or r.becomes not in covered]
        kept = [r for r in kept if r.where or dict(bases).get(r.becomes or "") not in whole]
        return cls(tuple(dict.fromkeys(kept)), tuple(dict.fromkeys(others)), bases)

    @property
    def limited(self) -> bool:
        """Whether only some errors of a class are meant."""
        return any(rule.where is not None for rule in self.rules)

    @property
    def whole(self) -> list[str]:
        """The classes of the new SDK all of whose errors are meant."""
        return _unique(rule.becomes for rule in self.rules if rule.where is None)

    @property
    def base(self) -> str | None:
        """The class of the new SDK that has the errors of which only some are meant."""
        return self.common([r.becomes or "" for r in self.rules if r.where is not None])

    def common(self, names: Sequence[str]) -> str | None:
        """The class, one of the given or their base, that covers all the given ones."""
        unique = _unique(names)
        if len(unique) < 2:
            return unique[0] if unique else None
        bases = dict(self.bases)
        return next((bases[name] for name in unique if name in bases), unique[0])

    @property
    def classes(self) -> list[str]:
        """The classes of the new SDK that a handler must name."""
        return _unique([*([self.base] if self.base else []), *self.whole])

    def overlaps(self, other: Errors) -> bool:
        """Whether an error can be of both."""
        bases = dict(self.bases)
        return any(
            one == another or bases.get(one) == another or bases.get(another) == one
            for one in self.classes
            for another in other.classes
        )

    def covers(self, other: Errors) -> bool:
        """Whether all SDK errors of the other are errors of this."""
        bases = dict(self.bases)
        return all(
            name in self.whole or bases.get(name) in self.whole
            for name in (rule.becomes or "" for rule in other.rules)
        )

    def test(self, name: str, spell: Spell, *, certain: bool) -> str:
        """A condition that holds for these errors; ``certain`` if only SDK errors come."""
        terms = []
        if self.base is not None:
            match = self._match(name)
            if not certain:
                match = f"({match})" if " or " in match else match
                match = f"isinstance({name}, {spell(self.base)}) and {match}"
            terms.append(match)
        classes = [*(spell(each) for each in self.whole), *self.others]
        if classes:
            terms.append(f"isinstance({name}, {listed(classes)})")
        if len(terms) > 1:
            terms = [f"({term})" if " and " in term else term for term in terms]
        return " or ".join(terms)

    def mismatch(self, name: str, spell: Spell) -> str:
        """A condition that holds for other errors of the classes which a handler names."""
        is_sure = self.classes == [self.base] and not self.others
        return self._other_values(name) if is_sure else self.mismatch_of_any(name, spell)

    def mismatch_of_any(self, name: str, spell: Spell) -> str:
        """The same for what may be any exception, as far as it is declared."""
        assert self.base is not None
        return f"isinstance({name}, {spell(self.base)}) and {self._other_values(name)}"

    def _other_values(self, name: str) -> str:
        tests = []
        for attribute, values in self._where().items():
            if len(values) == 1:
                tests.append(f"{name}.{attribute} != {values[0]}")
            else:
                tests.append(f"{name}.{attribute} not in ({', '.join(values)})")
        return " and ".join(tests)

    def _match(self, name: str) -> str:
        tests = []
        for attribute, values in self._where().items():
            if len(values) == 1:
                tests.append(f"{name}.{attribute} == {values[0]}")
            else:
                tests.append(f"{name}.{attribute} in ({', '.join(values)})")
        return " or ".join(tests)

    def _where(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for rule in self.rules:
            if rule.where is not None:
                attribute, value = rule.where
                text = f'"{value}"' if isinstance(value, str) else str(value)
                values = found.setdefault(attribute, [])
                if text not in values:
                    values.append(text)
        return found


def _parts_of_unreached(rule: ErrorRule) -> list[tuple[str, str]]:
    """The classes that a rule has apart from the one that they are part of, with that one."""
    if rule.unreached is None:
        return []
    parts = [*rule.unreached_in_time, *([rule.timeout] if rule.timeout else [])]
    return [(part, rule.unreached) for part in parts]


def broadest(names: Sequence[str], bases: Sequence[tuple[str, str]]) -> list[str]:
    """Some classes without those that another of them covers."""
    covered = {name for name, base in bases if base in names}
    return [name for name in dict.fromkeys(names) if name not in covered]


def _unique(names: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))


def listed(classes: Sequence[str]) -> str:
    """Classes as ``except`` and ``isinstance`` take them."""
    if len(classes) > 1:
        return f"({', '.join(classes)})"
    return f"({classes[0]},)" if classes[0].startswith("*") else classes[0]


def broken(text: str, width: int) -> cst.BaseExpression:
    """A condition, with each of its alternatives on a line of its own where it is too long."""
    condition = cst.parse_expression(text)
    if len(text) <= width or not _is_or(condition):
        return condition
    assert isinstance(condition, cst.BooleanOperation)
    line = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace("    "))
    end = cst.ParenthesizedWhitespace(indent=True)
    return _one_per_line(condition, line).with_changes(
        lpar=[cst.LeftParen(whitespace_after=line)], rpar=[cst.RightParen(whitespace_before=end)]
    )


def _is_or(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.BooleanOperation) and isinstance(node.operator, cst.Or)


def _one_per_line(
    node: cst.BooleanOperation, line: cst.ParenthesizedWhitespace
) -> cst.BooleanOperation:
    left = node.left
    if isinstance(left, cst.BooleanOperation) and _is_or(left) and not left.lpar:
        left = _one_per_line(left, line)
    return node.with_changes(left=left, operator=cst.Or(whitespace_before=line))
