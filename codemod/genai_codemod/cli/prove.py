"""The command that proves that two programs send the same requests."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..report.secrets import masked
from ..shim.comparison import Comparison, compare
from ..shim.recording import ProofError, record
from ..shim.server import ANSWERS

_PROGRAM = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("before", type=_PROGRAM)
@click.argument("after", type=_PROGRAM)
@click.option(
    "--answer",
    type=click.Choice(ANSWERS),
    default="default",
    show_default=True,
    help="What the model answers.",
)
@click.option(
    "--call",
    metavar="NAME",
    help="Import the programs and call this function, or Class.method of a test case.",
)
@click.option("--output", is_flag=True, help="Require the same printed output, too.")
@click.option(
    "--python",
    default=sys.executable,
    metavar="PATH",
    help="The interpreter to run both programs with.  [default: the one that runs this]",
)
@click.option("--timeout", default=60.0, show_default=True, help="Seconds for each program.")
def prove(
    before: Path,
    after: Path,
    answer: str,
    call: str | None,
    output: bool,
    python: str,
    timeout: float,
) -> None:
    """Run BEFORE and AFTER offline, each on its real SDK, and compare what they would send.

    Both programs are executed, in a copy of their folder and without network. The exit code is
    0 when they send the same requests, 1 when they differ, and 2 when one could not be run.
    """
    try:
        recordings = [
            record(program, call=call, answer=answer, python=python, timeout=timeout)
            for program in (before, after)
        ]
    except ProofError as error:
        click.echo(masked(f"Error: {error}"), err=True)
        sys.exit(2)
    comparison = compare(*recordings)
    _report(comparison, output)
    sys.exit(0 if comparison.equal and (comparison.same_output or not output) else 1)


def _report(comparison: Comparison, output: bool) -> None:
    for difference in comparison.differences:
        _say(difference.title)
        _print_diff(difference.diff)
    if not comparison.same_ending:
        click.echo("the programs end differently")
        _say(f"  before: {comparison.ending_before or 'normally'}")
        _say(f"  after:  {comparison.ending_after or 'normally'}")
    if not comparison.same_output:
        click.echo("the printed output differs" if output else "note: the printed output differs")
        _print_diff(comparison.output_diff)
    for note in comparison.notes:
        _say(f"note: {note}")
    if comparison.tolerated:
        _say(f"tolerated: {', '.join(comparison.tolerated)}")
    click.echo(_verdict(comparison))


def _verdict(comparison: Comparison) -> str:
    count = comparison.request_count
    requests = "1 request" if count == 1 else f"{count} requests"
    if comparison.differences:
        return f"different: {len(comparison.differences)} of {requests} before"
    if not comparison.same_ending:
        return f"different: the same {requests}, another ending"
    return f"same requests: {requests}"


def _say(line: str) -> None:
    click.echo(masked(line))


def _print_diff(diff: str) -> None:
    diff = masked(diff)
    if not sys.stdout.isatty():
        click.echo(diff)
        return
    from rich.console import Console
    from rich.syntax import Syntax

    Console().print(Syntax(diff, "diff", background_color="default"))
