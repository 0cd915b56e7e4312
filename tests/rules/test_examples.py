"""The examples of rules are programs: the codemod migrates them, and they do the same after."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from PIL import Image
from tests.checks import MARKER, compiles, unbound_names, unmarked_legacy_names
from tests.fixtures.cases import DEFAULT_PAIRS, made
from tests.recorder import record

from genai_codemod import engine
from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.engine.result import Migration
from genai_codemod.engine.rule_packs.catalogue import Entry, catalogue
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.library.checking import mark_refused
from genai_codemod.shim.comparison import compare
from genai_codemod_rules import google_genai_upgrade, openai_compat, vertexai

PACK = load_pack()
ENTRIES = catalogue(PACK)
# Some rules of the engine are about what only other packs declare.
OTHERS = (google_genai_upgrade.load(), openai_compat.load(), vertexai.load())
EXPLAINED = ENTRIES.keys() | {rule for pack in OTHERS for rule in catalogue(pack)}
PROGRAMS = {entry.program: rule for rule, entry in reversed([*ENTRIES.items()]) if entry.program}
SOURCES = (
    *(Path(engine.__file__).parent.rglob("*.py")),
    *(Path(__file__).parents[2] / "rules").rglob("*.py"),
)

each_rule = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)


@cache
def migrated(program: str) -> Migration:
    return mark_refused(migrate_source(program.encode(), PACK), PACK)


def test_every_rule_has_an_example() -> None:
    assert [rule for rule, entry in ENTRIES.items() if not entry.program] == []


def test_every_rule_that_the_codemod_names_is_explained() -> None:
    named = {finding.rule for case in DEFAULT_PAIRS.values() for finding in made(case).findings}
    assert named - ENTRIES.keys() == set()


def test_every_rule_says_what_it_is_about() -> None:
    silent = [e.rule for e in ENTRIES.values() if not (e.about or e.becomes or e.manual)]
    assert silent == []


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.stem)
def test_every_rule_of_the_engine_and_of_converters_is_explained(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Rule" and node.args:
            if isinstance(node.args[0], ast.Constant):
                assert node.args[0].value in EXPLAINED


@each_rule
def test_the_codemod_finds_the_rule_in_its_example(entry: Entry) -> None:
    assert entry.program
    migration = migrated(entry.program)
    found = {finding.rule for finding in migration.findings}
    assert entry.rule in found or f"[{entry.rule}]" in migration.after.decode()


@each_rule
def test_an_example_of_a_manual_rule_is_marked(entry: Entry) -> None:
    assert entry.program
    if entry.manual:
        assert f"[{entry.rule}]" in migrated(entry.program).after.decode()


@pytest.mark.parametrize("program", PROGRAMS, ids=PROGRAMS.values())
def test_the_result_is_a_whole_program(program: str) -> None:
    after = migrated(program).after
    compiles(after)
    assert unmarked_legacy_names(after) == []
    assert unbound_names(after) <= unbound_names(program.encode())
    assert migrate_source(after, PACK).after == after


# -- on both SDKs, each as far as it is not left to a person --------------------------------------

# The pairs of the pack for google-genai itself are run on the releases that they are about.
EVERY = {
    program: (pack, rule)
    for pack in (PACK, openai_compat.load(), vertexai.load())
    for rule, entry in reversed([*catalogue(pack).items()])
    if (program := entry.program)
}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("program", "pack"),
    [(program, pack) for program, (pack, _) in EVERY.items()],
    ids=[rule for _, rule in EVERY.values()],
)
def test_an_example_does_the_same_after_the_migration(
    program: str, pack: RulePack, tmp_path: Path
) -> None:
    migration = mark_refused(migrate_source(program.encode(), pack), pack)
    if MARKER.encode() in migration.after:
        return
    before, migrated_to = tmp_path / "before.py", tmp_path / "after.py"
    before.write_text(program)
    migrated_to.write_bytes(migration.after)
    (tmp_path / "notes.txt").write_text("Remember the milk.")
    for name in ("cat.png", "dog.png"):
        Image.new("RGB", (1, 1)).save(tmp_path / name)
    comparison = compare(record(before), record(migrated_to))
    entries = catalogue(pack)
    differs = any(entries[finding.rule].differs for finding in migration.findings)
    assert comparison.same_ending
    assert not comparison.ending_before
    assert comparison.same_requests or (differs and pack is not PACK)
    assert comparison.same_output or differs
