import sys
from subprocess import run

import pytest

from genai_codemod.sources.far_readers import reads_answers
from genai_codemod.sources.python import (
    count_markers,
    is_relevant,
    may_call_legacy,
    mentions_legacy,
)

GATE = """
import sys
from genai_codemod.sources.python import is_relevant, mentions_legacy
assert not is_relevant(b"import os")
assert not mentions_legacy(b"import google.genai")
print([name for name in ("libcst", "yaml", "rich", "google.genai") if name in sys.modules])
"""


@pytest.mark.parametrize(
    "data",
    [
        b"import google.generativeai as genai\n",
        b"from google.ai import generativelanguage as glm\n",
        b"importlib.import_module('google.generativeai')\r\n",
    ],
)
def test_a_module_that_names_the_legacy_sdk_passes_the_gate(data: bytes) -> None:
    assert mentions_legacy(data)
    assert is_relevant(data)


@pytest.mark.parametrize("data", [b"", b"import os\n", b"from google import genai\n"])
def test_other_modules_stop_at_the_gate(data: bytes) -> None:
    assert not is_relevant(data)


@pytest.mark.parametrize(
    "data",
    [
        b"import google.generativeai as genai\n",
        b"import google.generativeai as genai  # later\r\nprint(1)\r\n",
        b"from google import generativeai as palm\ngenai = 1\n",
        b"try:\n    import google.generativeai\nexcept ImportError:\n    pass\n",
        b"from google.ai import generativelanguage as glm\n",
    ],
)
def test_an_import_alone_calls_nothing(data: bytes) -> None:
    assert mentions_legacy(data)
    assert not may_call_legacy(data)


@pytest.mark.parametrize(
    "data",
    [
        b"import google.generativeai as genai\ngenai.upload_file(x)\n",
        b"import google.generativeai as genai\nask(genai)\n",
        b"import google.generativeai\ngoogle.generativeai.upload_file(x)\n",
        b"from google.generativeai import upload_file\nupload_file(x)\n",
        b"from google.generativeai import *\n",
        b"import google.generativeai as a, google.generativeai as b\n",
        b"import_module('google.generativeai')\n",
    ],
)
def test_what_may_call_the_legacy_sdk(data: bytes) -> None:
    assert may_call_legacy(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"print(answer.candidates)\n", True),
        (b"from job import run\ntry:\n    run()\nexcept ValueError:\n    pass\n", True),
        (
            b"import job\nx = job.X()\ntry:\n    x()\nexcept (KeyError, IndexError):\n    pass\n",
            True,
        ),
        (b"from json import loads\ntry:\n    loads(x)\nexcept ValueError:\n    pass\n", False),
        (b"with suppress(ValueError):\n    run()\n", True),
        (b"@app.errorhandler(ValueError)\ndef bad(error): ...\n", True),
        (b"from job import run\ntry:\n    run()\nexcept KeyError:\n    pass\n", False),
        (b"raise ValueError('no')\n", False),
        (b"print(answer.text)\n", True),
        (b"import requests\nprint(requests.get(url).text)\n", False),
    ],
)
def test_what_reads_answers_or_handles_what_that_raises(data: bytes, expected: bool) -> None:
    assert reads_answers(data) == expected


def test_a_marker_of_an_earlier_run_is_relevant() -> None:
    data = b"# TODO(genai-codemod): tuning has no counterpart\ntune()\n"
    assert is_relevant(data)
    assert not mentions_legacy(data)


def test_markers_are_counted_by_line_and_only_in_comments() -> None:
    data = (
        b"# TODO(genai-codemod): one\r\n"
        b"call()  # TODO(genai-codemod): two TODO(genai-codemod)\r\n"
        b"command = 'grep -rn TODO(genai-codemod)'\r\n"
        b"# TODO: not ours"
    )
    assert count_markers(data) == 2


def test_the_gate_imports_nothing_heavy() -> None:
    done = run([sys.executable, "-c", GATE], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
