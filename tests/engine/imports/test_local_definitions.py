"""A module that can be imported without the old SDK can be imported without the new one."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.fixtures.cases import FIXTURES

from genai_codemod.engine import load_pack, migrate_source

# Importing anything of Google fails here, as where no SDK is installed.
RUN = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "google":
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
sys.path.insert(0, sys.argv[1])
import after
"""


@pytest.mark.parametrize(
    "case", ["optional-in-methods", "optional-in-functions", "both-in-functions"]
)
def test_a_migrated_module_is_imported_without_the_sdk(case: str) -> None:
    folder = FIXTURES / "imports" / case
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_name_that_is_imported_with_others_is_not_imported_again() -> None:
    source = (
        "from typing import Any, Optional\n\nimport google.generativeai as genai\n\n\n"
        "def ask(question: Any) -> Optional[str]:\n"
        "    try:\n"
        '        return genai.GenerativeModel("gemini-3.6-flash").generate_content(question).text\n'
        "    except ValueError:\n"
        "        return None\n"
    )
    after = migrate_source(source.encode(), load_pack()).after.decode()
    assert "_response_text" in after
    assert after.count("from typing import") == 1
