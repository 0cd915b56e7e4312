"""What other processes are given, which must be copied, and what needs a client there."""

from __future__ import annotations

import pytest
from tests.engine.programs import PLAIN, SDK, SETUP, migrated

MARK = "[client.other-process]"
POOL = "from concurrent.futures import ProcessPoolExecutor\npool = ProcessPoolExecutor()\n"
SEND = "def send(chat, text):\n    return chat.send_message(text).text\n"
CHAT = f"chat = {PLAIN}.start_chat()\n"
CHATS = [
    POOL + "pool.submit(send, chat, 'a')",
    POOL + "pool.map(send, [chat], ['a'])",
    "from multiprocessing import Process\nProcess(target=send, args=(chat, 'a')).start()",
    "import multiprocessing\nmultiprocessing.Pool().starmap(send, [(chat, 'a')])",
    "import multiprocessing as mp\nmp.get_context('spawn').Pool().apply(send, (chat, 'a'))",
    POOL + "import asyncio\nasyncio.get_event_loop().run_in_executor(pool, send, chat, 'a')",
]


@pytest.mark.parametrize("call", CHATS)
def test_a_chat_for_another_process_is_marked(call: str) -> None:
    found = migrated({"main": SETUP + SEND + CHAT + call + "\n"})["main"]
    assert MARK in found


OTHERS = [
    POOL.replace("Process", "Thread") + "pool.submit(send, chat, 'a')",
    "from multiprocessing.pool import ThreadPool\nThreadPool().starmap(send, [(chat, 'a')])",
    "from multiprocessing.dummy import Process\nProcess(target=send, args=(chat, 'a')).start()",
    POOL + "pool.submit(print, 'a')",
]


@pytest.mark.parametrize("call", OTHERS)
def test_a_chat_for_another_thread_is_not(call: str) -> None:
    assert MARK not in migrated({"main": SETUP + SEND + CHAT + call + "\n"})["main"]


def test_a_method_of_a_model_for_another_process_is_marked_and_those_of_others_are_not() -> None:
    drives = "from drives import drive\nfrom multiprocessing import Process\n"
    others = "Process(target=drive.generate_content, args=('a',)).start()\n"
    code = SETUP + drives + POOL + f"model = {PLAIN}\n" + others
    assert MARK not in migrated({"main": code})["main"]
    code += "pool.submit(model.generate_content, 'a')\n"
    assert MARK in migrated({"main": code})["main"]


def test_a_model_and_its_answer_can_be_copied() -> None:
    ask = "def ask(model, text):\n    return model.generate_content(text)\n"
    code = SETUP + ask + POOL + f"print(pool.submit(ask, {PLAIN}, 'a').result().text)\n"
    found = migrated({"main": code})["main"]
    assert MARK not in found
    assert "client.models.generate_content(model=model, contents=text)" in found


ASKER = f"""{SDK}
class Asker:
    def __init__(self, key):
        genai.configure(api_key=key)
        self.model = {PLAIN}

    def ask(self, question):
        return self.model.generate_content(question).text

    def run(self, questions):
        %s
"""
COPIED = [
    "from concurrent.futures import ProcessPoolExecutor\n"
    "        return list(ProcessPoolExecutor().map(self.ask, questions))",
    "import multiprocessing\n        multiprocessing.Process(target=work, args=([self],)).start()",
    "import copy\n        return copy.deepcopy(self)",
]


@pytest.mark.parametrize("body", COPIED)
def test_an_object_that_is_copied_has_no_client_of_its_own(body: str) -> None:
    found = migrated(
        {"main": ASKER % body + "\n\ndef work(askers):\n    print(askers[0].ask('a'))\n"}
    )
    assert "self.client" not in found["main"]
    assert "global client" in found["main"]
    assert (MARK in found["main"]) == ("copy." not in body)


def test_an_object_that_threads_share_has_one() -> None:
    body = COPIED[0].replace("ProcessPool", "ThreadPool")
    assert "self.client = genai.Client(" in migrated({"main": ASKER % body})["main"]
