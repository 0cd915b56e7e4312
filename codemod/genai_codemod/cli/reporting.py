"""The options that ask for a report in another form than lines on the terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genai_codemod import Run, __version__
from genai_codemod.report.formats import FORMATS, TEXT
from genai_codemod.tools import Settings, shown

if TYPE_CHECKING:
    from genai_codemod.report.summary import Summary

# A name for standard output.
STREAM = Path("-")


@dataclass(frozen=True, slots=True)
class Reporting:
    """The form of a report, and the file that it goes to instead of standard output."""

    form: str = TEXT
    output: Path | None = None

    @property
    def on_terminal(self) -> bool:
        """Whether results are shown line by line, since standard output has nothing else."""
        return self.form == TEXT or self.output is not None

    def check(self) -> None:
        """Say that the report cannot be written before anything is migrated.

        Raises:
            click.ClickException: there is no folder for its file.
        """
        if self.output is not None and not self.output.parent.is_dir():
            raise ReportError(f"cannot write {shown(self.output)}: there is no such folder")

    def write(self, run: Run, summary: Summary) -> None:
        """Write the report of a run, if one is asked for.

        Raises:
            click.ClickException: the file cannot be written.
        """
        if self.form == TEXT:
            return
        from genai_codemod.report.formats import rendered
        from genai_codemod.report.model import make_report

        report = make_report(
            run.outcomes, summary, run.rules, written=run.written, version=__version__
        )
        # The name of a file can have bytes that are no text.
        text = rendered(report, self.form).encode(errors="backslashreplace").decode()
        if self.output is None:
            click.echo(text, nl=False)
            return
        try:
            self.output.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise ReportError(
                f"cannot write {shown(self.output)}: {error.strerror or error}"
            ) from error


@dataclass(frozen=True, slots=True)
class Wanted:
    """What options say about the report; None stands for nothing."""

    form: str | None
    output: Path | None

    @property
    def asked_for(self) -> bool:
        """Whether an option asks for a report."""
        return self.output is not None or self.form not in (None, TEXT)

    def within(self, settings: Settings, *, diff: bool) -> Reporting:
        """The report that options and settings ask for together.

        The file of the settings is for their form.  ``diff`` says that a diff is asked for, which
        a form that only settings name does not replace on standard output.

        Raises:
            click.UsageError: there is a file, and no form for it.
        """
        form = self.form or settings.format
        output = self.output or (settings.output if self.form is None else None)
        if output is not None and form == TEXT:
            raise click.UsageError("--output needs a --format other than text")
        if output == STREAM:
            return Reporting(form)
        return Reporting(TEXT if diff and not (self.form or output) else form, output)


class ReportError(click.ClickException):
    """A report that could not be written."""

    exit_code = 2


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which is called with what is ``wanted``."""

    @click.option(
        "--format",
        "form",
        type=click.Choice((TEXT, *FORMATS)),
        metavar="FORM",
        help=f"{', '.join((TEXT, *FORMATS))}.",
    )
    @click.option(
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write the report to a file.",
    )
    @wraps(command)
    def with_reporting(*args: Any, form: str | None, output: Path | None, **options: Any) -> Any:
        return command(*args, wanted=Wanted(form, output), **options)

    return with_reporting
