"""Functions that give the legacy module to others."""

from __future__ import annotations

import pytest

from genai_codemod.engine import load_pack, migrate_source

RULE = "[legacy.module-as-value]"
GIVEN = """
def sdk():
    import google.generativeai as genai

    return genai


"""


def migrated(program: str) -> str:
    """The program after the migration."""
    return migrate_source(program.encode(), load_pack()).after.decode()


@pytest.mark.parametrize(
    "uses",
    [
        "genai = sdk()\ngenai.configure(api_key='k')\nprint(genai.GenerativeModel('m').model_name)",
        "def ask():\n    genai = sdk()\n    genai.configure(api_key='k')\n"
        "    return genai.GenerativeModel('m').generate_content('x')\n",
    ],
)
def test_a_module_that_is_only_called_on_is_the_new_one(uses: str) -> None:
    after = migrated(GIVEN + uses)
    assert RULE not in after
    assert "import google.generativeai" not in after
    assert "    return genai\n" in after


@pytest.mark.parametrize(
    "uses",
    [
        "genai = sdk()\nrun(genai)",
        "genai = sdk()\nprint(genai.unknown_name)",
        "run(sdk())",
        "run(sdk)",
        "",
        "modules = [sdk()]\nprint(modules)",
        "def again():\n    return sdk()\n",
    ],
)
def test_a_module_that_gets_out_of_sight_is_marked(uses: str) -> None:
    assert RULE in migrated(GIVEN + uses)


def test_a_module_keeps_its_name() -> None:
    program = GIVEN.replace("genai\n", "gemini\n") + "gemini = sdk()\ngemini.configure()\n"
    after = migrated(program)
    assert "from google import genai as gemini" in after
    assert "    return gemini\n" in after
