"""Commands that say in a line what the library says is wrong."""

from __future__ import annotations

from typing import Any

import click

from genai_codemod import CodemodError, OptionError, RuleFileError, SettingsError
from genai_codemod.report.secrets import masked


class UsageError(click.ClickException):
    """Wrong usage that is said in one line, without the usage text."""

    exit_code = 2


class WrongSettingsError(UsageError):
    """A mistake in a file of settings or rules; its line starts with the place, for editors."""

    def show(self, file: object = None) -> None:
        click.echo(masked(self.message), err=True)


class Command(click.Command):
    """A command that ends with exit code 2 where the library raises an error."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SettingsError, RuleFileError) as error:
            raise WrongSettingsError(str(error)) from error
        except OptionError as error:
            option = f"--{error.option.replace('_', '-')}: " if error.option else ""
            raise UsageError(f"{option}{error.message}") from error
        except CodemodError as error:
            raise UsageError(str(error)) from error
