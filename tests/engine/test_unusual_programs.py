"""Programs whose meaning is easily lost: each one is proved, or has a marker that says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.checks import MARKER
from tests.recorder import record

from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.shim.comparison import compare
from genai_codemod.testing import differing, told

HEAD = """import google.generativeai as genai
from google.generativeai.types import HarmCategory

genai.configure(api_key="KEY")
"""
PROGRAMS = {
    "appended history": """
chat = genai.GenerativeModel("a").start_chat()
chat.history.append({"role": "user", "parts": ["A"]})
chat.history.append({"role": "model", "parts": ["B"]})
print(chat.send_message("x").text)
""",
    "shortened history": """
chat = genai.GenerativeModel("a").start_chat()
print(chat.send_message("x").text)
chat.history.pop()
chat.history.pop()
print(chat.send_message("y").text)
""",
    "deleted history": """
chat = genai.GenerativeModel("a").start_chat()
print(chat.send_message("x").text)
del chat.history[:]
print(chat.send_message("y").text)
""",
    "history under another name": """
chat = genai.GenerativeModel("a").start_chat()
turns = chat.history
turns.append({"role": "user", "parts": ["A"]})
turns.append({"role": "model", "parts": ["B"]})
print(chat.send_message("x").text)
""",
    "subclass": """
class Poet(genai.GenerativeModel):
    def ask(self, prompt):
        return self.generate_content(prompt).text


print(Poet("a").ask("x"))
""",
    "nonlocal": """
def run():
    model = None

    def start():
        nonlocal model
        model = genai.GenerativeModel("a", system_instruction="S")

    start()
    return model.generate_content("x").text


print(run())
""",
    "yielded from a context manager": """
from contextlib import contextmanager


@contextmanager
def opened():
    yield genai.GenerativeModel("a", system_instruction="S")


with opened() as model:
    print(model.generate_content("x").text)
""",
    "statements on one line": """
model = genai.GenerativeModel("a", system_instruction="S"); print(model.generate_content("x").text)
""",
    "late import below a helper": """
import pprint


def embed(texts):
    return genai.embed_content(model="models/e", content=texts)["embedding"]


print(len(embed(["a"])), len(embed("b")))
""",
    "isinstance of a model": """
model = genai.GenerativeModel("a")
print(isinstance(model, genai.GenerativeModel), model.generate_content("x").text)
""",
    "mode of a tool config per call": """
tool = {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}
model = genai.GenerativeModel("a", tools=[{"function_declarations": [tool]}])
off = {"function_calling_config": "none"}
print(model.generate_content("x", tool_config=off).text)
print(model.generate_content("x", tool_config={"function_calling_config": "none"}).text)
""",
    "cache in a list": """
caches = [genai.caching.CachedContent.create("m", contents=[text]) for text in ("a", "b")]
for each in caches:
    each.update(ttl=60)
for each in caches:
    print(each.expire_time)
""",
    "cache of the module updated by a function": """
cache = genai.caching.CachedContent.create("m", contents=["a"])


def keep():
    cache.update(ttl=60)


keep()
print(cache.expire_time)
""",
    "cache updated under another name": """
cache = genai.caching.CachedContent.create("m", contents=["a"])
same = cache
same.update(ttl=60)
print(cache.expire_time, same.expire_time)
""",
    "caches by name in a comprehension": """
names = [genai.caching.CachedContent.create("m", contents=["a"]).name]
models = [genai.GenerativeModel.from_cached_content(name) for name in names]
print(models[0].generate_content("x").text)
""",
    "cache whose name hides a variable": """
cached_content = genai.caching.CachedContent.create("m", contents=["a"]).name
model = genai.GenerativeModel.from_cached_content(cached_content=cached_content)
print(model.generate_content("x").text, cached_content)
""",
    "cached or plain model": """
def ask(cache):
    kind = genai.GenerativeModel
    model = kind.from_cached_content(cache) if cache else kind("a", system_instruction="S")
    return model.generate_content("x").text


print(ask(genai.caching.CachedContent.create("m", contents=["a"])), ask(None))
""",
    "numbers of categories": """
safety = {each: "BLOCK_NONE" for each in HarmCategory if each.value in (7, 8, 9, 10)}
print(genai.GenerativeModel("a", safety_settings=safety).generate_content("x").text)
""",
}


def markers(source: str) -> list[str]:
    """The markers of calls; those about configure() say nothing about the rest."""
    lines = [line for line in source.splitlines() if MARKER in line]
    return [line for line in lines if not re.search(r"\[(client|imports)\.", line)]


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_is_proved_or_marked(program: str, tmp_path: Path) -> None:
    before, after = tmp_path / "before" / "before.py", tmp_path / "after" / "after.py"
    for file in (before, after):
        file.parent.mkdir()
    before.write_text(HEAD + program)
    after.write_bytes(migrate_source(before.read_bytes(), load_pack()).after)
    assert after.read_bytes() != before.read_bytes()
    comparison = compare(record(before), record(after))
    assert comparison.request_count > 0
    assert comparison.ending_before == ""
    assert not differing(comparison) or markers(after.read_text()), told(comparison)


def test_an_embedding_of_nothing_stays_a_mistake() -> None:
    source = HEAD + 'print(genai.embed_content(model="models/e")["embedding"])\n'
    after = migrate_source(source.encode(), load_pack()).after.decode()
    assert 'client.models.embed_content(model="models/e").embeddings[0].values' in after


IMPORTED_BELOW = """import google.api_core.exceptions


def delete():
    try:
        job = genai.create_tuned_model("a", [("b", "c")])
    except google.api_core.exceptions.AlreadyExists:
        pass
    import google.generativeai as genai

    print(genai.get_model("tunedModels/a"))


def share():
    import google.generativeai as genai

    genai.get_model("tunedModels/a").permissions.create(role="READER")
"""


def test_what_a_function_imports_below_is_known_in_the_next_run() -> None:
    after = migrate_source(IMPORTED_BELOW.encode(), load_pack()).after
    assert b"errors.ClientError" in after
    assert migrate_source(after, load_pack()).after == after
