"""What a run looks at and what is in force there: settings, options and files together."""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.engine.clients.client_names import CLIENT, wrong_client_name
from genai_codemod.engine.rule_packs.rule_sources import (
    DEFAULT,
    DEFAULT_SOURCE,
    RulesError,
    RuleSource,
    rule_source,
    with_default,
)
from genai_codemod.engine.rule_packs.selection import EVERYTHING, Selection
from genai_codemod.errors import OptionError
from genai_codemod.library.options import Options
from genai_codemod.project.dependencies import hidden_folders, is_dependency_file
from genai_codemod.project.discovery import Discovery, discover
from genai_codemod.project.git import GitError, changed_files
from genai_codemod.project.patterns import PatternError, Patterns, parse_patterns
from genai_codemod.settings import Settings, SettingsFiles, check_rules
from genai_codemod.sources.python import WORDS, may_use_objects, names_packages

if TYPE_CHECKING:
    from genai_codemod.engine.rule_packs.rule_pack import RulePack


@dataclass(frozen=True, slots=True)
class InForce:
    """What is in force for the code of a file."""

    selection: Selection = EVERYTHING
    upgrade_models: bool = False
    only_complete: bool = False
    client_name: str = CLIENT


@dataclass(frozen=True, slots=True)
class Scope:
    """The files of a run, those among them that may be written, and what is in force for them.

    ``settings`` are those of the run itself.  ``usual`` is in force for all files but those in
    ``unusual``.  ``roots`` are folders all of whose files are known, and ``silent`` counts the
    files that name the legacy SDK and are passed over.  ``rules`` are the sources of all rules.
    """

    settings: Settings
    discovery: Discovery
    roots: tuple[Path, ...]
    chosen: frozenset[Path] | None
    usual: InForce
    unusual: Mapping[Path, InForce]
    silent: int = 0
    rules: tuple[RuleSource, ...] = (DEFAULT_SOURCE,)

    def of(self, path: Path) -> InForce:
        """What is in force for a file."""
        return self.unusual.get(path, self.usual)

    def wants_all(self, path: Path) -> bool:
        """Whether a file is to be migrated completely or not at all."""
        return self.of(path).only_complete

    @property
    def upgrades_some(self) -> bool:
        """Whether names of models are upgraded anywhere."""
        return any(each.upgrade_models for each in (self.usual, *self.unusual.values()))

    @property
    def added(self) -> Sequence[RulePack]:
        """The packs besides the default one."""
        return added_packs(self.rules)


class Scoping:
    """Puts the options of a run over the settings of files.

    Raises:
        OptionError: an option is wrong.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.files = SettingsFiles(self._rule_ids)
        self._sources = named_sources(options.rules)
        _check_patterns(options)
        check_client_name(options.client_name)
        self._excludes = Patterns(options.exclude, Path())

    def of(self, paths: Sequence[Path]) -> Scope:
        """The scope of a run over files and folders.

        Raises:
            OptionError: there is no such path, commit or rule.
            SettingsError: a setting is wrong.
            RuleFileError: a file of rules is wrong.
        """
        try:
            return self._of(paths)
        except GitError as error:
            raise OptionError(error.message, "changed") from error
        except FileNotFoundError as error:
            raise OptionError(f"no such file or folder: {error}") from error

    def of_input(self, name: Path) -> Scope:
        """The scope of a run over a file that is not read from the disk, but has some name there.

        Raises:
            OptionError: there is no such rule.
            SettingsError: a setting is wrong.
            RuleFileError: a file of rules is wrong.
        """
        settings = self._settings(name.parent)
        forced_out = self.options.force_exclude and any(
            each.matching(name) is not None for each in self.excludes(name)
        )
        return Scope(
            settings,
            Discovery(() if forced_out else (name,)),
            (),
            None,
            self._in_force(name),
            {},
            rules=with_default(self._sources),
        )

    def rules_of(self, folder: Path) -> tuple[RuleSource, ...]:
        """The sources of the rules for what is in a folder.

        Raises:
            SettingsError: a setting is wrong.
        """
        self._settings(folder)
        return with_default(self._sources)

    def _of(self, paths: Sequence[Path]) -> Scope:
        settings = self._settings(common_folder(paths))
        rules = with_default(self._sources)
        added = added_packs(rules)
        # git looks for what the default rules are about; it does not know what others are about.
        words = () if added else WORDS
        discovery = discover(
            paths,
            self.excludes,
            force_exclude=self.options.force_exclude,
            lists=is_dependency_file,
            words=words,
        )
        hidden = discover(hidden_folders(paths), self.excludes, lists=is_dependency_file).listing
        discovery = replace(discovery, listing=tuple(dict.fromkeys((*discovery.listing, *hidden))))
        passed_over = _passed_over(discovery, added)
        roots = [
            path
            for path in paths
            if path.is_dir() and not any(each.is_relative_to(path) for each in passed_over)
        ]
        found = self._all_in_force(discovery.files)
        usual = max(found, key=lambda each: len(found[each]), default=InForce())
        return Scope(
            settings,
            discovery,
            tuple(roots),
            self._chosen(paths, discovery),
            usual,
            {path: each for each, files in found.items() if each != usual for path in files},
            silent=sum(names_packages(data, added) for data in passed_over.values()),
            rules=rules,
        )

    def _settings(self, folder: Path) -> Settings:
        """The settings of the run; the rules of its settings count for all of its files.

        Raises:
            SettingsError: they have a mistake.
            OptionError: there is no such rule.
        """
        settings = self.files.of(folder)
        self._sources = (*settings.sources, *self._sources)
        check_names("select", self.options.select, lambda: self._rule_ids(()))
        check_names("ignore", self.options.ignore, lambda: self._rule_ids(()))
        return settings

    def _rule_ids(self, sources: Sequence[RuleSource]) -> frozenset[str]:
        return rule_ids(with_default((*self._sources, *sources)))

    def excludes(self, path: Path) -> Sequence[Patterns]:
        """The patterns that are in force for a path: those of its settings and the added ones."""
        return self.files.excludes(path), self._excludes

    def _all_in_force(self, paths: Sequence[Path]) -> dict[InForce, list[Path]]:
        """What is in force for each of some files, with those that share it."""
        in_folders: dict[Path, list[Path]] = defaultdict(list)
        for path in paths:
            in_folders[path.parent].append(path)
        found: dict[InForce, list[Path]] = defaultdict(list)
        for folder, files in in_folders.items():
            if self.files.of(folder).per_file_ignores:
                for path in files:
                    found[self._in_force(path)].append(path)
            else:
                found[self._in_force(files[0])] += files
        return found

    def _in_force(self, path: Path) -> InForce:
        settings, options = self.files.of(path.parent), self.options
        return InForce(
            self._selection(path),
            _either(options.upgrade_models, settings.upgrade_models),
            _either(options.only_complete, settings.only_complete),
            options.client_name or settings.client_name,
        )

    def _selection(self, path: Path) -> Selection:
        said = self.files.selection(path)
        select, ignore = tuple(self.options.select), tuple(self.options.ignore)
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


def settings_of(path: Path, options: Options | None = None) -> tuple[Settings, tuple[str, ...]]:
    """The settings in force for a file or folder, and the rules that are ignored in a file alone.

    ``options`` are only checked; what they say is not among the settings.

    Raises:
        OptionError: there is no such path, or an option is wrong.
        SettingsError: a setting is wrong.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.tools import settings_of
        >>> _ = Path("pyproject.toml").write_text("[tool.genai-codemod]\\nignore = ['chat']\\n")
        >>> settings, never = settings_of(Path("."))
        >>> settings.ignore, settings.lines, never
        (('chat',), {'ignore': 2}, ())
    """
    if not path.exists():
        raise OptionError(f"no such file or folder: {path}")
    files = Scoping(options or Options()).files
    folder = path if path.is_dir() else path.parent
    return files.of(folder), () if path.is_dir() else files.selection(path).never


def settings_of_run(paths: Sequence[Path]) -> Settings:
    """The settings of a run over files and folders, which are those of the folder they are all in.

    Raises:
        SettingsError: a setting is wrong.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.tools import settings_of_run
        >>> settings_of_run([Path(".")]).format
        'text'
    """
    return Scoping(Options()).files.of(common_folder(paths))


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
        RulesError: they cannot be loaded.
        RuleFileError: a file of rules is wrong.
    """
    from genai_codemod.engine.rule_packs.catalogue import catalogue
    from genai_codemod.engine.rule_packs.packs import load_packs

    return frozenset(rule for pack in load_packs(tuple(sources)) for rule in catalogue(pack))


def added_packs(sources: Sequence[RuleSource]) -> Sequence[RulePack]:
    """The packs besides the default one, which takes long to load and is not needed to look."""
    if tuple(sources) == (DEFAULT_SOURCE,):
        return ()
    from genai_codemod.engine.rule_packs.packs import load_packs

    return [pack for pack in load_packs(tuple(sources)) if pack.name != DEFAULT]


def named_sources(names: Iterable[str]) -> tuple[RuleSource, ...]:
    """The sources of rules that are named as the option ``rules`` names them.

    Raises:
        OptionError: there are no such rules.
    """
    try:
        return tuple(rule_source(name) for name in names)
    except RulesError as error:
        raise OptionError(str(error), "rules") from error


def check_client_name(name: str | None) -> None:
    """Make sure that the client can be called so.

    Raises:
        OptionError: it cannot.
    """
    if name is not None and (reason := wrong_client_name(name)) is not None:
        raise OptionError(reason, "client_name")


def _check_patterns(options: Options) -> None:
    try:
        if options.exclude:  # what parses patterns takes longer to import than the rest of this
            parse_patterns(options.exclude)
    except PatternError as error:
        raise OptionError(str(error), "exclude") from error


def check_names(option: str, names: Iterable[str], ids: Callable[[], Collection[str]]) -> None:
    """Make sure that some names are those of rules, or of areas of rules.

    Raises:
        OptionError: there is no such rule.
    """
    if message := check_rules(tuple(names), ids):
        raise OptionError(message, option)


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
