"""How often things are done in one migration: the work is counted, not the time it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import libcst as cst
import pytest
from tests.engine.programs import CONFIGURE, SDK, migrated

from genai_codemod.engine import load_pack
from genai_codemod.engine.flow import program_facts
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.statements import Interpreter, analyse
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex

PROGRAM = {
    "llm": f'{SDK}{CONFIGURE}model = genai.GenerativeModel("a")\n',
    "app": 'from llm import model\n\nprint(model.generate_content("Hi").text)\n',
    "other": 'from llm import model\n\nprint(model.count_tokens("Hi").total_tokens)\n',
}
# The value goes from one function to the next against their order, one step in each round.
CHAIN = f"""{SDK}
def last():
    return middle()

def middle():
    return first()

def first():
    return genai.GenerativeModel("a")

def idle():
    return "nothing"

print(last(), idle())
"""


def test_each_module_of_a_program_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: Counter[str | bytes] = Counter()
    parse = cst.parse_module

    def counting(source: str | bytes, config: cst.PartialParserConfig | None = None) -> cst.Module:
        parsed[source] += 1
        return parse(source, config) if config is not None else parse(source)

    monkeypatch.setattr(cst, "parse_module", counting)
    after = migrated(PROGRAM)
    assert "genai.Client" in after["llm"]
    assert {name: parsed[text] for name, text in PROGRAM.items()} == dict.fromkeys(PROGRAM, 1)
    assert not any(parsed[text] for text in after.values())


@pytest.mark.parametrize(
    ("line", "analyses"),
    [
        ('model.generate_content("Hi")', 1),
        ("model.generate_content(**unknown())", 1),
        ('options = {"contents": "Hi"}\nmodel.generate_content(**options)', 2),
    ],
)
def test_a_program_is_analysed_once_unless_calls_are_written_out(
    monkeypatch: pytest.MonkeyPatch, line: str, analyses: int
) -> None:
    done = []

    def counting(modules: Sequence[SourceModule], pack: RulePack) -> Interpreter:
        done.append({module.name for module in modules})
        return analyse(modules, pack)

    monkeypatch.setattr(program_facts, "analyse", counting)
    migrated(PROGRAM | {"app": f"from llm import model\n\n{line}\n"})
    # What is left alone in one module makes the engine look at that one again.
    assert [names for names in done if len(names) > 1] == [PROGRAM.keys()] * analyses


def test_a_function_is_executed_again_only_if_what_it_reads_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    executed: Counter[str] = Counter()
    execute = Interpreter._execute

    def counting(self: Interpreter, node: cst.FunctionDef, start: dict[str, object]) -> None:
        if isinstance(node, cst.FunctionDef):
            executed[node.name.value] += 1
        execute(self, node, start)  # type: ignore[arg-type]

    monkeypatch.setattr(Interpreter, "_execute", counting)
    analyse([SourceModule("", SyntaxIndex(cst.parse_module(CHAIN)))], load_pack())
    assert executed == {"idle": 1, "first": 1, "middle": 3, "last": 4}
