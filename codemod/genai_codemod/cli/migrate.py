"""``genai-codemod migrate``: rewrite files in place, or show what would change."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from genai_codemod import FileOutcome, OptionError, Options
from genai_codemod.cli.commands import UsageError
from genai_codemod.cli.execution import execution_options
from genai_codemod.cli.help import HelpfulCommand
from genai_codemod.cli.output import (
    exit_code,
    show_details,
    show_diff,
    show_files,
    show_held,
    show_left,
    show_skipped,
    show_summary,
    summary_of,
)
from genai_codemod.cli.reporting import Wanted, report_options
from genai_codemod.cli.scope_options import scope_options
from genai_codemod.cli.standard_input import NAME, migrate_standard_input
from genai_codemod.report.progress import bar
from genai_codemod.tools import Plan, plan_paths, settings_of_run

Show = Callable[[Sequence[FileOutcome]], None]


EXAMPLES = [
    ("genai-codemod migrate --diff src", "show what would change"),
    ("genai-codemod migrate src tests", "rewrite the files"),
    ("genai-codemod migrate -i src", "decide on each change"),
    ("genai-codemod migrate --check --format sarif", "report, for code scanning"),
]
SECTIONS = {
    "What to do": (
        "diff", "check", "interactive", "upgrade_models", "only_complete", "client_name",
    ),
    "Which files and rules": (
        "changed", "exclude", "force_exclude", "select", "ignore", "rules", "stdin_filename",
    ),
    "What to show": ("form", "output", "quiet", "verbose"),
}  # fmt: skip


@click.command(cls=HelpfulCommand, examples=EXAMPLES, sections=SECTIONS)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--diff", is_flag=True, help="Print a unified diff, and write nothing.")
@click.option("--check", is_flag=True, help="Print which files would change, and write nothing.")
@click.option(
    "-i",
    "--interactive",
    is_flag=True,
    help="Ask about each change; can be interrupted.",
)
@click.option(
    "--changed",
    metavar="[=COMMIT]",
    is_flag=False,
    flag_value="HEAD",
    help="Write only files that differ from HEAD or COMMIT.",
)
@click.option(
    "--force-exclude",
    is_flag=True,
    help="Pass over excluded files even if they are named.",
)
@click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Read standard input as a file of this name.",
)
@scope_options
@execution_options
@report_options
@click.option("-q", "--quiet", is_flag=True, help="Print errors only, and the diff.")
@click.option("-v", "--verbose", is_flag=True, help="Print all findings, and what is passed over.")
@click.pass_context
def migrate(
    ctx: click.Context,
    /,
    paths: tuple[Path, ...],
    diff: bool,
    check: bool,
    interactive: bool,
    stdin_filename: Path | None,
    quiet: bool,
    verbose: bool,
    wanted: Wanted,
    options: Options,
    changed: str | None,
    force_exclude: bool,
) -> None:
    """Rewrite files from google.generativeai to google.genai.

    PATHS are files and folders, or - for standard input; without any, the current folder.  What
    needs a person is marked with TODO(genai-codemod).

    Exit code 0: nothing is left to do.  1: something would change, or is left for a person.  2:
    wrong usage, or a file could not be processed.
    """
    if interactive and (diff or check or stdin_filename is not None or NAME in paths):
        raise UsageError("--interactive writes files: not with --diff, --check or standard input")
    options = replace(options, changed=changed, force_exclude=force_exclude)
    show: Show = show_diff if diff else partial(show_files, written=not check)
    if stdin_filename is not None or NAME in paths:
        if wanted.asked_for:
            raise UsageError("with standard input there is no report")
        name = _name_of_input(paths, stdin_filename, options)
        shown = show if diff or check else None
        ctx.exit(migrate_standard_input(name, options, show=shown, verbose=verbose))
    paths = paths or (Path(),)
    reporting = wanted.within(settings_of_run(paths), diff=diff)
    reporting.check()
    plan = _planned(paths, options, quiet=quiet)
    outcomes, undecided = plan.outcomes, 0
    if interactive:
        from genai_codemod.cli.interactive import decide

        decided = decide(plan, options.rules)
        if decided.outcomes is None:
            ctx.exit(1)
        outcomes, undecided = tuple(decided.outcomes), decided.undecided
    run = plan.finished(outcomes, write=not (diff or check))
    if reporting.on_terminal and (diff or not quiet):
        show(run.outcomes)
    if not quiet:
        show_held(run.outcomes)
    if verbose:
        show_skipped(run.skipped)
    show_details(run.outcomes, verbose=verbose)
    summary = summary_of(run.outcomes, silent=run.silent)
    if not quiet:
        if summary.markers and reporting.on_terminal and not verbose:
            show_left(run.outcomes, written=run.written)
        show_summary(
            summary,
            paths,
            rules=options.rules,
            written=run.written,
            upgrade_models=run.upgrade_models,
        )
    reporting.write(run, summary)
    ctx.exit(exit_code(summary, written=run.written) or int(undecided > 0))


def _name_of_input(paths: Sequence[Path], given: Path | None, options: Options) -> Path:
    """The name of the file that standard input holds."""
    if set(paths) - {NAME}:
        raise UsageError("with standard input no other file can be migrated")
    if options.changed is not None:
        raise UsageError("--changed means files, and not standard input")
    return given or NAME


def _planned(paths: Sequence[Path], options: Options, *, quiet: bool) -> Plan:
    """Plan a run, and show meanwhile how far that is."""
    try:
        with nullcontext() if quiet else bar(sys.stderr) as progress:
            return plan_paths(paths, options, progress=progress)
    except OptionError as error:
        if error.option == "changed" and Path(str(options.changed)).exists():
            hint = " (write --changed=HEAD before a path)"
            raise UsageError(f"{error.message}{hint}") from error
        raise
