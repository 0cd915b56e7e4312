"""Names of retired models give way to their successors where that is asked for."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from tests.checks import MARKER
from tests.fixtures.cases import DEFAULT_PAIRS, after
from tests.recorder import record
from tests.rules.retired_models import PACK, migrate, named

from genai_codemod.engine import migrate_source
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.migrate import migrate_program
from genai_codemod.engine.result import Migration
from genai_codemod.shim.comparison import compare
from genai_codemod.testing import Case


def upgraded(program: str) -> str:
    return migrate(program, upgrade_models=True).after.decode()


REACHES = {
    "the argument itself": "genai.GenerativeModel(model_name=NAME).generate_content('Hi')",
    "a prompt elsewhere": "genai.embed_content(model=NAME, content='Hi')",
    "get_model": "genai.get_model(NAME)",
    "the model of a cache": """
        cache = genai.caching.CachedContent.create(model=NAME, contents=['Long'])
        genai.GenerativeModel.from_cached_content(cache).generate_content('Hi')
    """,
    "a constant": """
        MODEL = NAME
        genai.GenerativeModel(MODEL).generate_content('Hi')
    """,
    "the default of a parameter": """
        def ask(name: str = NAME):
            return genai.GenerativeModel(name).generate_content('Hi')
    """,
    "an argument": """
        def ask(name):
            return genai.GenerativeModel(name).generate_content('Hi')

        ask(NAME)
    """,
    "what a function returns": """
        def name():
            return NAME

        genai.GenerativeModel(name()).generate_content('Hi')
    """,
    "an attribute of a class": """
        class Settings:
            model = NAME

        genai.GenerativeModel(Settings().model).generate_content('Hi')
    """,
    "an item of a dict": """
        MODELS = {'fast': NAME}
        genai.GenerativeModel(MODELS['fast']).generate_content('Hi')
    """,
    "the default of a setting": """
        import os
        genai.GenerativeModel(os.getenv('MODEL', NAME)).generate_content('Hi')
    """,
    "the default of unknown settings": """
        from settings import config
        genai.GenerativeModel(config.get('model', NAME)).generate_content('Hi')
    """,
    "one of two names": """
        def ask(name=None):
            return genai.GenerativeModel(name or NAME).generate_content('Hi')
    """,
    "a name that a prefix is put before": """
        MODEL = NAME
        genai.GenerativeModel(f'models/{MODEL}').generate_content('Hi')
    """,
    "a loop": """
        for name in [NAME]:
            genai.GenerativeModel(name).generate_content('Hi')
    """,
}


@pytest.mark.parametrize("program", REACHES.values(), ids=REACHES)
def test_a_name_that_reaches_a_call_is_replaced(program: str) -> None:
    after = upgraded(program.replace("NAME", '"gemini-2.0-flash"'))
    assert '"gemini-3.6-flash"' in after
    assert "gemini-2.0-flash" not in after
    assert "[model.retired]" not in after


REACHES_NOT = {
    "another text": "MODELS = [NAME]\nprint(MODELS)",
    "a part of a name": """
        genai.GenerativeModel(NAME + '-tuned').generate_content('Hi')
    """,
    "a prefix of another kind": """
        genai.GenerativeModel(f'tunedModels/{NAME}').generate_content('Hi')
    """,
    "a choice": """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument('--model', choices=[NAME])
        genai.GenerativeModel(parser.parse_args().model).generate_content('Hi')
    """,
    "a prompt": "genai.GenerativeModel('gemini-3.6-flash').generate_content(NAME)",
}


@pytest.mark.parametrize("program", REACHES_NOT.values(), ids=REACHES_NOT)
def test_a_text_that_is_not_seen_to_reach_a_call_stays(program: str) -> None:
    migration = migrate(program.replace("NAME", '"gemini-2.0-flash"'), upgrade_models=True)
    assert b'"gemini-2.0-flash"' in migration.after
    assert [finding.status for finding in named(migration)] == ["note"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'gemini-1.5-pro'", "'gemini-3.8-flash'"),
        ("r'models/gemini-1.5-pro'", "r'models/gemini-3.8-flash'"),
        ('"""gemini-1.5-pro"""', '"""gemini-3.8-flash"""'),
    ],
)
def test_quotes_and_prefixes_stay(before: str, after: str) -> None:
    assert after in upgraded(f"genai.get_model({before})  # gemini-1.5-pro\n")


def test_a_model_without_a_successor_stays() -> None:
    program = "genai.get_model('models/text-bison-001')\n"
    (finding,) = named(migrate(program, upgrade_models=True))
    assert finding.message.endswith("it has no successor")
    assert finding.status == "note"


def test_the_default_is_replaced_too() -> None:
    after = upgraded("print(genai.GenerativeModel().generate_content('Hi').text)\n")
    assert 'model="gemini-3.6-flash"' in after


def test_a_default_of_another_name_is_not_said_to_be_replaced() -> None:
    migration = migrate("genai.GenerativeModel(**options)\n", upgrade_models=True)
    assert named(migration) == []


@pytest.mark.parametrize(
    "decision",
    [
        "if MODEL == 'gemini-pro':\n    print('old')",
        "if MODEL in PRICES:\n    print('known')",
        "print(PRICES[MODEL])",
        "print(PRICES.get(MODEL))",
        "if MODEL.startswith('gemini-pro'):\n    print('old')",
    ],
)
def test_where_a_replaced_name_decides_there_is_a_marker(decision: str) -> None:
    program = f"MODEL = 'gemini-1.5-flash'\nPRICES = load()\ngenai.get_model(MODEL)\n{decision}\n"
    assert MARKER not in migrate(program).after.decode()
    after = upgraded(program)
    assert after.count(MARKER) == 1
    assert "gemini-1.5-flash became gemini-3.6-flash. [model.retired]" in after


@pytest.mark.parametrize("name", ["models/embedding-001", "text-embedding-004"])
def test_vectors_of_another_model_are_marked(name: str) -> None:
    program = f"genai.embed_content(model='{name}', content='Hi')\n"
    assert MARKER not in migrate(program).after.decode()
    after = upgraded(program)
    assert "cannot be compared with stored ones" in after
    assert "gemini-embedding-001'" in after


def test_vectors_of_the_same_model_need_no_marker() -> None:
    after = upgraded("genai.embed_content(model='gemini-embedding-exp-03-07', content='Hi')\n")
    assert "gemini-embedding-001'" in after
    assert MARKER not in after


# -- code that is migrated already ------------------------------------------------------------

MIGRATED = """
from google import genai

client = genai.Client()
MODEL = "gemini-1.5-flash"
PROMPT = "gemini-1.5-flash"


def ask():
    return client.aio.models.generate_content(model=MODEL, contents=PROMPT)
"""


def test_migrated_code_can_be_upgraded_later() -> None:
    migration = migrate_source(MIGRATED.encode(), PACK, upgrade_models=True)
    expected = MIGRATED.replace('MODEL = "gemini-1.5-flash"', 'MODEL = "gemini-3.6-flash"')
    assert migration.after.decode() == expected
    assert Counter(finding.status for finding in named(migration)) == {"note": 1, "rewritten": 1}


@pytest.mark.parametrize(
    "call", ["client.caches.create(model=NAME)", "client.tunings.tune(base_model=NAME)"]
)
def test_other_migrated_calls_that_take_a_model(call: str) -> None:
    program = f"from google import genai\n\nclient = genai.Client()\n{call}\n"
    source = program.replace("NAME", "'gemini-1.5-flash'").encode()
    expected = program.replace("NAME", "'gemini-3.6-flash'")
    assert migrate_source(source, PACK, upgrade_models=True).after.decode() == expected


def test_migrated_code_is_left_alone_otherwise() -> None:
    migration = migrate_source(MIGRATED.encode(), PACK)
    assert (migration.after, migration.findings) == (MIGRATED.encode(), ())


# -- programs of several modules --------------------------------------------------------------

NAMES = b"FAST = 'gemini-1.5-flash'\nOLD = 'gemini-1.0-pro'\n"


USES = b"""
import google.generativeai as genai
import names

genai.GenerativeModel(names.FAST).generate_content("Hi")
"""


LOOKS = b"""
import names

print("cheap" if names.FAST == "gemini-1.5-flash" else "dear")
"""


def program(*, upgrade_models: bool) -> dict[str, Migration]:
    sources = {
        "names": Source(NAMES),
        "uses": Source(USES, {"names": "names"}),
        "looks": Source(LOOKS, {"names": "names"}),
    }
    results = migrate_program(sources, PACK, upgrade_models=upgrade_models)
    return {name: result for name, result in results.items() if isinstance(result, Migration)}


def test_a_name_that_another_module_uses_is_noted_where_it_stands() -> None:
    migrated = program(upgrade_models=False)
    assert migrated["names"].after == NAMES
    fast, old = named(migrated["names"])
    assert (fast.line, fast.message.endswith("use gemini-3.6-flash")) == (1, True)
    assert (old.line, old.message.endswith("(not seen to reach a call)")) == (2, True)
    assert named(migrated["uses"]) == []


def test_a_name_that_another_module_uses_is_replaced_where_it_stands() -> None:
    migrated = program(upgrade_models=True)
    assert migrated["names"].after == NAMES.replace(b"1.5-flash", b"3.6-flash")
    assert [finding.status for finding in named(migrated["names"])] == ["rewritten", "note"]
    assert b"model=names.FAST" in migrated["uses"].after


def test_where_a_replaced_name_of_another_module_decides_there_is_a_marker() -> None:
    assert program(upgrade_models=False)["looks"].markers == 0
    looks = program(upgrade_models=True)["looks"]
    assert looks.markers == 1
    assert b"gemini-1.5-flash became gemini-3.6-flash. [model.retired]" in looks.after


# -- nothing else changes ---------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize("case", DEFAULT_PAIRS.values(), ids=DEFAULT_PAIRS)
def test_only_names_differ_from_a_run_without_upgrades(case: Case) -> None:
    migration = migrate_source(case.before.read_bytes(), PACK, upgrade_models=True)
    assert _with_successors(migration.after) == _with_successors(after(case).read_bytes())
    notes = sum(finding.status == "note" for finding in named(migration))
    assert len(_retired_texts(ast.parse(migration.after))) == notes


@pytest.mark.thorough
@pytest.mark.parametrize("case", DEFAULT_PAIRS.values(), ids=DEFAULT_PAIRS)
def test_a_second_run_upgrades_nothing(case: Case) -> None:
    once = migrate_source(case.before.read_bytes(), PACK, upgrade_models=True)
    again = migrate_source(once.after, PACK, upgrade_models=True)
    assert again.after == once.after


def _with_successors(source: bytes) -> str:
    tree = ast.parse(source)
    for node, name in _retired_texts(tree):
        retired = PACK.retired_model(name)
        assert retired is not None
        node.value = name.replace(retired.name, retired.successor or retired.name)
    return ast.dump(tree)


def _retired_texts(tree: ast.Module) -> list[tuple[ast.Constant, str]]:
    return [
        (node, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and PACK.retired_model(node.value)
    ]


PROGRAM = """
import google.generativeai as genai

genai.configure(api_key="key")
FAST = "models/gemini-1.5-flash"
model = genai.GenerativeModel(FAST, system_instruction="Be brief.")
print(model.generate_content("Hi").text)
print(genai.embed_content(model="models/embedding-001", content=["a", "b"])["embedding"])
"""


def test_an_upgraded_program_does_what_the_old_one_did_with_the_new_names(tmp_path: Path) -> None:
    wanted, made = tmp_path / "wanted.py", tmp_path / "made.py"
    names = {"gemini-1.5-flash": "gemini-3.6-flash", "embedding-001": "gemini-embedding-001"}
    program = PROGRAM
    for old, new in names.items():
        program = program.replace(f"models/{old}", f"models/{new}")
    wanted.write_text(program)
    made.write_bytes(migrate_source(PROGRAM.encode(), PACK, upgrade_models=True).after)
    comparison = compare(record(wanted), record(made))
    assert comparison.same_requests
    assert comparison.same_output
    assert comparison.request_count > 1
