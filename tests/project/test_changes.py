"""Changes that can be refused each by itself, where the engine finds that more belongs to them."""

from __future__ import annotations

from pathlib import Path

from tests.engine.programs import ALONE, SETUP

from genai_codemod.engine import load_pack
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.migrate import migrate_program
from genai_codemod.engine.result import Migration
from genai_codemod.engine.rule_packs.selection import EVERYTHING
from genai_codemod.project.changes import Change, Selections, carry_out, changes_of
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.report.alignment import apart, exchanged

PATH = Path("a.py")
TEXT = f"""{SETUP}
model = genai.GenerativeModel("m")
print(model.generate_content("a").candidates)
print(model.count_tokens("a"))
print(list(genai.list_files()))
"""


def plan(selections: Selections) -> list[FileOutcome]:
    source = Source(TEXT.encode(), selection=selections.get(PATH, EVERYTHING))
    (migration,) = migrate_program({"a.py": source}, load_pack(), ALONE).values()
    assert isinstance(migration, Migration)
    return [FileOutcome(PATH, migration)]


def torn(change: Change) -> list[Change]:
    """A change taken apart, as if nothing were known of what belongs together."""
    lines = sorted({spot.line for spot in change.spots})
    return [
        Change(
            f"{change.key}{line}", tuple(s for s in change.spots if s.line == line), change.files
        )
        for line in lines
    ]


def test_what_belongs_to_a_refused_change_is_refused_too() -> None:
    outcomes = plan({})
    first, second = changes_of(outcomes)
    making, asking, counting = torn(first)
    changes = [making, asking, counting, second]
    carried = carry_out(outcomes, changes, [asking], [], {}, plan)
    assert carried.pulled == [making, counting]
    (outcome,) = carried.outcomes
    assert outcome.migration
    after = outcome.migration.after.decode()
    assert 'model = genai.GenerativeModel("m")\n' in after
    assert "print(model.count_tokens" in after
    assert "print(list(client.files.list()))" in after
    assert "TODO" not in after


def test_where_nothing_helps_files_stay_as_they_are() -> None:
    outcomes = plan({})
    first, second = changes_of(outcomes)
    _, asking, _ = torn(first)
    # What would be pulled along is not among the changes.
    carried = carry_out(outcomes, [asking, second], [asking], [], {}, plan)
    (outcome,) = carried.outcomes
    assert outcome.migration
    assert not outcome.migration.changed
    assert carried.pulled == [second]


def test_without_refusals_nothing_is_planned_again() -> None:
    outcomes = plan({})
    assert carry_out(outcomes, changes_of(outcomes), [], [], {}, plan).outcomes is outcomes


def test_lines_that_were_exchanged_together_are_told_apart() -> None:
    old = ["setup(a)", "one = make(b)", "two = make(c)"]
    new = [
        "",
        "def helper():",
        "    pass",
        "",
        "client = setup(a)",
        "one = 1",
        "two = make(",
        "  c)",
    ]
    (block,) = exchanged(old, new)
    assert list(apart(old, new, block)) == [
        (0, 0, 0, 4),
        (0, 1, 4, 5),
        (1, 2, 5, 6),
        (2, 3, 6, 8),
    ]
