"""What a run looks at and what is in force there: settings, options and files together."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from genai_codemod.engine.rule_sources import (
    DEFAULT,
    DEFAULT_SOURCE,
    RulesError,
    RuleSource,
    rule_source,
    with_default,
)
from genai_codemod.engine.selection import Selection
from genai_codemod.project.dependencies import hidden_folders, is_dependency_file
from genai_codemod.project.discovery import Discovery, discover
from genai_codemod.project.git import GitError, changed_files
from genai_codemod.project.patterns import PatternError, Patterns, parse_patterns
from genai_codemod.settings import Settings, SettingsError, SettingsFiles, check_rules
from genai_codemod.sources.python import may_use_objects, names_packages

if TYPE_CHECKING:
    from genai_codemod.engine.rules import RulePack


class UsageError(click.ClickException):
    """Wrong usage that is said in one line, without the usage text."""

    exit_code = 2


class WrongSettingsError(UsageError):
    """A mistake in a settings file; its line starts with the place, as editors expect."""

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says about files and rules; None and empty stand for nothing."""

    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    upgrade_models: bool | None = None
    only_complete: bool | None = None
    changed: str | None = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """The files of a run, those among them that may be written, and what is in force for them.

    ``roots`` are folders all of whose files are known, and ``silent`` counts the files that name
    the legacy SDK and are passed over.  ``rules`` are the sources of all rules.
    """

    discovery: Discovery
    roots: tuple[Path, ...]
    chosen: frozenset[Path] | None
    selections: Mapping[Path, Selection]
    upgrade_models: bool
    only_complete: bool
    silent: int = 0
    rules: tuple[RuleSource, ...] = (DEFAULT_SOURCE,)

    @property
    def added(self) -> Sequence[RulePack]:
        """The packs besides the default one."""
        return added_packs(self.rules)


class Scoping:
    """Puts the options of a command line over the settings of files."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.files = SettingsFiles(self._rule_ids)
        self._sources = _named_sources(options.rules)
        _check_patterns(options)
        self._excludes = Patterns(options.exclude, Path())

    def of(self, paths: Sequence[Path]) -> Scope:
        """The scope of a run over files and folders.

        Raises:
            click.ClickException: a path, a pattern, a commit or a setting is wrong.
        """
        try:
            return self._of(paths)
        except SettingsError as error:
            raise WrongSettingsError(str(error)) from error
        except GitError as error:
            taken = self.options.changed is not None and Path(self.options.changed).exists()
            hint = " (write --changed=HEAD before a path)" if taken else ""
            raise UsageError(f"{error}{hint}") from error
        except FileNotFoundError as error:
            raise UsageError(f"no such file or folder: {error}") from error

    def of_input(self, name: Path) -> Scope:
        """The scope of a run over standard input, which holds a file of some name.

        Raises:
            click.ClickException: a setting is wrong.
        """
        try:
            settings = self._settings(name.parent)
            forced_out = self.options.force_exclude and any(
                each.matching(name) is not None for each in self.excludes(name)
            )
            return Scope(
                Discovery(() if forced_out else (name,)),
                (),
                None,
                self.selections([name]),
                _either(self.options.upgrade_models, settings.upgrade_models),
                _either(self.options.only_complete, settings.only_complete),
                rules=with_default(self._sources),
            )
        except SettingsError as error:
            raise WrongSettingsError(str(error)) from error

    def rules_of(self, folder: Path) -> tuple[RuleSource, ...]:
        """The sources of the rules for what is in a folder.

        Raises:
            click.ClickException: a setting is wrong.
        """
        try:
            self._settings(folder)
        except SettingsError as error:
            raise WrongSettingsError(str(error)) from error
        return with_default(self._sources)

    def _of(self, paths: Sequence[Path]) -> Scope:
        settings = self._settings(common_folder(paths))
        discovery = discover(
            paths,
            self.excludes,
            force_exclude=self.options.force_exclude,
            lists=is_dependency_file,
        )
        hidden = discover(hidden_folders(paths), self.excludes, lists=is_dependency_file).listing
        discovery = replace(discovery, listing=tuple(dict.fromkeys((*discovery.listing, *hidden))))
        rules = with_default(self._sources)
        added = added_packs(rules)
        passed_over = _passed_over(discovery, added)
        roots = [
            path
            for path in paths
            if path.is_dir() and not any(each.is_relative_to(path) for each in passed_over)
        ]
        return Scope(
            discovery,
            tuple(roots),
            self._chosen(paths, discovery),
            self.selections(discovery.files),
            _either(self.options.upgrade_models, settings.upgrade_models),
            _either(self.options.only_complete, settings.only_complete),
            silent=sum(names_packages(data, added) for data in passed_over.values()),
            rules=rules,
        )

    def _settings(self, folder: Path) -> Settings:
        """The settings of the run; the rules of its settings count for all of its files.

        Raises:
            SettingsError: they have a mistake.
            click.ClickException: an option names a rule that there is not.
        """
        settings = self.files.of(folder)
        self._sources = (*settings.sources, *self._sources)
        _check_rules(self.options, lambda: self._rule_ids(()))
        return settings

    def _rule_ids(self, sources: Sequence[RuleSource]) -> frozenset[str]:
        return rule_ids(with_default((*self._sources, *sources)))

    def excludes(self, path: Path) -> Sequence[Patterns]:
        """The patterns that are in force for a path: those of its settings and the added ones."""
        return self.files.excludes(path), self._excludes

    def selections(self, files: Sequence[Path]) -> dict[Path, Selection]:
        """The rules for each of some files, where those are not all rules."""
        found = {path: self._selection(path) for path in files}
        return {path: selection for path, selection in found.items() if not selection.whole}

    def _selection(self, path: Path) -> Selection:
        said = self.files.selection(path)
        select, ignore = self.options.select, self.options.ignore
        if not (select or ignore):
            return said
        return Selection(select or said.select, ignore or said.ignore, said.never)

    def _chosen(self, paths: Sequence[Path], discovery: Discovery) -> frozenset[Path] | None:
        """The files that may be written, where those are not all."""
        if self.options.changed is None:
            return None
        changed: set[Path] = set()
        for folder in dict.fromkeys(path if path.is_dir() else path.parent for path in paths):
            changed |= changed_files(folder, self.options.changed)
        return frozenset(
            path
            for path in (*discovery.files, *discovery.listing)
            if (real := path.resolve()) in changed or not changed.isdisjoint(real.parents)
        )


def common_folder(paths: Sequence[Path]) -> Path:
    """The innermost folder that all paths are in, whose settings are those of the run."""
    folders = [path.absolute() if path.is_dir() else path.absolute().parent for path in paths]
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # several drives
        return Path()


@cache
def rule_ids(sources: Sequence[RuleSource] = (DEFAULT_SOURCE,)) -> frozenset[str]:
    """The ids of all rules of some sources.

    Raises:
        click.ClickException: they cannot be loaded.
    """
    from genai_codemod.engine.catalogue import catalogue

    return frozenset(rule for pack in loaded(sources) for rule in catalogue(pack))


def loaded(sources: Sequence[RuleSource]) -> tuple[RulePack, ...]:
    """The packs of some sources.

    Raises:
        click.ClickException: they cannot be loaded.
    """
    from genai_codemod.engine.packs import load_packs
    from genai_codemod.engine.yaml_values import RuleFileError

    try:
        return load_packs(tuple(sources))
    except RuleFileError as error:
        raise WrongSettingsError(str(error)) from error
    except RulesError as error:
        raise UsageError(str(error)) from error


def added_packs(sources: Sequence[RuleSource]) -> Sequence[RulePack]:
    """The packs besides the default one, which takes long to load and is not needed to look."""
    if tuple(sources) == (DEFAULT_SOURCE,):
        return ()
    return [pack for pack in loaded(sources) if pack.name != DEFAULT]


def names(_context: click.Context, _option: click.Parameter, value: Sequence[str]) -> Sequence[str]:
    """Names that an option was given, each time one or several with commas between them."""
    return tuple(name.strip() for each in value for name in each.split(",") if name.strip())


def _named_sources(names: Sequence[str]) -> tuple[RuleSource, ...]:
    try:
        return tuple(rule_source(name) for name in names)
    except RulesError as error:
        raise UsageError(f"--rules: {error}") from error


def _check_patterns(options: Options) -> None:
    try:
        if options.exclude:  # what parses patterns takes longer to import than the rest of this
            parse_patterns(options.exclude)
    except PatternError as error:
        raise UsageError(f"--exclude: {error}") from error


def _check_rules(options: Options, ids: Callable[[], Collection[str]]) -> None:
    for option, given in (("--select", options.select), ("--ignore", options.ignore)):
        if message := check_rules(given, ids):
            raise UsageError(f"{option}: {message}")


def _passed_over(discovery: Discovery, added: Sequence[RulePack]) -> dict[Path, bytes]:
    """The modules that are not looked at and may have to do with those that are migrated."""
    found: dict[Path, bytes] = {}
    for skipped in discovery.skipped:
        if skipped.source and skipped.path.is_file():
            with contextlib.suppress(OSError):
                data = skipped.path.read_bytes()
                if names_packages(data, added) or may_use_objects(data, added):
                    found[skipped.path] = data
    return found


def _either(option: bool | None, setting: bool) -> bool:
    return setting if option is None else option
