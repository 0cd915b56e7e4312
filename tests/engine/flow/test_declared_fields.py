"""Model objects in the declared fields of dataclasses and of models of pydantic."""

from __future__ import annotations

import pytest
from tests.checks import MARKER, compiles
from tests.engine.programs import PLAIN, SET, SETUP

from genai_codemod.engine import load_pack, migrate_source

IMPORTS = (
    "from dataclasses import dataclass, field\nfrom typing import Any\n"
    "from pydantic import BaseModel, Field\nfrom made import make, thing\n"
)
USE = "    def ask(self):\n        return self.model.generate_content('x').text\n"


def of(head: str, declared: str, made: str = "") -> str:
    """A class that declares a field, which ``made`` is assigned to after an object is made."""
    later = f"    def __post_init__(self):\n        self.model = {made}\n" if made else ""
    return f"{head}\n    model: Any = {declared}\n{later}{USE}"


DATA = "@dataclass\nclass Bot:"
MIGRATED = {
    "no default": of(DATA, "field(init=False)", PLAIN),
    "None": of(DATA, "field(default=None)", PLAIN),
    "None by position": of("class Bot(BaseModel):", "Field(None)", PLAIN),
    "a model": of(DATA, f"field(default={PLAIN})"),
    "a lambda": of(DATA, f"field(default_factory=lambda: {PLAIN})"),
    "a function": f"def new():\n    return {SET}\n" + of(DATA, "field(default_factory=new)"),
}
MARKED = {
    "something unknown": of(DATA, "field(default=thing)", PLAIN),
    "what an unknown function makes": of(DATA, "field(default_factory=make)", PLAIN),
    "what a caller gives": of(DATA, "field(default=None)", PLAIN) + "Bot(model=thing).ask()\n",
    "unseen options": of(DATA, "field(**thing)", PLAIN),
}
BESIDE = {
    "a dataclass": (DATA, True),
    "a dataclass with slots": ("@dataclass(slots=True)\nclass Bot:", False),
    "a class with slots": ("class Bot:\n    __slots__ = ('model',)", False),
    "a model of pydantic": ("class Bot(BaseModel):", False),
    "a model of pydantic further up": (
        "class Base(BaseModel):\n    a: int = 1\nclass Bot(Base):",
        False,
    ),
    "a subclass of an own class": ("class Base:\n    a: int = 1\nclass Bot(Base):", True),
}


def after(program: str) -> str:
    migrated = migrate_source((IMPORTS + SETUP + program).encode(), load_pack()).after
    compiles(migrated)
    return migrated.decode()


@pytest.mark.parametrize("case", MIGRATED, ids=str)
def test_a_model_in_a_declared_field_is_migrated(case: str) -> None:
    assert MARKER not in after(MIGRATED[case])


@pytest.mark.parametrize("case", MARKED, ids=str)
def test_a_model_stays_whose_field_may_hold_something_else(case: str) -> None:
    migrated = after(MARKED[case])
    assert MARKER in migrated
    assert "self.model.generate_content('x')" in migrated


@pytest.mark.parametrize("case", BESIDE, ids=str)
def test_a_configuration_stands_beside_a_model_where_the_class_takes_it(case: str) -> None:
    head, beside = BESIDE[case]
    migrated = after(of(head, "None", SET))
    assert ("self.model_config = " in migrated) is beside
    assert ("**self.model," in migrated) is not beside
    assert MARKER not in migrated
