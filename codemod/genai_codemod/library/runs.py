"""Files are migrated: what a run decides about them, and what it writes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.engine.rule_packs.rule_sources import DEFAULT_SOURCE, RuleSource
from genai_codemod.library.options import Options
from genai_codemod.library.places import chosen_executor, chosen_find
from genai_codemod.library.progress import Progress, told
from genai_codemod.library.scope import InForce, Scope, Scoping, common_folder
from genai_codemod.project.budget import DEFAULT_SECONDS, Budgeted
from genai_codemod.project.completeness import hold_apart, hold_incomplete, take_back_incomplete
from genai_codemod.project.dependencies import is_code, with_dependencies
from genai_codemod.project.discovery import Skipped
from genai_codemod.project.documents import document_of
from genai_codemod.project.executors import Migrate, attempt
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.project.programs import Program
from genai_codemod.project.runner import migrate_files
from genai_codemod.project.writing import write_changed
from genai_codemod.report.key_findings import with_keys_noted
from genai_codemod.sources.far_readers import reads_answers
from genai_codemod.sources.python import (
    concerns_only_own,
    is_relevant,
    may_call_legacy,
    may_get_objects,
    may_read_answers,
    may_use_objects,
    migrate_python,
)

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration, SourceError
    from genai_codemod.engine.rule_packs.catalogue import Entry as RuleEntry
    from genai_codemod.engine.rule_packs.rule_pack import RulePack
    from genai_codemod.engine.rule_packs.selection import Selection

USUAL = InForce()
NOTHING: Mapping[Path, InForce] = {}
_SMALL = b"import google.generativeai as genai\ngenai.GenerativeModel('').generate_content('')\n"
AnyPath = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Run:
    """What became of files, in a fixed order; iterating gives each outcome.

    ``written`` says whether the files hold the results now.  ``skipped`` is what was not looked at,
    ``silent`` counts the files among that which name the legacy SDK, and ``upgrade_models`` says
    whether names of retired models were replaced.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import migrate_paths
        >>> _ = Path("program.py").write_text("import google.generativeai as genai\\n")
        >>> run = migrate_paths(".")
        >>> len(run), [str(outcome.path) for outcome in run.changed], run.errors
        (1, ['program.py'], ())
    """

    outcomes: tuple[FileOutcome, ...]
    written: bool = False
    skipped: tuple[Skipped, ...] = ()
    silent: int = 0
    upgrade_models: bool = False
    sources: tuple[RuleSource, ...] = field(default=(DEFAULT_SOURCE,), repr=False)

    def __iter__(self) -> Iterator[FileOutcome]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    @property
    def changed(self) -> tuple[FileOutcome, ...]:
        """The outcomes of the files that change."""
        return tuple(each for each in self.outcomes if each.changed)

    @property
    def rules(self) -> Mapping[str, RuleEntry]:
        """All rules of the run by their ids, which are those that findings can name."""
        from genai_codemod.library.rule_list import entries_of

        return entries_of(self.sources)

    @property
    def errors(self) -> tuple[FileOutcome, ...]:
        """The outcomes of the files that could not be processed."""
        return tuple(each for each in self.outcomes if each.error is not None)


def migrate_paths(
    paths: AnyPath | Iterable[AnyPath] = ".",
    options: Options | None = None,
    *,
    write: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Run:
    """Migrate files and folders; what comes back can be iterated over, file by file.

    Everything is decided before this returns, because files that belong together are migrated
    together.  Nothing is printed.  Without ``write`` nothing is written either; with it each file
    that changes is replaced in one step, and is as it was when that fails: its outcome says so.
    ``progress`` is called in this process before the first file is migrated and whenever some are
    done.  Settings are read from the ``pyproject.toml`` of the files; ``options`` go over them.

    A file that cannot be processed costs the others nothing: its outcome has an ``error``.

    Raises:
        OptionError: there is no such path, commit or rule, or a pattern means nothing.
        SettingsError: a setting in a ``pyproject.toml`` is wrong.
        RuleFileError: a file of rules is wrong.
        ExecutorError: the cluster that was asked for cannot be used.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import Options, migrate_paths
        >>> _ = Path("program.py").write_text(
        ...     "import google.generativeai as genai\\n"
        ...     "print(genai.GenerativeModel('gemini-3.6-flash').generate_content('Hi').text)\\n"
        ... )
        >>> for outcome in migrate_paths(".", Options(jobs=1), write=True):
        ...     print(outcome.path, outcome.changed, [each.rule for each in outcome.findings])
        program.py True ['generate.content', 'model.create']
    """
    return plan_paths(paths, options, progress=progress).finished(write=write)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do to the code of its files, before anything is decided or written.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.tools import plan_paths
        >>> _ = Path("app.py").write_text("import google.generativeai as genai\\n")
        >>> plan = plan_paths(".")
        >>> plan.finished(plan.outcomes[:0]).changed, plan.finished(write=True).written
        ((), True)
    """

    paths: tuple[Path, ...]
    options: Options
    outcomes: tuple[FileOutcome, ...]
    _scope: Scope = field(repr=False)
    _progress: Callable[[Progress], None] | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        """The innermost folder that all paths are in."""
        return common_folder(self.paths)

    @property
    def selections(self) -> Mapping[Path, Selection]:
        """The rules for each file, where those are not all rules."""
        found = {path: self._scope.of(path).selection for path in self._scope.discovery.files}
        return {path: selection for path, selection in found.items() if not selection.whole}

    def again(self, selections: Mapping[Path, Selection]) -> tuple[FileOutcome, ...]:
        """What becomes of the files with other rules for each of them."""
        unusual = {
            path: replace(self._scope.of(document_of(path)), selection=selection)
            for path, selection in selections.items()
        }
        scope = replace(self._scope, unusual={**self._scope.unusual, **unusual})
        return _planned(scope, self.options, self._progress)

    def finished(
        self, outcomes: Sequence[FileOutcome] | None = None, *, write: bool = False
    ) -> Run:
        """The run that these outcomes make, or those of the plan, written or not."""
        planned = self.outcomes if outcomes is None else outcomes
        return Run(
            tuple(map(with_keys_noted, _finished(planned, self.paths, self._scope, write=write))),
            write,
            self._scope.discovery.skipped,
            self._scope.silent,
            self._scope.usual.upgrade_models,
            self._scope.rules,
        )


def plan_paths(
    paths: AnyPath | Iterable[AnyPath] = ".",
    options: Options | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> Plan:
    """What ``migrate_paths`` would do, so that somebody can decide about it.

    Raises:
        CodemodError: as ``migrate_paths`` does.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.tools import plan_paths
        >>> _ = Path("app.py").write_text("import google.generativeai as genai\\n")
        >>> [outcome.changed for outcome in plan_paths(".").outcomes]
        [True]
    """
    options, given = options or Options(), as_paths(paths)
    scope = Scoping(options).of(given)
    return Plan(tuple(given), options, _planned(scope, options, progress), scope, progress)


def migrate_program(
    program: Program,
    *,
    rules: Sequence[RuleSource] = (DEFAULT_SOURCE,),
    usual: InForce = USUAL,
    unusual: Mapping[Path, InForce] = NOTHING,
    check: bool = True,
) -> dict[Path, Migration | SourceError]:
    """Migrate files with some rules, and ``check`` what was written against the installed SDK.

    ``usual`` is in force for all files but those in ``unusual``.  Names of models are upgraded
    where that is in force for all files of the program.  Worker processes can find this function.
    """
    from genai_codemod.engine.rule_packs.packs import load_packs

    packs = load_packs(tuple(rules))
    in_force = {path: _in_force(path, usual, unusual) for path in program.files}
    files = {str(path): data for path, data in program.files.items()}
    around = {str(path): data for path, data in program.around.items()}
    imports = {
        str(path): {dotted: str(target) for dotted, target in targets.items()}
        for path, targets in program.imports.items()
    }
    results = migrate_python(
        files,
        imports,
        packs,
        around=around,
        absolute={str(path): name for path, name in program.absolute.items()},
        configures=program.configures,
        relies=program.relies,
        unseen=program.unseen,
        upgrade_models=all(each.upgrade_models for each in in_force.values()),
        selections={str(path): each.selection for path, each in in_force.items()},
        client_names={str(path): each.client_name for path, each in in_force.items()},
    )
    found = {path: results[str(path)] for path in program.files if str(path) in results}
    if not check:
        return found
    return {
        path: _checked(result, in_force[path].selection, packs[0]) for path, result in found.items()
    }


def _in_force(module: Path, usual: InForce, unusual: Mapping[Path, InForce]) -> InForce:
    """What is in force for a module, which in a document has lines of its own."""
    if module in unusual:
        return unusual[module]
    found = unusual.get(document_of(module), usual)
    if not (found.selection.refused or found.selection.later):
        return found
    selection = replace(found.selection, refused=frozenset(), later=frozenset())
    return replace(found, selection=selection)


def _checked(
    result: Migration | SourceError, selection: Selection, pack: RulePack
) -> Migration | SourceError:
    """The result with markers where the installed SDK does not accept what was written."""
    from genai_codemod.engine.result import SourceError

    if isinstance(result, SourceError):
        return result
    if selection.later:
        from genai_codemod.library.later import mark_later

        result = mark_later(result, selection.later, pack)
    if not result.changed or selection.ignores("sdk.refused"):
        return result
    # Importing the SDK takes half a second, which only a run that changes something pays.
    from genai_codemod.library.checking import mark_refused

    return mark_refused(result, pack)


def with_scope(scope: Scope) -> Migrate:
    """``migrate_program`` with what is in force in a run."""
    return partial(migrate_program, rules=scope.rules, usual=scope.usual, unusual=scope.unusual)


def _prepare(scope: Scope) -> None:
    """Load what the migration of any program needs, by migrating a small one."""
    attempt(Program({Path("small.py"): _SMALL}), with_scope(scope))


def seconds(options: Options, scope: Scope) -> float:
    """How long the migration of files that belong together may take; 0: any time."""
    said = scope.settings.timeout if options.timeout is None else options.timeout
    return DEFAULT_SECONDS if said is None else said


def relevance(scope: Scope) -> Callable[[bytes], bool]:
    """What says whether a run has something to do in a module."""
    return partial(is_relevant, added=scope.added, upgrade_models=scope.upgrades_some)


def as_paths(paths: AnyPath | Iterable[AnyPath]) -> list[Path]:
    """The paths that a caller means, who may give one alone."""
    if isinstance(paths, str | os.PathLike):
        return [Path(paths)]
    return [Path(each) for each in paths]


def _planned(
    scope: Scope, options: Options, progress: Callable[[Progress], None] | None
) -> tuple[FileOutcome, ...]:
    """What becomes of the code, before anything is written."""
    outcomes = hold_incomplete(_migrated(scope, options, progress), scope.wants_all)
    return tuple(outcomes if scope.chosen is None else hold_apart(outcomes, scope.chosen))


def _finished(
    planned: Sequence[FileOutcome], paths: Sequence[Path], scope: Scope, *, write: bool
) -> list[FileOutcome]:
    """What becomes of all files, written or not."""
    outcomes = list(planned)
    # Everything is decided before the first file is written: an interrupted run writes nothing.
    if write:
        outcomes = write_changed(outcomes)
        outcomes = take_back_incomplete(outcomes, scope.wants_all)
    found = scope.discovery.listing
    listing = found if scope.chosen is None else [each for each in found if each in scope.chosen]
    outcomes = with_dependencies(paths, listing, outcomes, write=write)
    return [*scope.discovery.errors, *outcomes]


def _migrated(
    scope: Scope, options: Options, progress: Callable[[Progress], None] | None
) -> list[FileOutcome]:
    prepare = partial(_prepare, scope)
    return migrate_files(
        [path for path in scope.discovery.files if is_code(path)],
        Budgeted(with_scope(scope), seconds(options, scope)),
        is_relevant=relevance(scope),
        may_use=partial(may_use_objects, added=scope.added),
        may_read=partial(may_read_answers, added=scope.added),
        reads_answers=reads_answers,
        may_call=may_call_legacy,
        may_get=may_get_objects,
        is_own=partial(concerns_only_own, added=scope.added, upgrade_models=scope.upgrades_some),
        roots=scope.roots,
        named=scope.discovery.named,
        silent=scope.discovery.silent,
        find=chosen_find(options, scope.settings, prepare),
        choose=chosen_executor(options, scope.settings, prepare),
        progress=told(progress),
    )
