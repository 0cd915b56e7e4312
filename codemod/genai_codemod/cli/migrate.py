"""``genai-codemod migrate``: rewrite files in place, or show what would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genai_codemod.cli.execution import Execution, execution_options
from genai_codemod.cli.output import (
    exit_code,
    show_details,
    show_diff,
    show_files,
    show_held,
    show_skipped,
    summary_of,
)
from genai_codemod.cli.reporting import TEXT, Reporting, report_options
from genai_codemod.cli.rule_options import rules_option
from genai_codemod.cli.scope import Options, Scope, Scoping, UsageError, names
from genai_codemod.cli.standard_input import NAME, migrate_source_text
from genai_codemod.engine.rule_sources import DEFAULT_SOURCE, RuleSource
from genai_codemod.engine.selection import EVERYTHING, Selection
from genai_codemod.project.budget import Budgeted
from genai_codemod.project.completeness import hold_apart, hold_incomplete, take_back_incomplete
from genai_codemod.project.dependencies import is_code, with_dependencies
from genai_codemod.project.documents import document_of
from genai_codemod.project.executors import Migrate
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.project.programs import Program
from genai_codemod.project.runner import migrate_files
from genai_codemod.project.writing import write_changed
from genai_codemod.report.secrets import with_keys_noted
from genai_codemod.report.summary import render
from genai_codemod.sources.python import (
    is_relevant,
    may_call_legacy,
    may_read_answers,
    may_use_objects,
    migrate_python,
)

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration, SourceError
    from genai_codemod.engine.rules import RulePack


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--diff", is_flag=True, help="Print a unified diff and write nothing.")
@click.option("--check", is_flag=True, help="Print which files would change and write nothing.")
@click.option(
    "--upgrade-models/--no-upgrade-models",
    default=None,
    help="Replace retired models by their successors, too.",
)
@click.option(
    "--only-complete/--no-only-complete",
    default=None,
    help="Leave files as they are that belong together with one that would need a person.",
)
@click.option(
    "--changed",
    metavar="[=COMMIT]",
    is_flag=False,
    flag_value="HEAD",
    help="Write only files that differ from a commit (HEAD, or where a branch left COMMIT).",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Pass over what a pattern as in .gitignore matches, too; can be given several times.",
)
@click.option(
    "--force-exclude",
    is_flag=True,
    help="Pass over excluded and generated files even if they are named.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="RULES",
    callback=names,
    help="Carry out only these rules, or areas of rules like files.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULES",
    callback=names,
    help="Leave what these rules are about as legacy code.",
)
@rules_option
@click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path),
    help="Read a file of this name from standard input, and print what becomes of it.",
)
@execution_options
@report_options
@click.option("-q", "--quiet", is_flag=True, help="Print errors only (and the diff).")
@click.option("-v", "--verbose", is_flag=True, help="Print every finding, and all of an error.")
@click.pass_context
def migrate(
    ctx: click.Context,
    /,
    paths: tuple[Path, ...],
    diff: bool,
    check: bool,
    stdin_filename: Path | None,
    quiet: bool,
    verbose: bool,
    execution: Execution,
    reporting: Reporting,
    **options: Any,
) -> None:
    """Rewrite files from google.generativeai to google.genai.

    PATHS are files and folders, or - for standard input; without any, the current folder.  What
    is said in the table tool.genai-codemod of pyproject.toml is in force, too.  What needs a person
    is marked in the code with TODO(genai-codemod); with --only-complete it is reported instead, and
    nothing is migrated that works together with it.

    Exit code 0: nothing is left to do.  1: something would change (with --diff or --check), or
    a marker or a file is left for a person.  2: wrong usage, or a file could not be processed.
    """
    scoping = Scoping(Options(**options))
    show = show_diff if diff else partial(show_files, written=not check)
    if stdin_filename is not None or NAME in paths:
        if reporting.form != TEXT:
            raise UsageError("with standard input there is no report")
        name = _name_of_input(paths, stdin_filename, scoping.options)
        scope = scoping.of_input(name)
        ctx.exit(
            migrate_source_text(
                name,
                Budgeted(_with_scope(scope), execution.seconds),
                is_relevant=_relevance(scope) if scope.discovery.files else lambda _: False,
                only_complete=scope.only_complete,
                show=show if diff or check else None,
                verbose=verbose,
            )
        )
    paths = paths or (Path(),)
    scope = scoping.of(paths)
    write = not (diff or check)
    outcomes = [with_keys_noted(each) for each in _outcomes(paths, scope, execution, write=write)]
    if reporting.on_terminal and (diff or not quiet):
        show(outcomes)
    if not quiet:
        show_held(outcomes)
    if verbose:
        show_skipped(scope.discovery.skipped)
    show_details(outcomes, verbose=verbose)
    summary = summary_of(outcomes, silent=scope.silent)
    if not quiet:
        text = render(summary, paths, written=write, upgrade_models=scope.upgrade_models)
        click.echo(text, nl=False, err=True)
    reporting.write(outcomes, summary, written=write, rules=scope.rules)
    ctx.exit(exit_code(summary, written=write))


def _name_of_input(paths: Sequence[Path], given: Path | None, options: Options) -> Path:
    """The name of the file that standard input holds."""
    if set(paths) - {NAME}:
        raise UsageError("with standard input no other file can be migrated")
    if options.changed is not None:
        raise UsageError("--changed means files, and not standard input")
    return given or NAME


def _outcomes(
    paths: Sequence[Path], scope: Scope, execution: Execution, *, write: bool
) -> list[FileOutcome]:
    """What becomes of the files, written or not."""
    outcomes = _migrate(scope, execution)
    if scope.only_complete:
        outcomes = hold_incomplete(outcomes)
    if scope.chosen is not None:
        outcomes = hold_apart(outcomes, scope.chosen)
    # Everything is decided before the first file is written: an interrupted run writes nothing.
    if write:
        outcomes = write_changed(outcomes)
    if write and scope.only_complete:
        outcomes = take_back_incomplete(outcomes)
    found = scope.discovery.listing
    listing = found if scope.chosen is None else [each for each in found if each in scope.chosen]
    outcomes = with_dependencies(paths, listing, outcomes, write=write)
    return [*scope.discovery.errors, *outcomes]


def migrate_program(
    program: Program,
    *,
    rules: Sequence[RuleSource] = (DEFAULT_SOURCE,),
    upgrade_models: bool,
    selections: Mapping[Path, Selection],
) -> dict[Path, Migration | SourceError]:
    """Migrate files with the rules of this run; a function that worker processes can find."""
    from genai_codemod.engine.packs import load_packs

    packs = load_packs(tuple(rules))
    files = {str(path): data for path, data in program.files.items()}
    imports = {
        str(path): {dotted: str(target) for dotted, target in targets.items()}
        for path, targets in program.imports.items()
    }
    results = migrate_python(
        files,
        imports,
        packs,
        absolute={str(path): name for path, name in program.absolute.items()},
        configures=program.configures,
        relies=program.relies,
        unseen=program.unseen,
        upgrade_models=upgrade_models,
        selections={
            str(path): selections.get(document_of(path), EVERYTHING) for path in program.files
        },
    )
    return {
        path: _checked(results[str(path)], packs[0], selections.get(document_of(path), EVERYTHING))
        for path in program.files
        if str(path) in results
    }


def _checked(
    result: Migration | SourceError, pack: RulePack, selection: Selection
) -> Migration | SourceError:
    """The result with markers where the installed SDK does not accept what was written."""
    from genai_codemod.engine.result import SourceError

    if isinstance(result, SourceError) or not result.changed or selection.ignores("sdk.refused"):
        return result
    # Importing the SDK takes half a second, which only a run that changes something pays.
    from genai_codemod.cli.checking import mark_refused

    return mark_refused(result, pack)


def _with_scope(scope: Scope) -> Migrate:
    """``migrate_program`` with what is in force in a run."""
    return partial(
        migrate_program,
        rules=scope.rules,
        upgrade_models=scope.upgrade_models,
        selections=scope.selections,
    )


def _relevance(scope: Scope) -> Callable[[bytes], bool]:
    return partial(is_relevant, added=scope.added, upgrade_models=scope.upgrade_models)


def _migrate(scope: Scope, execution: Execution) -> list[FileOutcome]:
    return migrate_files(
        [path for path in scope.discovery.files if is_code(path)],
        Budgeted(_with_scope(scope), execution.seconds),
        is_relevant=_relevance(scope),
        may_use=partial(may_use_objects, added=scope.added),
        may_read=partial(may_read_answers, added=scope.added),
        may_call=may_call_legacy,
        roots=scope.roots,
        named=scope.discovery.named,
        choose=execution.choose,
        progress=execution.progress,
    )
