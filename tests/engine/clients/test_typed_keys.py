"""Pages that are shown before a key is typed must go on showing."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from genai_codemod.engine import load_pack, migrate_source

PACK = load_pack()
HEAD = "import google.generativeai as genai\nimport streamlit as st\n\n"
TYPED = 'key = st.text_input("Key")\ngenai.configure(api_key=key)\n'
ASK = (
    'if st.text_input("Ask"):\n    print(genai.GenerativeModel("m").generate_content("Hi").text)\n'
)
IF_TYPED = TYPED.replace("genai.", "if key:\n    genai.")
UNTIL_TYPED = TYPED.replace("genai.", "if not key:\n    st.stop()\ngenai.")
MARKER = "[client.typed-key]"


def migrated(source: str) -> str:
    after = migrate_source((HEAD + source).encode(), PACK).after.decode()
    assert "from google import genai" in after
    return after


def indented(source: str) -> str:
    return "".join(f"    {line}" for line in source.splitlines(keepends=True))


@pytest.mark.parametrize(
    "program",
    [
        TYPED + ASK,
        TYPED + "def ask(text):\n"
        '    return genai.GenerativeModel("m").generate_content(text).text\n\n'
        'if st.text_input("Ask"):\n    print(ask("Hi"))\n',
        f"def main():\n{indented(IF_TYPED)}\nmain()\n",
    ],
)
def test_the_first_page_is_shown_without_a_key(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    page = ModuleType("streamlit")
    page.__dict__["text_input"] = lambda _: ""
    monkeypatch.setitem(sys.modules, "streamlit", page)
    after = migrated(program)
    assert MARKER not in after
    exec(compile(after, "page", "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize(
    "program",
    [
        'genai.configure(api_key=st.text_input("Key"))\n' + ASK,
        f"{TYPED}chat = genai.GenerativeModel('m').start_chat()\n{ASK}",
        f"def main():\n{indented(TYPED + ASK)}\nmain()\n",
        f"with st.sidebar:\n{indented(TYPED)}{ASK}",
    ],
)
def test_a_client_that_is_built_before_the_key_is_typed_is_marked(program: str) -> None:
    assert MARKER in migrated(program)


@pytest.mark.parametrize(
    "program",
    [
        UNTIL_TYPED + ASK,
        f"def main():\n{indented(IF_TYPED + ASK)}\nmain()\n",
        'key = st.secrets["KEY"]\ngenai.configure(api_key=key)\n' + ASK,
    ],
)
def test_a_key_that_is_asked_for_needs_no_marker(program: str) -> None:
    assert MARKER not in migrated(program)
