"""The options that ask for a report in another form than lines on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genai_codemod import __version__
from genai_codemod.engine.rule_sources import DEFAULT_SOURCE, RuleSource
from genai_codemod.report.formats import FORMATS

if TYPE_CHECKING:
    from genai_codemod.project.outcome import FileOutcome
    from genai_codemod.report.summary import Summary

TEXT = "text"


@dataclass(frozen=True, slots=True)
class Reporting:
    """The form of a report, and the file that it goes to instead of standard output."""

    form: str
    output: Path | None

    @property
    def on_terminal(self) -> bool:
        """Whether results are shown line by line, since standard output has nothing else."""
        return self.form == TEXT or self.output is not None

    def write(
        self,
        outcomes: Sequence[FileOutcome],
        summary: Summary,
        *,
        written: bool,
        rules: Sequence[RuleSource] = (DEFAULT_SOURCE,),
    ) -> None:
        """Write the report, if one is asked for; ``rules`` are those that the findings name.

        Raises:
            click.ClickException: the file cannot be written.
        """
        if self.form == TEXT:
            return
        from genai_codemod.engine.packs import load_packs
        from genai_codemod.report.all_rules import all_rules
        from genai_codemod.report.formats import rendered
        from genai_codemod.report.model import make_report

        named = all_rules(*load_packs(tuple(rules)))
        report = make_report(outcomes, summary, named, written=written, version=__version__)
        # The name of a file can have bytes that are no text.
        text = rendered(report, self.form).encode(errors="backslashreplace").decode()
        if self.output is None:
            click.echo(text, nl=False)
            return
        try:
            self.output.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise ReportError(f"cannot write {self.output}: {error.strerror or error}") from error


class ReportError(click.ClickException):
    """A report that could not be written."""

    exit_code = 2


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which is called with the ``reporting`` they ask for."""

    @click.option(
        "--format",
        "form",
        type=click.Choice((TEXT, *FORMATS)),
        default=TEXT,
        show_default=True,
        help="The form of the report on standard output.",
    )
    @click.option(
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write the report to a file, and show the lines of the text form.",
    )
    @wraps(command)
    def with_reporting(*args: Any, form: str, output: Path | None, **options: Any) -> Any:
        if output is not None and form == TEXT:
            raise click.UsageError("--output needs a --format other than text")
        return command(*args, reporting=Reporting(form, output), **options)

    return with_reporting
