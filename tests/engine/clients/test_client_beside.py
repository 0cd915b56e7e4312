"""A second run over a file that the first one migrated in part takes the client that is there."""

from __future__ import annotations

import pytest
from tests.checks import compiles
from tests.engine.programs import ALONE

from genai_codemod.engine import load_pack
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.migrate import migrate_program
from genai_codemod.engine.result import Migration
from genai_codemod.engine.rule_packs.selection import Selection

HEAD = """\
import os
import google.generativeai as genai
from google import genai as google_genai

"""
CONFIGURE = 'genai.configure(api_key=os.environ["K"])\n'
CLIENT = 'client = google_genai.Client(api_key=os.environ["K"])\n'
CALLS = """
file = genai.upload_file("a")
print(list(genai.list_files()))
"""


def migrated(text: str, refused: frozenset[int] = frozenset()) -> str:
    source = Source(text.encode(), selection=Selection(refused=refused))
    (result,) = migrate_program({"": source}, load_pack(), ALONE).values()
    assert isinstance(result, Migration)
    compiles(result.after)
    return result.after.decode()


def test_the_client_is_used_and_the_configuration_goes() -> None:
    assert migrated(HEAD + CONFIGURE + CLIENT + CALLS) == (
        "import os\nfrom google import genai as google_genai\n\n"
        + CLIENT
        + '\nfile = client.files.upload(file="a")\nprint(list(client.files.list()))\n'
    )


def test_the_configuration_stays_for_what_is_left() -> None:
    text = migrated(HEAD + CONFIGURE + CLIENT + CALLS, frozenset({8}))
    assert text == (
        HEAD + CONFIGURE + CLIENT + CALLS.replace("genai.list_files", "client.files.list")
    )


def test_one_run_after_another_makes_what_one_alone_does() -> None:
    legacy = f"import os\nimport google.generativeai as genai\n\n{CONFIGURE}{CALLS}"
    first = migrated(legacy, frozenset({7}))
    assert "client.files.upload" not in migrated(legacy, frozenset({6}))
    assert CONFIGURE + CLIENT in first
    second = migrated(first)
    assert "generativeai" not in second
    assert second.count("Client(") == 1
    assert migrated(legacy).replace("genai", "google_genai").split("client =")[1].strip() == (
        second.split("client =")[1].strip()
    )


@pytest.mark.parametrize(
    "between",
    [
        'client = google_genai.Client(api_key="other")\n',
        'client = google_genai.Client(api_key=os.environ["K"], vertexai=True)\n',
        "print('between')\n" + CLIENT,
        CLIENT + "client = None\n",
        CLIENT + "def reset():\n    global client\n    client = None\n",
        CLIENT + "def other(client):\n    return client\n",
        'client = other.Client(api_key=os.environ["K"])\n',
    ],
)
def test_another_client_is_left_alone(between: str) -> None:
    text = migrated(HEAD + "import other\n" + CONFIGURE + between + CALLS)
    assert "genai_client = google_genai.Client(" in text
    assert "genai_client.files.upload" in text
