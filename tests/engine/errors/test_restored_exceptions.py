"""Exceptions of the old SDK itself: where they are raised again, and where that is not possible."""

from __future__ import annotations

import re

import pytest
from tests.checks import MARKER, compiles

from genai_codemod.engine import load_pack
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.clients.lending import Surroundings
from genai_codemod.engine.migrate import migrate_program
from genai_codemod.engine.result import Migration

SDK = "import google.generativeai as genai\n"
NAMED = SDK + "from google.generativeai.types import StopCandidateException as Stop\n"
CHAT = 'genai.configure(api_key="K")\nchat = genai.GenerativeModel("a").start_chat()\n'
HANDLED = "try:\n    print({call})\nexcept Stop:\n    print('stopped')\n"
RAISES = "_checked_answer(chat.send_message("


def migrated(files: dict[str, str], *, unseen: bool = False) -> dict[str, str]:
    sources = {}
    for name, text in files.items():
        found = re.findall(r"(?:from|import) (\.?(\w+))", text)
        sources[name] = Source(text.encode(), {path: to for path, to in found if to in files})
    surroundings = Surroundings(configures=False, relies=False, unseen=unseen)
    after = {}
    for name, result in migrate_program(sources, load_pack(), surroundings).items():
        assert isinstance(result, Migration)
        compiles(result.after)
        after[name] = result.after.decode()
    return after


def alone(text: str, *, unseen: bool = False) -> str:
    return migrated({"main": text}, unseen=unseen)["main"]


CALLS = {
    "of a file that was not given": ("from other import ask\n", "ask(chat)"),
    "of what somebody gave": ("import sys\nask = getattr(sys, input())\n", "ask('Hi')"),
    "of an object that is not known": ("import other\n", "other.chat.send_message('Hi')"),
}


@pytest.mark.parametrize(("before", "call"), CALLS.values(), ids=CALLS)
def test_handler_of_an_unseen_call_is_marked(before: str, call: str) -> None:
    after = alone(NAMED + before + CHAT + HANDLED.format(call=call), unseen=True)
    assert MARKER in after
    assert "except Stop:" in after


def test_handler_of_a_call_of_another_library_is_kept_dead() -> None:
    after = alone(NAMED + "import httpx\n" + CHAT + HANDLED.format(call="httpx.get('a')"))
    assert "except _StoppedAnswerError:" in after
    assert MARKER not in after


def test_answer_that_may_be_a_stream_is_checked_where_it_is_none() -> None:
    call = "list(chat.send_message('Hi', stream=bool(input())))"
    after = alone(NAMED + CHAT + HANDLED.format(call=call))
    assert "else _checked_answer(" in after
    assert "except _StoppedAnswerError:" in after
    assert MARKER not in after


def test_handler_of_a_stream_that_somebody_else_awaits_is_marked() -> None:
    call = "await asyncio.gather(chat.send_message_async('Hi', stream=True))"
    run = f"async def run():\n    try:\n        {call}\n    except Stop:\n        pass\n"
    after = alone(NAMED + "import asyncio\n" + CHAT + run)
    assert "[errors.stop-candidate]" in after


def test_class_asked_for_beside_no_call_of_the_sdk_is_marked() -> None:
    text = NAMED + "def explain(error):\n    return isinstance(error, Stop)\n"
    assert "[errors.stop-candidate]" in alone(text, unseen=True)
    assert "[errors.stop-candidate]" in alone(text)


def test_class_is_imported_from_where_it_is_raised() -> None:
    asking = SDK + CHAT + "def ask(text):\n    return chat.send_message(text)\n"
    after = migrated(
        {"main": NAMED + "from llm import ask\n" + HANDLED.format(call="ask('Hi')"), "llm": asking}
    )
    assert "class _StoppedAnswerError" in after["llm"]
    assert RAISES in after["llm"]
    assert "from llm import _StoppedAnswerError, ask" in after["main"]
    assert "class _StoppedAnswerError" not in after["main"]


def test_handler_that_cannot_import_the_class_is_marked() -> None:
    asking = SDK + CHAT + "def ask(text):\n    return chat.send_message(text)\n"
    after = migrated(
        {
            "main": NAMED + "from between import tell\n" + HANDLED.format(call="tell('Hi')"),
            "between": "from llm import ask\ndef tell(text):\n    return ask(text)\n",
            "llm": asking,
        }
    )
    assert "[errors.stop-candidate]" in after["main"]
    assert "_StoppedAnswerError" not in after["llm"]


def test_handler_in_a_circle_of_imports_is_marked() -> None:
    after = migrated(
        {
            "main": NAMED + "import llm\n" + CHAT + HANDLED.format(call="llm.ask('Hi')"),
            "llm": "import main\ndef ask(text):\n    return main.chat.send_message(text)\n",
        }
    )
    assert "[errors.stop-candidate]" in after["main"]


def test_handler_of_anything_is_told_by_the_other_file() -> None:
    asking = SDK + CHAT + "def ask(text):\n    return chat.send_message(text)\n"
    handling = "from llm import ask\ntry:\n    ask('Hi')\nexcept Exception:\n    print('no')\n"
    after = migrated({"main": SDK + handling, "llm": asking})
    assert RAISES in after["llm"]


def test_a_tuple_in_a_file_that_cannot_share_the_classes_is_marked() -> None:
    files = {
        "guard": "from google.generativeai.types import BlockedPromptException\n"
        "REFUSALS = (BlockedPromptException,)\n"
        "def guarded(function):\n    try:\n        return function()\n"
        "    except REFUSALS:\n        return None\n",
        "talk": SDK + "chat = genai.GenerativeModel('a').start_chat()\n"
        "def ask():\n    chat.send_message('a')\n",
        "main": "import talk\nfrom guard import guarded\nguarded(talk.ask)\n",
    }
    assert "[errors.blocked-prompt]" in migrated(files)["guard"]
