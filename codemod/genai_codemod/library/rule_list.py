"""The rules, as people read them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from genai_codemod.engine.custom.checking import Example as RuleExample
from genai_codemod.engine.custom.checking import try_examples
from genai_codemod.engine.result import Migration
from genai_codemod.engine.rule_packs.catalogue import Entry as RuleEntry
from genai_codemod.engine.rule_packs.packs import load_packs, load_source
from genai_codemod.engine.rule_packs.rule_sources import DEFAULT_SOURCE, RuleSource, with_default
from genai_codemod.engine.several import migrate_source_with
from genai_codemod.errors import CodemodError, OptionError
from genai_codemod.library.options import Options
from genai_codemod.library.scope import Scoping, named_sources
from genai_codemod.report.all_rules import all_rules

AnyPath = str | os.PathLike[str]


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


def list_rules(
    rules: Iterable[str] = (), *, folder: AnyPath | None = None
) -> Mapping[str, RuleEntry]:
    """All rules by their ids, sorted: those that code is rewritten by, and those of notes.

    ``rules`` are further ones, by the names of installed packs or the paths of files; with a
    ``folder``, those that the settings in force there name are among them, too.

    Raises:
        OptionError: there are no such further rules.
        RulesError: they cannot be loaded.
        RuleFileError: a file of rules is wrong.
        SettingsError: a setting in a ``pyproject.toml`` is wrong.

    Examples:
        >>> from genai_codemod import list_rules
        >>> entry = list_rules()["files.delete"]
        >>> entry.legacy, entry.becomes
        (('google.generativeai.delete_file(name)',), 'client.files.delete(name=name)')
    """
    return entries_of(_sources(rules, folder))


def explain_rule(
    rule: str, rules: Iterable[str] = (), *, folder: AnyPath | None = None
) -> RuleEntry:
    """The rule with an id, as it stands at the end of a marker, with brackets or without.

    ``rules`` and ``folder`` are those of ``list_rules``.  The rule's ``program`` is an example,
    which ``migrate_source`` shows the result of.

    Raises:
        UnknownRuleError: there is no such rule.
        OptionError: there are no such further rules.
        RulesError: they cannot be loaded.
        RuleFileError: a file of rules is wrong.
        SettingsError: a setting in a ``pyproject.toml`` is wrong.

    Examples:
        >>> from genai_codemod import explain_rule, migrate_source
        >>> entry = explain_rule("[files.delete]")
        >>> entry.rule
        'files.delete'
        >>> "client.files.delete(name=" in migrate_source(entry.program).text
        True
    """
    entries = list_rules(rules, folder=folder)
    name = rule.strip("[]")
    if name not in entries:
        raise UnknownRuleError(name, nearest_rules(name, entries))
    return entries[name]


def check_rules(file: AnyPath) -> tuple[RuleExample, ...]:
    """Try each rule in a file of one's own on the example in it.

    The file is in YAML or in Python: ``rules.yaml``, ``rules.py`` or ``rules.py:attribute``; a rule
    whose example does not give what it says has ``problems``.

    Raises:
        OptionError: there is no such file, or these are the rules of an installed pack.
        RulesError: they cannot be loaded, or one has the id of a rule for google.generativeai.
        RuleFileError: the file is wrong; the error says where.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import check_rules
        >>> _ = Path("team-rules.yaml").write_text('''
        ... - rule: acme.ask
        ...   legacy: acme.llm.ask(prompt)
        ...   becomes: acme.ai.complete(input=prompt)
        ...   example: "import acme.llm; acme.llm.ask('Hi')"
        ... ''')
        >>> [(each.rule, each.problems) for each in check_rules("team-rules.yaml")]
        [('acme.ask', ())]
    """
    (source,) = named_sources([os.fspath(file)])
    pack = load_source(source)
    if not pack.own:
        raise OptionError(f"{file} is an installed pack: check takes rules of your own")
    load_packs((DEFAULT_SOURCE, source))  # as a run does, which takes no two rules of one name
    return tuple(try_examples(pack))


def migrate_example(
    entry: RuleEntry, rules: Iterable[str] = (), *, folder: AnyPath | None = None
) -> Migration:
    """The example of a rule and what becomes of it; ``rules`` and ``folder`` as in ``list_rules``.

    Raises:
        ValueError: the rule has no example.

    Examples:
        >>> from genai_codemod import explain_rule
        >>> from genai_codemod.tools import migrate_example
        >>> print(migrate_example(explain_rule("files.delete")).text.splitlines()[-1])
        client.files.delete(name=file.name)
    """
    if entry.program is None:
        raise ValueError(f"{entry.rule} has no example")
    return migrate_source_with(entry.program.encode(), load_packs(_sources(rules, folder)))


def entries_of(sources: Sequence[RuleSource]) -> Mapping[str, RuleEntry]:
    """The rules of some sources, by their ids."""
    return all_rules(*load_packs(tuple(sources)))


def _sources(rules: Iterable[str], folder: AnyPath | None) -> tuple[RuleSource, ...]:
    if folder is None:
        return with_default(named_sources(rules))
    return Scoping(Options(rules=tuple(rules))).rules_of(Path(folder))


def nearest_rules(name: str, entries: Mapping[str, RuleEntry]) -> tuple[str, ...]:
    """The ids of rules that may be meant by a name: by their letters, their ends, their texts.

    Examples:
        >>> from genai_codemod import list_rules
        >>> from genai_codemod.tools import nearest_rules
        >>> nearest_rules("files.uplod", list_rules())[0]
        'files.upload'
    """
    from difflib import get_close_matches

    near = get_close_matches(name, entries, 3)
    near += [rule for rule in entries if get_close_matches(name, rule.split("."), 1)]
    near += [rule for rule, entry in entries.items() if entry.mentions(name)]
    return tuple(dict.fromkeys(near))[:3]
