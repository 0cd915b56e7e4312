"""The command that proves that two programs send the same requests."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from genai_codemod.cli.programs import Running, program_at, running_options, warm_recorder
from genai_codemod.cli.scope import UsageError
from genai_codemod.project.git import GitError
from genai_codemod.report.diff import print_diff, wants_colour
from genai_codemod.report.proof import as_json, as_text, run_on
from genai_codemod.report.secrets import masked
from genai_codemod.shim.commits import Changed, changed_programs
from genai_codemod.shim.proof import Pair, Proof, proofs
from genai_codemod.shim.recording import Options

_ARGUMENTS = "genai_codemod.arguments"


class ProvingCommand(click.Command):
    """A command that keeps what follows ``--`` for the programs that it runs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        ctx.meta[_ARGUMENTS] = tuple(args[end + 1 :])
        return super().parse_args(ctx, args[:end])


@click.command(cls=ProvingCommand)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="BEFORE AFTER")
@click.option(
    "--git",
    "commit",
    metavar="REF",
    help="Prove the working tree against a commit: the files among PATHS, and those in folders, or "
    "in the current one, that used the legacy SDK there and differ.",
)
@click.option("--output", is_flag=True, help="Require the same printed output, too.")
@running_options
@click.pass_context
def prove(
    ctx: click.Context,
    paths: tuple[Path, ...],
    commit: str | None,
    output: bool,
    running: Running,
) -> None:
    """Run BEFORE and AFTER offline, each on its real SDK, and compare what they would send.

    Both are Python files, notebooks, Markdown or reStructuredText, or folders with a main.py.
    They are executed, in a copy of their folder and without network; what follows -- are their
    arguments.  With --git REF, all arguments are PATHS, and each program is run in a copy of its
    whole repository.  The exit code is 0 when the same requests are sent, 1 when they differ,
    and 2 when a program could not be run.
    """
    options: Options = {**running.options, "argv": ctx.meta[_ARGUMENTS]}
    with tempfile.TemporaryDirectory(prefix="genai-codemod-") as folder:
        changed = _programs(paths, commit, running, Path(folder))
        with warm_recorder() as record:
            found = list(proofs(changed.pairs, running.answers, record, **options))
    _report(found, changed.gone, running.form, output)
    ctx.exit(_exit_code(found, output))


def _programs(paths: Sequence[Path], commit: str | None, running: Running, folder: Path) -> Changed:
    if commit is None:
        if len(paths) != 2:
            raise UsageError("give two programs, BEFORE and AFTER; their arguments follow --")
        before, after = (program_at(path, running.main) for path in paths)
        return Changed((Pair(before, after),))
    for path in paths:
        if not path.exists():
            raise UsageError(f"no such file or folder: {path}")
    try:
        return changed_programs(commit, paths, folder)
    except GitError as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        raise UsageError(f"cannot copy the repository: {error}") from error


def _report(found: Sequence[Proof], gone: Sequence[str], form: str, output: bool) -> None:
    for proof in found:
        if proof.error is not None:
            click.echo(masked(f"Error: {proof.error}"), err=True)
    for name in gone:
        click.echo(f"note: {name} is not in the working tree any more", err=True)
    if form == "json":
        click.echo(as_json(found, output=output))
    elif not found:
        click.echo("no file that used the legacy SDK there differs")
    else:
        text = as_text(found, output=output).encode(errors="backslashreplace")
        print_diff(text, sys.stdout, colour=wants_colour(sys.stdout, os.environ))
        compared = [proof for proof in found if proof.comparison is not None]
        if compared:
            click.echo(run_on(sdk for proof in compared for sdk in proof.sdks), err=True)


def _exit_code(found: Sequence[Proof], output: bool) -> int:
    if any(proof.error is not None for proof in found):
        return 2
    return 0 if all(proof.holds(output=output) for proof in found) else 1
