"""The rules from google.genai 1.x to 3.x, held against what was found in the old releases."""

from __future__ import annotations

import asyncio
import importlib
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import yaml
from google import genai
from google.genai import live, types
from tests.fixtures.cases import PAIRS, made
from tests.rules.new_targets import problems

from genai_codemod.engine import migrate_source
from genai_codemod.engine.rule_packs.catalogue import Entry, catalogue
from genai_codemod.shim.spelling import camel_case_keys
from genai_codemod_rules.google_genai_upgrade import load

PACK = load()
REMOVED = yaml.safe_load(Path(__file__).with_name("google_genai_removed.yaml").read_text())


def test_every_removed_name_has_a_rule() -> None:
    assert {PACK.canonical(name) for name in REMOVED} == PACK.names.keys()


@pytest.mark.parametrize("name", REMOVED)
def test_what_has_a_rule_is_gone(name: str) -> None:
    module, _, inner = name.rpartition(".")
    assert inner not in vars(importlib.import_module(module))


def test_every_target_exists() -> None:
    own = {each for each in problems(PACK) if not each.startswith("upgrade.operation")}
    assert sorted(own) == []


# -- each rule in a program ------------------------------------------------------------------------

RULES = {rule: entry for rule, entry in catalogue(PACK).items() if rule.startswith("upgrade.")}


def test_every_rule_that_rewrites_has_a_proved_pair() -> None:
    proved = [
        case for name, case in PAIRS.items()
        if name.startswith(f"{PACK.name}/") and set(case.differs) <= {"marker"}
    ]  # fmt: skip
    shown = {finding.rule for case in proved for finding in made(case).findings}
    assert [rule for rule, entry in RULES.items() if not entry.manual and rule not in shown] == []


@pytest.mark.parametrize("entry", RULES.values(), ids=RULES)
def test_the_codemod_finds_the_rule_in_its_example(entry: Entry) -> None:
    assert entry.program
    after = migrate_source(entry.program.encode(), PACK)
    assert entry.rule in {finding.rule for finding in after.findings}
    assert not entry.manual or f"[{entry.rule}]" in after.after.decode()


# -- live sessions: what both methods send, by the SDK that is installed --------------------------

HEAD = "from google import genai\nfrom google.genai import types\n\nSOUND = b'sound'\n"
TALK = """
client = genai.Client()


async def talk():
    async with client.aio.live.connect(model="m") as session:
        await session.send({})
"""
SENT = {
    "a text": 'input="Hello"',
    "a text at the end of a turn": 'input="Hello", end_of_turn=True',
    "a contents": (
        'input=types.LiveClientContent(turns=[types.Content(role="user", parts=[])],'
        " turn_complete=True)"
    ),
    "an answer of a function": (
        'input=types.FunctionResponse(name="look", response={"sky": "clear"}, id="1")'
    ),
    "answers of functions": (
        "input=types.LiveClientToolResponse(function_responses=["
        'types.FunctionResponse(name="look", response={}, id="1")])'
    ),
    "the end of a turn": "end_of_turn=True",
}


class Socket:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    async def send(self, text: str) -> None:
        self.sent.append(json.loads(text))


def sent_by(program: str) -> list[Any]:
    """What the one statement with ``session`` in it sends."""
    body = program[program.index("session.send") - len("await ") :]
    socket = Socket()
    session = live.AsyncSession(genai.Client(api_key="k")._api_client, socket)  # type: ignore[arg-type]
    code = f"async def run(session, types, SOUND):\n    {body.strip()}\n"
    space: dict[str, Any] = {}
    exec(code, space)
    with pytest.warns() if ".send(" in body else nullcontext():
        asyncio.run(space["run"](session, types, b"sound"))
    return [_plain(camel_case_keys(each)) for each in socket.sent]


def _plain(message: Any) -> Any:
    """A message without what is not set."""
    if isinstance(message, dict):
        return {key: _plain(value) for key, value in message.items() if value is not None}
    return [_plain(each) for each in message] if isinstance(message, list) else message


@pytest.mark.parametrize("given", SENT.values(), ids=SENT)
def test_a_session_sends_the_same(given: str) -> None:
    before = HEAD + TALK.replace("{}", given)
    after = migrate_source(before.encode(), PACK).after.decode()
    assert "session.send(" not in after
    assert sent_by(after) == sent_by(before)
