"""Errors that the new SDK leaves to its HTTP library, and that the legacy one raised as its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from genai_codemod.engine.rule_packs.rules import AttributeRule, ErrorRule


@dataclass(frozen=True, slots=True)
class Besides:
    """The classes that are caught besides those of the SDK.

    ``late`` is the one of a call that takes too long, if such an error can come; ``lost`` says
    that the error can be that of a lost connection.
    """

    classes: tuple[str, ...]
    late: str | None
    lost: bool

    @classmethod
    def of(
        cls,
        rules: Sequence[ErrorRule],
        limited: Collection[ErrorRule],
        earlier: Sequence[Besides],
    ) -> Besides:
        """Those for some rules, of which ``limited`` are about calls whose time has a limit.

        What the handlers before catch ``earlier`` is left out.
        """
        late = dict.fromkeys(rule.timeout for rule in limited if rule.timeout)
        handled = bool(late) or any(each.late for each in earlier)
        lost = [rule for rule in rules if rule.unreached]
        found: dict[str | None, None] = {}
        for rule in lost:
            apart = rule.unreached_in_time if rule in limited and not handled else ()
            found |= dict.fromkeys(apart or (rule.unreached,))
        whole = {rule.unreached for rule in lost} & found.keys()
        classes = [name for name in found if name in whole] if whole else found or late
        found_here = cls(tuple(filter(None, classes)), next(iter(late), None), bool(lost))
        return found_here._after(earlier)

    def _after(self, earlier: Sequence[Besides]) -> Besides:
        """What of this is left where the handlers before have caught some of it."""
        caught = {name for each in earlier for name in each.classes}
        late = None if any(each.late for each in earlier) else self.late
        lost = self.lost and not any(each.lost for each in earlier)
        if late is None and not lost:
            return Besides((), None, lost=False)
        return Besides(tuple(name for name in self.classes if name not in caught), late, lost)

    @classmethod
    def joined(cls, several: Sequence[Besides]) -> Besides | None:
        """All that several handlers catch besides."""
        classes = dict.fromkeys(name for each in several for name in each.classes)
        late = next((each.late for each in several if each.late), None)
        return cls(tuple(classes), late, any(each.lost for each in several)) if several else None

    def default(self, rule: AttributeRule) -> str | None:
        """What an attribute gave, as a template over ``self``, where an error has none now."""
        late = rule.absent if self.late is not None else None
        lost = rule.unreached if self.lost else None
        if late is None or lost is None or late == lost:
            return late or lost
        return f"{late} if isinstance(self, {self.late}) else {lost}"
