"""The command that proves that two programs send the same requests."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from genai_codemod import Proof, ProofOptions
from genai_codemod.cli.commands import UsageError
from genai_codemod.cli.help import HelpfulCommand
from genai_codemod.cli.programs import Running, running_options
from genai_codemod.report.diff import print_diff
from genai_codemod.report.proof import as_json, as_text, run_on
from genai_codemod.report.secrets import masked
from genai_codemod.report.terminal import wants_colour
from genai_codemod.tools import Proofs, prove_commit, prove_pair

_ARGUMENTS = "genai_codemod.arguments"


class ProvingCommand(HelpfulCommand):
    """A command that keeps what follows ``--`` for the programs that it runs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        ctx.meta[_ARGUMENTS] = tuple(args[end + 1 :])
        return super().parse_args(ctx, args[:end])


@click.command(
    cls=ProvingCommand,
    examples=[
        ("genai-codemod prove old/app.py src/app.py", "two programs"),
        ("genai-codemod prove --git HEAD src", "since a commit"),
        ("genai-codemod prove --answer 429 a.py b.py -- -x", "with an argument for both"),
        ("genai-codemod prove --before-python old/bin/python a.py b.py", "on an older SDK"),
    ],
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="BEFORE AFTER")
@click.option(
    "--git",
    "commit",
    metavar="REF",
    help="Prove the working tree against a commit.",
)
@click.option(
    "--before-python",
    metavar="PATH",
    help="The interpreter for BEFORE, where it needs an older SDK.",
)
@click.option("--output", is_flag=True, help="Require the same printed output, too.")
@running_options
@click.pass_context
def prove(
    ctx: click.Context,
    paths: tuple[Path, ...],
    commit: str | None,
    before_python: str | None,
    output: bool,
    running: Running,
) -> None:
    """Run BEFORE and AFTER offline, each on its real SDK, and compare what they would send.

    Both are Python files, notebooks, Markdown or reStructuredText, or folders with a main.py.
    They are executed, in a copy of their folder and without network; what follows -- are their
    arguments.  With --git REF, all arguments are PATHS; proved are the files among them, and those
    in folders that used the legacy SDK there and differ, each in a copy of its repository.

    Exit code 0: the same requests are sent.  1: they differ.  2: a program could not be run.
    """
    options = replace(running.with_arguments(ctx.meta[_ARGUMENTS]), before_python=before_python)
    found = _proved(paths, commit, options)
    _report(found, running.form, output)
    ctx.exit(_exit_code(found.proofs, output))


def _proved(paths: Sequence[Path], commit: str | None, options: ProofOptions) -> Proofs:
    if commit is not None:
        return prove_commit(commit, paths, options)
    if len(paths) != 2:
        raise UsageError("give two programs, BEFORE and AFTER; their arguments follow --")
    before, after = paths
    return prove_pair(before, after, options)


def _report(found: Proofs, form: str, output: bool) -> None:
    keys = found.keys
    for proof in found.proofs:
        if proof.error is not None:
            click.echo(masked(f"Error: {proof.error}", keys), err=True)
    for name in found.gone:
        click.echo(f"note: {name} is not in the working tree any more", err=True)
    if form == "json":
        click.echo(masked(as_json(found.proofs, output=output), keys))
    elif not found.proofs:
        click.echo("no file that used the legacy SDK there differs")
    else:
        text = masked(as_text(found.proofs, output=output), keys)
        print_diff(
            text.encode(errors="backslashreplace"),
            sys.stdout,
            colour=wants_colour(sys.stdout, os.environ),
        )
        compared = [proof for proof in found.proofs if proof.comparison is not None]
        if compared:
            click.echo(run_on(sdk for proof in compared for sdk in proof.sdks), err=True)


def _exit_code(found: Sequence[Proof], output: bool) -> int:
    if any(proof.error is not None for proof in found):
        return 2
    return 0 if all(proof.holds(output=output) for proof in found) else 1
