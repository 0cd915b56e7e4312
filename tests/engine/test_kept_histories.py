"""Histories that a program keeps, or changes, where the new SDK's list is another one."""

from __future__ import annotations

import pytest
from tests.checks import MARKER
from tests.engine.programs import SETUP, migrated

START = f'{SETUP}chat = genai.GenerativeModel("a").start_chat()\n'
STREAM = "for chunk in chat.send_message('x', stream=True):\n    print(chunk.text)\n"
BEHIND = f"{START}kept = chat.history\nchat.send_message('x')\nchat.send_message('y')\n"
CHANGES = {
    "a text": "chat.history[-1].parts[0].text = 'edited'\n",
    "a role": "for each in chat.history:\n    each.role = 'user'\n",
    "a kept message": "last = chat.history[-1]\nlast.parts[0].text += 'edited'\n",
    "its parts": "chat.history[0].parts.append('more')\n",
    "one of its parts": "del chat.history[0].parts[0]\n",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_change_of_a_joined_message_is_marked(change: str) -> None:
    assert MARKER in migrated({"main": f"{START}{STREAM}{change}"})["main"]


def test_change_of_a_message_of_the_chat_itself_stays() -> None:
    text = f"{START}chat.send_message('x')\n{CHANGES['a text']}"
    assert MARKER not in migrated({"main": text})["main"]


def test_kept_list_that_was_behind_is_marked() -> None:
    assert "as long as the chat now" in migrated({"main": f"{BEHIND}print(kept)\n"})["main"]


def test_kept_list_that_is_not_read_any_more_is_not_marked() -> None:
    assert MARKER not in migrated({"main": BEHIND})["main"]


def test_kept_list_of_joined_messages_is_marked() -> None:
    text = f"{START}kept = chat.history\n{STREAM}print(len(chat.history), len(kept))\n"
    assert "a copy that does not now" in migrated({"main": text})["main"]
