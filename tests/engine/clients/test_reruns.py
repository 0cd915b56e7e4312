"""Streamlit runs a script anew for each event: what a session keeps must go on working."""

from __future__ import annotations

import gc
import sys
from types import ModuleType

import pytest

from genai_codemod.engine import load_pack, migrate_source

PACK = load_pack()
HEAD = "import google.generativeai as genai\nimport streamlit as st\n\n"
CONFIGURED = f'{HEAD}genai.configure(api_key="K")\n'
CHAT = 'genai.GenerativeModel("gemini-3.6-flash").start_chat()'
TALK = 'print(st.session_state.chat.send_message("Hello").text)\n'
ASK = 'print(genai.GenerativeModel("gemini-3.6-flash").generate_content("Hello").text)\n'


SETUP = "def setup():\n    {}\n\n"
SETUP_KEY = SETUP.format('genai.configure(api_key="K")')


class _State(dict[str, object]):
    def __getattr__(self, name: str) -> object:
        return self[name]

    def __setattr__(self, name: str, value: object) -> None:
        self[name] = value


def migrated(source: str) -> str:
    return migrate_source(source.encode(), PACK).after.decode()


@pytest.mark.parametrize("target", ["st.session_state.chat", 'st.session_state["chat"]'])
def test_a_chat_in_the_session_takes_its_client_along(target: str) -> None:
    after = migrated(
        f'{CONFIGURED}if "chat" not in st.session_state:\n    {target} = {CHAT}\n{TALK}'
    )
    assert "    st.session_state.client = client\n" in after
    assert "TODO" not in after


def test_the_session_keeps_its_own_client() -> None:
    after = migrated(
        f'{CONFIGURED}st.session_state.client = "Ann"\nst.session_state.chat = {CHAT}\n'
    )
    assert "st.session_state.genai_client = client\n" in after


def test_each_of_several_chats_takes_its_client_along() -> None:
    after = migrated(f"{CONFIGURED}def add(name):\n    st.session_state.chats[name] = {CHAT}\n")
    assert '    st.session_state.setdefault("clients", []).append(client)\n' in after


def test_a_client_is_open_in_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    source = f'{CONFIGURED}if "chat" not in st.session_state:\n    st.session_state.chat = {CHAT}\n'
    code = compile(migrated(source), "script.py", "exec")
    streamlit = ModuleType("streamlit")
    state = _State()
    streamlit.session_state = state  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "streamlit", streamlit)
    for _ in range(2):
        exec(code, ModuleType("__main__").__dict__)
        gc.collect()
    chat = state["chat"]
    assert not chat._modules._api_client._httpx_client.is_closed  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "source",
    [
        "@st.cache_resource\ndef prepare():\n    {}\n\nprepare()\n",
        "@st.cache_data(show_spinner=False)\ndef prepare():\n    {}\n\nprepare()\n",
        'if "ready" not in st.session_state:\n    {}\n    st.session_state.ready = True\n',
        'if st.sidebar.button("Save"):\n    {}\n',
        f"{SETUP}if 'ready' not in st.session_state:\n    setup()\n",
        f"{SETUP}if not st.session_state.get('ready'):\n    setup()\n",
        f"{SETUP}if st.session_state.ready is None and True:\n    setup()\n",
        f"{SETUP}def save():\n    setup()\n\nif st.button('Save'):\n    save()\n",
        f"{SETUP}st.text_input('Key', on_change=setup)\n",
        "def setup():\n    if 'ready' in st.session_state:\n        return\n    {}\n\nsetup()\n",
    ],
)
def test_a_client_that_only_some_runs_make_is_marked(source: str) -> None:
    configured = source.format('genai.configure(api_key="K")')
    assert "[client.rerun]" in migrated(HEAD + configured + ASK)


def test_a_chat_that_is_cached_is_marked() -> None:
    cached = f"@st.cache_resource\ndef start():\n    return {CHAT}\n"
    assert "[client.rerun]" in migrated(
        f"{CONFIGURED}{cached}print(start().send_message('a').text)\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        f'if key := st.text_input("Key"):\n    genai.configure(api_key=key)\n    {ASK}',
        f'genai.configure(api_key="K")\n{ASK}',
        f'genai.configure(api_key="K")\nchat = {CHAT}\nprint(chat.send_message("a").text)\n',
        f'if st.button("Go"):\n    genai.configure(api_key="K")\n    {ASK}',
        f'def go():\n    genai.configure(api_key="K")\n    {ASK}\nst.button("Go", on_click=go)\n',
        f'{SETUP_KEY}def ask():\n    {ASK}\nif st.button("Go"):\n    setup()\n    ask()\n',
        f'{SETUP_KEY}setup()\nif st.button("Again"):\n    setup()\n{ASK}',
    ],
)
def test_what_every_run_makes_is_no_matter(source: str) -> None:
    after = migrated(HEAD + source)
    assert "genai.Client(" in after
    assert "session_state" not in after
    assert "TODO" not in after
