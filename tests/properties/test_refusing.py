"""Whatever one change of a program is refused: what is left and what is migrated work together."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.checks import compiles
from tests.engine.programs import ALONE
from tests.fixtures.cases import DEFAULT_PAIRS
from tests.recorder import record

from genai_codemod.engine import load_pack
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.migrate import migrate_program
from genai_codemod.engine.result import Migration
from genai_codemod.engine.rule_packs.selection import EVERYTHING
from genai_codemod.project.changes import Selections, carry_out, changes_of
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.shim.comparison import compare
from genai_codemod.testing import Case, told

_SHOWN = ("files/list-and-get", "models/old-attributes", "threads/to-thread")
_OTHERS = [name for name, case in DEFAULT_PAIRS.items() if not case.differs and name not in _SHOWN]


def outcomes(case: Case, selections: Selections) -> list[FileOutcome]:
    source = Source(case.before.read_bytes(), selection=selections.get(case.before, EVERYTHING))
    (migration,) = migrate_program({"": source}, load_pack(), ALONE).values()
    assert isinstance(migration, Migration)
    return [FileOutcome(case.before, migration)]


@pytest.mark.parametrize(
    "name", [*_SHOWN, *(pytest.param(each, marks=pytest.mark.thorough) for each in _OTHERS)]
)
def test_a_program_of_which_a_change_is_refused_sends_the_same(name: str, tmp_path: Path) -> None:
    case = DEFAULT_PAIRS[name]
    planned = outcomes(case, {})
    changes = changes_of(planned)
    assert changes
    for number, change in enumerate(changes):
        carried = carry_out(
            planned, changes, [change], [], {}, lambda selections: outcomes(case, selections)
        )
        (outcome,) = carried.outcomes
        assert outcome.migration
        after = outcome.migration.after
        compiles(after)
        if outcome.migration.changed:
            program = tmp_path / f"{number}.py"
            program.write_bytes(after)
            answer = case.answers[0]
            # Both now: what is sent can count from the time of day.
            both = (record(each, answer=answer) for each in (case.before, program))
            found = compare(*both)
            assert found.same_requests, told(found)
            assert found.same_output, told(found)
            assert not found.ending_after
