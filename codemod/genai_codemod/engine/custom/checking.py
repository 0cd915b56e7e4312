"""Tries each rule of one's own on its example."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from genai_codemod.engine.analysis import Source
from genai_codemod.engine.custom.migrating import migrate_own
from genai_codemod.engine.result import Migration, SourceError
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import Rule


@dataclass(frozen=True, slots=True)
class Example:
    """A rule that was tried on its example.

    ``before`` and ``given`` are programs, None without an example.  ``problems`` say in a line
    each what is wrong; ``expected`` is the program that the rule says, if it gave another one.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import check_rules
        >>> text = "- rule: acme.ask\\n  name: acme.ask\\n  manual: Stop.\\n"
        >>> _ = Path("rules.yaml").write_text(text)
        >>> (example,) = check_rules("rules.yaml")
        >>> example.rule, example.before, example.given
        ('acme.ask', None, None)
    """

    rule: str
    before: str | None = None
    given: str | None = None
    problems: tuple[str, ...] = ()
    expected: str | None = None


def try_examples(pack: RulePack) -> Iterator[Example]:
    """Try each rule of a pack: those for calls first, then names, modules, methods, attributes."""
    for rule in _rules(pack):
        yield _tried(rule, pack)


def _rules(pack: RulePack) -> Sequence[Rule]:
    """The rules, each once."""
    kinds = pack.kinds.values()
    found: list[Rule] = [*pack.calls.values(), *pack.names.values(), *pack.moved.values()]
    found += [
        rule for kind in kinds for rule in (*kind.methods.values(), *kind.attributes.values())
    ]
    found += [
        Rule(each.id, example=each.example, after=each.after) for each in pack.functions.values()
    ]
    return list({rule.id: rule for rule in reversed(found)}.values())[::-1]


def _tried(rule: Rule, pack: RulePack) -> Example:
    if rule.example is None:
        return Example(rule.id)
    try:
        result = _migrated(rule.example, pack)
    except SourceError as error:
        return Example(rule.id, rule.example, None, (f"the example is no Python: {error}",))
    given = result.after.decode()
    problems = list(_problems(rule, result))
    expected = None
    if rule.after is not None and rule.after.strip() != given.strip():
        problems.append("the example gives something else than 'after' says")
        expected = rule.after
    if not problems and _migrated(given, pack).after.decode() != given:
        problems.append("a second run changes what the first one gave")
    return Example(rule.id, rule.example, given, tuple(problems), expected)


def _problems(rule: Rule, result: Migration) -> Iterator[str]:
    """What the findings about an example say against a rule.

    One that does not mean to mark the example may have marked it; that counts, unless ``after``
    says so.
    """
    own = [finding for finding in result.findings if finding.rule == rule.id]
    if not own and rule.after is None:
        yield "the rule finds nothing in the example"
    for finding in own:
        failed = "the rule failed" in finding.message
        meant = finding.message == rule.manual or rule.after is not None
        if failed or (finding.status == "manual" and not meant):
            meaning = "" if failed else " (if that is meant, say so with 'after')"
            yield f"line {finding.line}: {finding.message}{meaning}"


def _migrated(program: str, pack: RulePack) -> Migration:
    (result,) = migrate_own({"": Source(program.encode())}, pack).values()
    if isinstance(result, SourceError):
        raise result
    return result
