"""What a chat or stream that outlives a function, or a run of a script, does to its client."""

from __future__ import annotations

import pytest

from genai_codemod.engine import load_pack, migrate_source

HEAD = """\
import google.generativeai as genai


def make(key, found):
    genai.configure(api_key=key)
    model = genai.GenerativeModel("gemini-1.5-flash")
    chat = model.start_chat()
"""


def migrated(text: str) -> str:
    return migrate_source(text.encode(), load_pack()).after.decode()


@pytest.mark.parametrize(
    "end",
    [
        "found[key] = chat",
        "found.append(chat)",
        "return [chat]",
        "return {n: model.start_chat() for n in found}",
        "return lambda question: chat.send_message(question).text",
        "return (chunk.text for chunk in chat.send_message(found, stream=True))",
    ],
)
def test_client_of_what_leaves_a_function_is_kept(end: str) -> None:
    assert "client = _kept_client(key)" in migrated(f"{HEAD}    {end}\n")


@pytest.mark.parametrize(
    "end",
    [
        "return chat.send_message(found).text",
        'return "".join(chunk.text for chunk in chat.send_message(found, stream=True))',
        "return [chunk.text for chunk in chat.send_message(found, stream=True)]",
        "print(len(chat.history))",
    ],
)
def test_client_of_what_stays_in_a_function_is_its_own(end: str) -> None:
    assert "    client = genai.Client(api_key=key)" in migrated(f"{HEAD}    {end}\n")


@pytest.mark.parametrize(
    ("line", "client"),
    [
        ("import threading", "_kept_client(key)"),
        ("from flask import Flask", "_kept_client(key)"),
        ("", "genai.Client(api_key=key)"),
    ],
)
def test_client_that_another_thread_may_replace_is_kept(line: str, client: str) -> None:
    text = f"""\
{line}
import google.generativeai as genai


def configure(key):
    genai.configure(api_key=key)


def ask(question):
    print(genai.GenerativeModel("gemini-1.5-flash").generate_content(question).text)
"""
    assert f"    client = {client}\n" in migrated(text)
