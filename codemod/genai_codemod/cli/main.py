"""The command group; its commands are imported only when they are called."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

import click
from click.shell_completion import CompletionItem

from genai_codemod import __version__
from genai_codemod.cli.completion import SHELLS
from genai_codemod.cli.help import write_examples


class LazyCommand(NamedTuple):
    """Where a command lives (``module:attribute``) and its line in the group's help."""

    target: str
    summary: str


COMMANDS = {
    "migrate": LazyCommand(
        "genai_codemod.cli.migrate:migrate",
        "Rewrite files from google.generativeai to google.genai.",
    ),
    "prove": LazyCommand(
        "genai_codemod.cli.prove:prove",
        "Compare what two programs send, offline.",
    ),
    "verify": LazyCommand(
        "genai_codemod.cli.verify:verify",
        "Check code that uses google.genai against the installed SDK.",
    ),
    "rules": LazyCommand(
        "genai_codemod.cli.rules:rules",
        "List what is rewritten, and into what.",
    ),
    "settings": LazyCommand(
        "genai_codemod.cli.settings:settings",
        "Print the settings that are in force.",
    ),
    "explain": LazyCommand(
        "genai_codemod.cli.explain:explain",
        "Explain a rule, with an example.",
    ),
    "completion": LazyCommand(
        "genai_codemod.cli.completion:completion",
        f"Print what {', '.join(SHELLS[:-1])} or {SHELLS[-1]} need to complete all this.",
    ),
}


EXAMPLES = [
    ("genai-codemod migrate --diff src", "show what would change"),
    ("genai-codemod migrate src", "rewrite the files"),
    ("genai-codemod migrate -i src", "decide on each change"),
    ("genai-codemod explain files.upload", "what becomes of a call, and why"),
]


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].target.partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        found = [
            CompletionItem(name, help=command.summary)
            for name, command in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_examples(EXAMPLES, formatter)
        super().format_options(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="genai-codemod", message="%(prog)s %(version)s")
def group() -> None:
    """Migrate Python code from google.generativeai to google.genai, and prove it."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line; its exit code: 130 after Ctrl-C, 1 when nobody reads the output."""
    _never_fail_to_print()
    _let_consoles_colour(sys.platform)
    try:
        code = group.main(list(arguments), prog_name="genai-codemod", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        from genai_codemod.cli.suggestions import suggested

        suggested(error, COMMANDS).show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("genai-codemod: interrupted\n")
        return 130
    except BrokenPipeError:  # click answers the same way while a command runs
        _forget_output()
        return 1
    return code if isinstance(code, int) else 0


def _never_fail_to_print() -> None:
    """Let a path that the terminal's encoding lacks be shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _let_consoles_colour(platform: str) -> None:
    """Let a console of Windows obey the codes for colours, which it does not by itself."""
    if platform == "win32":
        with contextlib.suppress(ImportError):  # click has it installed there
            import_module("colorama").just_fix_windows_console()


def _forget_output() -> None:
    """Point stdout at nothing, or the interpreter complains when it flushes at exit."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
