"""``genai-codemod migrate --interactive``: the user decides on each change."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import click

from genai_codemod import FileOutcome, Migration, RuleEntry, list_rules
from genai_codemod.report.changes import change_lines
from genai_codemod.report.model import shown_path
from genai_codemod.report.terminal import Look, stdout_look, visible
from genai_codemod.report.text import count
from genai_codemod.tools import Answer, Answers, Change, Plan, carry_out, changes_of

Ending = Literal["done", "write", "quit"]

_HELP = """\
  y, yes         make this change
  n, no          leave this code as it is; it goes on working with the old SDK
  l, later       leave it, with a TODO(genai-codemod) above it
  a, all         make this change and all others in this file
  d, none        leave this code and all else in this file
  A, everything  make this change and all that are left
  e, explain     say what the rules do
  v, view        show all places of this change
  b, back        go back to the change before
  w, write       stop, and write what is accepted so far
  q, quit        stop, and write nothing; the answers are kept for the next time
"""
_WORDS = {
    "yes": "y", "no": "n", "later": "l", "all": "a", "none": "d", "everything": "A",
    "explain": "e", "view": "v", "back": "b", "write": "w", "quit": "q", "help": "?", "h": "?",
}  # fmt: skip
_PROMPT = "Make this change? (yes, no, later, all, explain, quit; ? for more) "


@dataclass(frozen=True, slots=True)
class Decided:
    """What the user decided: the outcomes to write, or None, and how many are undecided."""

    outcomes: Sequence[FileOutcome] | None
    undecided: int = 0


def decide(plan: Plan, rules: Sequence[str]) -> Decided:
    """Ask about each change of a plan, and plan again without those that are refused.

    ``rules`` are those that are added to the default ones, which can be asked about.
    """
    outcomes = plan.outcomes
    changes = changes_of(outcomes)
    entries = partial(list_rules, rules, folder=plan.folder)
    answers = Answers.of(plan.folder, os.environ)
    dialogue = Dialogue(changes, answers, _migrations(outcomes), stdout_look(), _ask, entries)
    ending = dialogue.run()
    known = answers.known
    undecided = [change for change in changes if change.key not in known]
    if ending == "quit":
        _say_quit(answers, changes)
        return Decided(None, len(undecided))
    refused = [change for change in changes if known.get(change.key, "no") != "yes"]
    later = [change for change in refused if known.get(change.key) == "later"]
    carried = carry_out(outcomes, changes, refused, later, plan.selections, plan.again)
    for file, pulled in Counter(change.file for change in carried.pulled).items():
        place = visible(shown_path(file))
        click.echo(f"{count(pulled, 'change')} in {place} left, too: needed by what you left")
    answers.forget(change.key for change in changes if known.get(change.key) == "yes")
    answers.save()
    return Decided(carried.outcomes, len(undecided))


@dataclass(slots=True)
class Dialogue:
    """Questions about changes, and the answers, which are kept as they are given.

    ``ask`` gives a line that the user types, or None at the end of the input.
    """

    changes: Sequence[Change]
    answers: Answers
    migrations: Mapping[Path, Migration]
    look: Look
    ask: Callable[[str], str | None]
    entries: Callable[[], Mapping[str, RuleEntry]] = list_rules
    _asked: list[Change] = field(default_factory=list)
    _saved: bool = True

    def run(self) -> Ending:
        """Ask until everything is answered, or the user stops."""
        self._greet()
        while (change := self._next()) is not None:
            if (ending := self._about(change)) is not None:
                return ending
        return "done"

    def _next(self) -> Change | None:
        known = self.answers.known
        return next((each for each in self.changes if each.key not in known), None)

    def _greet(self) -> None:
        known = sum(change.key in self.answers.known for change in self.changes)
        if known:
            were = "was" if known == 1 else "were"
            file = shown_path(self.answers.file)
            click.echo(
                f"{count(known, 'change')} of {len(self.changes)} {were} answered before; "
                f"to be asked again, remove {file}\n"
            )

    def _about(self, change: Change) -> Ending | None:
        """Ask about one change until it is answered."""
        self._show(change, whole=False)
        while True:
            line = self.ask(self.look.painted(_PROMPT, "bold"))
            if line is None:
                click.echo()
                return "quit"
            word = line.strip()
            letter = _WORDS.get(word.casefold(), word if word == "A" else word.casefold())
            match letter:
                case "y" | "n" | "l" | "a" | "d" | "A":
                    self._answer(change, letter)
                    return None
                case "w":
                    return "write"
                case "q":
                    return "quit"
                case "b":
                    if self._go_back():
                        return None
                    click.echo("This is the first one.")
                case "e":
                    self._explain(change)
                case "v":
                    self._show(change, whole=True)
                case _:
                    click.echo(_HELP, nl=False)

    def _answer(self, change: Change, letter: str) -> None:
        given: dict[str, Answer] = {"n": "no", "d": "no", "l": "later"}
        answer = given.get(letter, "yes")
        known = self.answers.known
        others = [each for each in self.changes if each.key not in known and each != change]
        if letter in ("a", "d"):
            others = [each for each in others if each.file == change.file]
        elif letter != "A":
            others = []
        for each in (change, *others):
            known[each.key] = answer
            self._asked.append(each)
        if not self.answers.save() and self._saved:
            self._saved = False
            click.echo(f"(answers cannot be kept: {shown_path(self.answers.file)} is not writable)")
        click.echo()

    def _go_back(self) -> bool:
        if not self._asked:
            return False
        self.answers.forget([self._asked.pop().key])
        click.echo()
        return True

    def _show(self, change: Change, *, whole: bool) -> None:
        number = self.changes.index(change) + 1
        rules = ", ".join(change.rules) or "imports"
        others = [shown_path(file) for file in change.files[1:]]
        also = f" and {', '.join(others)}" if others else ""
        title = f"Change {number} of {len(self.changes)}, {shown_path(change.file)}{also}: {rules}"
        for line in self.look.wrapped(visible(title), "", "  "):
            click.echo(self.look.painted(line, "bold", "cyan"), color=self.look.colour)
        for line in change_lines(change, self.migrations, self.look, shown_path, whole=whole):
            click.echo(line, color=self.look.colour)

    def _explain(self, change: Change) -> None:
        from genai_codemod.report.rules import explanation

        entries = self.entries()
        for rule in change.rules:
            if rule in entries:
                text = explanation(entries[rule], colour=self.look.colour, width=self.look.columns)
                click.echo(text, color=self.look.colour)


def _ask(prompt: str) -> str | None:
    look = stdout_look()
    click.echo(prompt, nl=False, color=look.colour)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if line and not sys.stdin.isatty():
        # What was typed is in no terminal, so the line is not ended yet.
        click.echo(line.strip())
    return line or None


def _migrations(outcomes: Sequence[FileOutcome]) -> Mapping[Path, Migration]:
    return {each.path: each.migration for each in outcomes if each.migration}


def _say_quit(answers: Answers, changes: Sequence[Change]) -> None:
    given = sum(change.key in answers.known for change in changes)
    left = len(changes) - given
    click.echo(f"Nothing is written. {count(left, 'change')} of {len(changes)} not answered yet.")
    if given:
        click.echo(f"{count(given, 'answer')} kept in {shown_path(answers.file)}")
        click.echo("The same command goes on from there.")
