"""``genai-codemod completion``: what a shell needs to complete commands, options and names."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    get_completion_class,
)

from genai_codemod.cli.help import HelpfulCommand

PROGRAM, VARIABLE = "genai-codemod", "_GENAI_CODEMOD_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


@add_completion_class
class Bash(BashComplete):
    """The completion of bash, which takes ``--format=json`` for three words."""

    def get_completion_args(self) -> tuple[list[str], str]:
        words, incomplete = super().get_completion_args()
        if incomplete == "=" and words and words[-1].startswith("--"):
            return words, ""
        kept = [
            word
            for before, word in pairwise(["", *words])
            if word != "=" or not before.startswith("--")
        ]
        return kept, incomplete


@click.command(
    cls=HelpfulCommand,
    examples=[
        ('eval "$(genai-codemod completion bash)"', "in ~/.bashrc"),
        ('eval "$(genai-codemod completion zsh)"', "in ~/.zshrc, after compinit"),
        ("genai-codemod completion fish | source", "in ~/.config/fish/config.fish"),
    ],
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, options, rules and formats.

    bash must be 4.4 or newer.
    """
    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(ctx.find_root().command, {}, PROGRAM, VARIABLE).source())


def complete_rules(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The rules that a name can be of."""
    from genai_codemod import list_rules

    return _starting(incomplete, list(list_rules()))


def complete_selection(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The rules and areas of rules that the last name after a comma can be of."""
    from genai_codemod import list_rules

    before, comma, last = incomplete.rpartition(",")
    ids = list_rules()
    areas = {rule.rpartition(".")[0] for rule in ids if "." in rule}
    found = _starting(last, sorted({*ids, *areas}))
    return [CompletionItem(before + comma + str(item.value)) for item in found]


def _starting(incomplete: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
