"""Names of retired models: the table, and what is said about them."""

from __future__ import annotations

from datetime import date

import pytest
from tests.checks import MARKER
from tests.rules.retired_models import PACK, migrate, named

from genai_codemod.engine import migrate_source

RETIRED = PACK.retired


# -- the table --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(RETIRED))
def test_a_successor_is_still_there(name: str) -> None:
    assert RETIRED[name].successor not in RETIRED


@pytest.mark.parametrize("name", sorted(RETIRED))
def test_an_entry_has_a_date_or_says_why_not(name: str) -> None:
    model = RETIRED[name]
    assert (model.date is None) != (model.undated is None)
    assert model.source.startswith("https://")
    assert model.date is None or date(2024, 1, 1) < model.date < date(2027, 1, 1)


def test_the_chain_of_successors_is_followed() -> None:
    assert RETIRED["gemini-pro"].successor == RETIRED["gemini-2.0-flash"].successor


def test_a_model_that_is_served_is_no_entry() -> None:
    for name in ("gemini-3.6-flash", "gemini-2.5-flash-lite", "gemini-embedding-001"):
        assert PACK.retired_model(name) is None


def test_a_name_may_have_the_prefix() -> None:
    assert PACK.retired_model("models/gemini-pro") is PACK.retired_model("gemini-pro")
    assert PACK.retired_model("tunedModels/gemini-pro") is None


# -- what is said -----------------------------------------------------------------------------


def test_a_retired_name_is_noted_and_nothing_else_happens() -> None:
    migration = migrate("model = genai.GenerativeModel('models/gemini-1.5-flash')\n")
    (finding,) = named(migration)
    assert (finding.line, finding.column, finding.status) == (2, 30, "note")
    assert finding.message == (
        "model gemini-1.5-flash is retired (shutdown: 2025-09-29): use gemini-3.6-flash"
    )
    assert b"'models/gemini-1.5-flash'" in migration.after
    assert MARKER.encode() not in migration.after
    assert migration.markers == 0


def test_a_name_that_reaches_no_call_is_noted_as_such() -> None:
    (finding,) = named(migrate("PRICES = {'gemini-1.5-pro': 1}\n"))
    assert finding.message.endswith("(not seen to reach a call)")


def test_the_default_of_the_old_sdk_is_retired_too() -> None:
    (finding,) = named(migrate("genai.GenerativeModel().generate_content('Hi')\n"))
    assert finding.message.startswith("the default model gemini-1.5-flash-002 is retired")


@pytest.mark.parametrize(
    "program",
    [
        "'''gemini-pro'''\n",
        "genai.GenerativeModel('gemini-3.6-flash')\n",
        "genai.GenerativeModel('gemini-pro-turbo')\n",
        "genai.GenerativeModel(b'gemini-pro')\n",
    ],
)
def test_nothing_is_said_of_other_texts(program: str) -> None:
    assert named(migrate(program)) == []


def test_a_module_that_does_not_use_the_sdk_is_not_looked_at() -> None:
    assert migrate_source(b"MODEL = 'gemini-pro'\n", PACK).findings == ()
