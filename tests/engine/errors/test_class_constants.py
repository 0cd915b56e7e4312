"""Constants that hold exception classes."""

from __future__ import annotations

import re

import pytest
from tests.checks import MARKER
from tests.engine.programs import SDK, SETUP, migrated

from genai_codemod.engine import load_pack, migrate_source

ERRORS = "from google.api_core.exceptions import NotFound, ResourceExhausted\n"
BUSY = "BUSY = (ResourceExhausted, OSError)\n"
ASK = (
    'model = genai.GenerativeModel("a")\n'
    "try:\n    model.generate_content('x')\nexcept BUSY:\n    print('busy')\n"
)

WRITTEN = {
    "of a module": BUSY + ASK,
    "of a function": "def ask():\n    "
    + (BUSY + ASK).replace("\n", "\n    ").rstrip()
    + "\nask()\n",
    "with other constants beside it": f"MISSING = (NotFound,)\n{BUSY}{ASK}",
    "with comments in it": "BUSY = (\n    ResourceExhausted,  # the quota\n    OSError,\n)\n" + ASK,
}
MARKED = {
    "that is bound twice": "BUSY = (OSError,)\nif QUOTA:\n    BUSY = (ResourceExhausted,)\n" + ASK,
    "that is longer later": BUSY + "BUSY += (NotFound,)\n" + ASK,
    "that is a sum": "BUSY = (ResourceExhausted,) + OTHERS\n" + ASK,
    "that a function changes": BUSY + "def more():\n    global BUSY\n    BUSY = ()\n" + ASK,
    "that is unpacked": BUSY + ASK.replace("BUSY:", "(*BUSY, KeyError):"),
    "that others may import": '__all__ = ["BUSY"]\n' + BUSY + ASK,
}


def written(program: str) -> str:
    return migrate_source((SETUP + ERRORS + program).encode(), load_pack()).after.decode()


@pytest.mark.parametrize("case", WRITTEN, ids=str)
def test_classes_of_a_constant_are_written_where_it_is_read(case: str) -> None:
    after = written(WRITTEN[case])
    assert "errors.ClientError, OSError" in after
    assert "!= 429:" in after
    assert "BUSY" not in after
    assert not re.search(r"\(  |  \(", after)
    assert after.count("#") == WRITTEN[case].count("#") + after.count(MARKER)


@pytest.mark.parametrize("case", MARKED, ids=str)
def test_a_constant_stays(case: str) -> None:
    after = written(MARKED[case])
    assert re.search(r"except \(?[*]?BUSY", after)
    assert MARKER in after


def test_a_constant_that_another_module_reads_stays() -> None:
    other = f"from busy import BUSY\n{ASK}"
    found = migrated({"busy": SDK + ERRORS + BUSY, "other": SETUP + other})
    assert BUSY in found["busy"]
    assert MARKER in found["busy"]


def test_constants_of_nothing_that_changed_are_as_they_were() -> None:
    read = "try:\n    read()\nexcept SLOW:\n    print(SLOW)\n"
    kept = f"SLOW = (  OSError, KeyError)  # theirs\n\n\n{read}"
    after = written(kept + BUSY + ASK)
    assert kept in after


def test_a_handler_for_text_sees_classes_in_a_constant() -> None:
    program = (
        'WRONG = (ValueError, KeyError)\nmodel = genai.GenerativeModel("a")\n'
        "try:\n    print(model.generate_content('x').text)\nexcept WRONG:\n    print('blocked')\n"
    )
    assert "_response_text(client" in written(program)
