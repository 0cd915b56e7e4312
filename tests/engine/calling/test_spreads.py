"""Calls that are given a dict with known keys."""

from __future__ import annotations

import re

import pytest
from tests.checks import MARKER, compiles

from genai_codemod.engine import load_pack, migrate_source

SETUP = 'import google.generativeai as genai\ngenai.configure(api_key="K")\n'
USE = "model.generate_content('x')\n"


def migrated(program: str) -> str:
    after = migrate_source((SETUP + program).encode(), load_pack()).after
    compiles(after)
    return re.sub(r",?\s*([)\]}])", r"\1", re.sub(r"([(\[{])\s+", r"\1", after.decode()))


WRITTEN = {
    "a literal": 'd = {"model_name": "a"}\nmodel = genai.GenerativeModel(**d)\n',
    "a call": 'd = dict(model_name="a")\nmodel = genai.GenerativeModel(**d)\n',
    "a copy": 'd = {"model_name": "a"}\ne = d.copy()\nmodel = genai.GenerativeModel(**e)\n',
    "a later entry": 'd = {}\nd["tools"] = None\nmodel = genai.GenerativeModel("a", **d)\n',
    "an update": 'd = {}\nd.update(tools=None)\nmodel = genai.GenerativeModel("a", **d)\n',
    "a default": 'd = {}\nd.setdefault("tools", [])\nmodel = genai.GenerativeModel("a", **d)\n',
    "a longer dict": (
        'c = {"tools": None}\nd = {"model_name": "a", **c}\nmodel = genai.GenerativeModel(**d)\n'
    ),
    "two dicts": (
        'd = {"model_name": "a"} if USE else {"model_name": "b", "tools": None}\n'
        "model = genai.GenerativeModel(**d)\n"
    ),
    "one that is printed": (
        'd = {"model_name": "a"}\nprint(d, len(d), sorted(d))\nmodel = genai.GenerativeModel(**d)\n'
    ),
}
LEFT = {
    "a key that is not known": 'd = {}\nd[KEY] = 1\nmodel = genai.GenerativeModel("a", **d)\n',
    "keys of something else": 'd = {}\nd.update(OTHER)\nmodel = genai.GenerativeModel("a", **d)\n',
    "a union": 'd = {}\nd |= OTHER\nmodel = genai.GenerativeModel("a", **d)\n',
    "a deleted key": (
        'd = {"model_name": "a", "tools": None}\ndel d["tools"]\n'
        "model = genai.GenerativeModel(**d)\n"
    ),
    "a key that is taken out": (
        'd = {"model_name": "a", "tools": None}\nd.pop("tools")\n'
        "model = genai.GenerativeModel(**d)\n"
    ),
    "a dict that is changed elsewhere": (
        'd = {"model_name": "a"}\nfill(d)\nmodel = genai.GenerativeModel(**d)\n'
    ),
    "a name that may not be there": (
        'd = {}\nif USE:\n    d["model_name"] = "a"\nmodel = genai.GenerativeModel(**d)\n'
    ),
    "a parameter": (
        "def make(d):\n    return genai.GenerativeModel('a', **d)\nmodel = make({'tools': None})\n"
    ),
    "an unknown parameter": 'd = {"seed": 1}\nmodel = genai.GenerativeModel("a", **d)\n',
    "a parameter twice": 'd = {"tools": []}\nmodel = genai.GenerativeModel("a", tools=[], **d)\n',
    "two dicts at once": (
        'd = {"tools": []}\nmodel = genai.GenerativeModel(**{"model_name": "a"}, **d)\n'
    ),
}


@pytest.mark.parametrize("program", WRITTEN.values(), ids=WRITTEN)
def test_a_dict_with_known_keys_is_written_out(program: str) -> None:
    after = migrated(program + USE)
    assert MARKER not in after
    assert "GenerativeModel" not in after


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_a_call_that_cannot_be_written_out_stays_as_it_is(program: str) -> None:
    after = migrated(program + USE)
    assert "cannot be translated" in after
    assert re.sub(r"\s", "", program) in re.sub(r"\s|# TODO.*", "", after)


def test_what_is_left_for_another_reason_is_not_written_out() -> None:
    program = 'd = {"tools": None}\nmodel = genai.GenerativeModel("a", **d)\nsend(model)\n'
    after = migrated(program)
    assert 'genai.GenerativeModel("a", **d)' in after
    assert MARKER in after


def test_a_value_that_goes_on_with_its_dict_is_not_converted_in_it() -> None:
    entry = 'd["history"] = [{"role": "user", "parts": ["Hi"]}]\n'
    start = 'model = genai.GenerativeModel("a")\nchat = model.start_chat(**d)\n'
    kept = migrated("d = {}\n" + entry + "print(d)\n" + start)
    assert '{"role": "user", "parts": ["Hi"]}' in kept
    assert "_history(d.get(" in kept
    assert "types.Content(" in migrated("d = {}\n" + entry + start)


def test_an_entry_that_may_be_missing_is_none() -> None:
    program = (
        'd = {}\nif USE:\n    d["generation_config"] = {"temperature": 0.5}\n'
        'model = genai.GenerativeModel("a", **d)\n'
    )
    assert '**(d.get("generation_config") or {})' in migrated(program + USE)


STREAM = 'd = {"stream": True}\nmodel = genai.GenerativeModel("a")\n'
READ = "for chunk in model.generate_content('x', **d):\n    print(chunk.text)\n"


def test_a_flag_in_a_dict_that_does_not_change_is_known() -> None:
    assert "client.models.generate_content_stream(model=model" in migrated(STREAM + READ)


@pytest.mark.parametrize("change", ['d["stream"] = FLAG\n', "d.update(stream=FLAG)\n"])
def test_a_flag_in_a_dict_that_changes_is_read(change: str) -> None:
    assert 'd["stream"]' in migrated(STREAM + change + READ).replace(change, "")
