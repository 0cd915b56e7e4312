"""The rules, as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from genai_codemod.engine.catalogue import Entry as RuleEntry
from genai_codemod.engine.packs import load_pack
from genai_codemod.engine.rules import RulePack
from genai_codemod.errors import CodemodError
from genai_codemod.report.all_rules import all_rules


class UnknownRuleError(CodemodError):
    """There is no rule of this name; ``meant`` are those that have names like it.

    Examples:
        >>> from genai_codemod import UnknownRuleError, explain_rule
        >>> try:
        ...     explain_rule("files.uplod")
        ... except UnknownRuleError as error:
        ...     print(error.meant[0])
        files.upload
    """

    def __init__(self, rule: str, meant: tuple[str, ...]) -> None:
        super().__init__(rule, meant)
        self.rule = rule
        self.meant = meant

    def __str__(self) -> str:
        meant = ", ".join(self.meant)
        hint = f" (did you mean {meant}?)" if meant else ": genai-codemod rules lists all"
        return f"there is no rule {self.rule!r}{hint}"


def list_rules(rules: RulePack | None = None) -> Mapping[str, RuleEntry]:
    """All rules by their ids, sorted: those that code is rewritten by, and those of notes.

    Examples:
        >>> from genai_codemod import list_rules
        >>> entry = list_rules()["files.delete"]
        >>> entry.legacy, entry.becomes
        (('google.generativeai.delete_file(name)',), 'client.files.delete(name=name)')
    """
    return all_rules(rules or load_pack())


def explain_rule(rule: str, rules: RulePack | None = None) -> RuleEntry:
    """The rule with an id, as it stands at the end of a marker, with brackets or without.

    Its ``program`` is an example, which ``migrate_source`` shows the result of.

    Raises:
        UnknownRuleError: there is no such rule.

    Examples:
        >>> from genai_codemod import explain_rule, migrate_source
        >>> entry = explain_rule("[files.delete]")
        >>> entry.rule
        'files.delete'
        >>> "client.files.delete(name=" in migrate_source(entry.program).text
        True
    """
    entries = list_rules(rules)
    name = rule.strip("[]")
    if name not in entries:
        raise UnknownRuleError(name, _near(name, entries))
    return entries[name]


def _near(rule: str, entries: Mapping[str, RuleEntry]) -> tuple[str, ...]:
    from difflib import get_close_matches

    near = get_close_matches(rule, entries, 3)
    near += [name for name in entries if get_close_matches(rule, name.split("."), 1)]
    near += [name for name, entry in entries.items() if entry.mentions(rule)]
    return tuple(dict.fromkeys(near))[:3]
