"""The client has the name that is asked for, wherever that means nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest
from tests.engine.programs import CONFIGURE, SDK, migrated
from tests.fixtures.cases import PAIRS
from tests.fixtures.cases import migrated as as_usual

from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.engine.clients.client_names import pick, wrong_client_name
from genai_codemod.testing import Case

# As long as the usual name, so that lines break at the same places.
NAME = "kunden"
SOME = "client/"
FEW = [case for name, case in PAIRS.items() if name.startswith(SOME)]
REST = [case for name, case in PAIRS.items() if not name.startswith(SOME)]


def check(cases: Iterable[Case]) -> int:
    """Compare programs with those under the usual name; gives how many could be compared."""
    compared = 0
    for case in cases:
        before = case.before.read_bytes()
        if b"client" in before:
            continue
        after = migrate_source(before, load_pack(), client_name=NAME).after.decode()
        assert after.replace(NAME, "client") == as_usual(case.before).after["before.py"].decode(), (
            case.name
        )
        assert "client" not in global_names(ast.parse(after)), case.name
        compared += NAME in after
    return compared


def global_names(module: ast.Module) -> set[str]:
    """The names that a module reads, the parameters of its functions aside."""
    found: set[str] = set()
    waiting: list[tuple[ast.AST, frozenset[str]]] = [(module, frozenset())]
    while waiting:
        node, parameters = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            arguments = [*node.args.args, *node.args.kwonlyargs]
            parameters |= {argument.arg for argument in arguments}
        if isinstance(node, ast.Name) and node.id not in parameters:
            found.add(node.id)
        waiting += [(child, parameters) for child in ast.iter_child_nodes(node)]
    return found


def test_only_the_name_differs() -> None:
    assert check(FEW) > 10


@pytest.mark.thorough
def test_only_the_name_differs_in_all_programs() -> None:
    assert check(REST) > 100


ASKS = 'genai.GenerativeModel("gemini-3.6-flash").generate_content("Hello")\n'
IN_A_CLASS = f"""{SDK}class Bot:
    def __init__(self, key):
        genai.configure(api_key=key)

    def ask(self):
        return {ASKS}"""


@pytest.mark.parametrize(
    ("program", "name"),
    [
        (SDK + CONFIGURE + ASKS, "gemini"),
        (SDK + CONFIGURE + "gemini = 1\n" + ASKS, "genai_gemini"),
        (SDK + f"def ask(gemini):\n    {CONFIGURE}    {ASKS}", "genai_gemini"),
        (SDK + f"def ask():\n    return {ASKS}", "get_gemini()"),
        (SDK + f"def get_gemini():\n    return {ASKS}", "get_genai_gemini()"),
        (IN_A_CLASS, "self.gemini"),
        (f"{IN_A_CLASS}\n    def gemini(self):\n        pass\n", "self.genai_gemini"),
    ],
)
def test_a_name_that_is_taken_is_not_used(program: str, name: str) -> None:
    after = migrate_source(program.encode(), load_pack(), client_name="gemini").after.decode()
    assert f"{name}.models.generate_content(" in after
    assert "client" not in global_names(ast.parse(after))


def test_a_helper_is_never_hidden() -> None:
    program = f"{SDK}{CONFIGURE}def ask():\n    return {ASKS.strip()}.text\n"
    assert "def _response_text(" in migrate_source(program.encode(), load_pack()).after.decode()
    name = "_response_text"
    after = migrate_source(program.encode(), load_pack(), client_name=name).after.decode()
    assert "genai__response_text.models.generate_content(" in after


SETUP = f"{SDK}{CONFIGURE}"
USER = f"import setup\n{SDK}def ask():\n    return {ASKS}"


def test_modules_can_have_different_names() -> None:
    found = migrated({"setup": SETUP, "user": USER}, {"setup": "gemini", "user": "llm"})
    assert "gemini = genai.Client(" in found["setup"]
    assert "from setup import gemini as llm" in found["user"]
    assert "llm.models.generate_content(" in found["user"]


def test_classes_of_one_family_share_a_name() -> None:
    parent = IN_A_CLASS.partition("    def ask")[0].replace("Bot", "Base")
    child = f"from parent import Base\n{SDK}class Bot(Base):\n    def ask(self):\n        {ASKS}"
    files = {"parent": parent, "child": child}
    found = migrated(files, {"parent": "gemini", "child": "gemini"})
    assert "self.gemini = genai.Client(" in found["parent"]
    assert "self.gemini.models" in found["child"]
    mixed = migrated(files, {"parent": "gemini", "child": "llm"})
    assert "self.client = genai.Client(" in mixed["parent"]
    assert "self.client.models" in mixed["child"]


@pytest.mark.parametrize("name", ["client", "gemini", "_client", "GEMINI", "match"])
def test_a_name_that_can_be_taken(name: str) -> None:
    assert wrong_client_name(name) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("my-client", "cannot be the name of a variable"),
        ("1st", "cannot be the name of a variable"),
        ("", "cannot be the name of a variable"),
        ("kundé", "cannot be the name of a variable"),
        ("class", "cannot be the name of a variable"),
        ("None", "cannot be the name of a variable"),
        ("__client", "means something else in a class"),
        ("input", "is a builtin"),
        ("genai", "is the name of a module"),
        ("functools", "is the name of a module"),
    ],
)
def test_a_name_that_cannot_be_taken(name: str, reason: str) -> None:
    assert reason in (wrong_client_name(name) or "")


def test_there_is_always_a_free_name() -> None:
    assert pick(("a", "b"), {"a", "b", "b_"}) == "b__"
