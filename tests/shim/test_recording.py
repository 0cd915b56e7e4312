from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from genai_codemod.shim.recording import ProofError, Recording, record

Run = Callable[..., Recording]

LEGACY_CALL = """
import google.generativeai as genai
genai.GenerativeModel("m").generate_content("Hi")
"""


def test_a_request_is_recorded_as_the_sdk_built_it(run: Run) -> None:
    recording = run(LEGACY_CALL + "print('done')")
    (request,) = recording.requests
    assert request.sdk == "legacy"
    assert request.title == "POST models/m:generateContent"
    assert request.version == "v1beta"
    assert request.body == {
        "contents": [{"parts": [{"text": "Hi"}], "role": "user"}],
        "generationConfig": {},
    }
    assert recording.stdout == "done\n"
    assert recording.ending is None


def test_keys_are_neither_taken_from_the_environment_nor_recorded(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "GOOGLE_API_KEY",
        "GEMINI_API_KEY",
        "MY_API_KEY",
        "GOOGLE_APPLICATION_CREDENTIALS",
    ):
        monkeypatch.setenv(name, "top-secret")
    recording = run(
        """
        import os
        import google.generativeai as genai
        genai.configure(api_key=os.environ["MY_API_KEY"], transport="rest")
        genai.GenerativeModel("m").generate_content("Hi")
        print(sorted(os.environ.items()))
        """
    )
    assert len(recording.requests) == 1
    assert "top-secret" not in str(recording)
    assert "offline" not in str(recording.requests)


def test_files_that_a_program_writes_stay_out_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("data")
    (tmp_path / "sibling.py").write_text("NAME = 'sibling'")
    program = tmp_path / "program.py"
    program.write_text(
        "import sibling\nprint(sibling.NAME, open('data.txt').read())\nopen('new.txt', 'w').close()"
    )
    recording = record(program)
    assert recording.stdout == "sibling data\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "data.txt",
        "program.py",
        "sibling.py",
    ]


def test_a_program_in_a_package_keeps_its_relative_imports(tmp_path: Path) -> None:
    package = tmp_path / "app" / "inner"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").write_text("")
    (package.parent / "names.py").write_text("NAME = 'app'")
    program = package / "program.py"
    program.write_text("from ..names import NAME\nprint(NAME, __name__)")
    assert record(program).stdout == "app __main__\n"
    program.write_text("from ..names import NAME\ndef go(): print(NAME, __name__)")
    assert record(program, call="go").stdout == "app app.inner.program\n"


@pytest.mark.parametrize("call", ["ask", "ask_later", "Test.test_ask"])
def test_a_function_or_a_test_can_be_called(run: Run, call: str) -> None:
    recording = run(
        """
        import unittest
        import google.generativeai as genai
        def ask():
            genai.GenerativeModel("m").generate_content("Hi")
        async def ask_later():
            await genai.GenerativeModel("m").generate_content_async("Hi")
        class Test(unittest.TestCase):
            def setUp(self):
                self.name = "m"
            def test_ask(self):
                genai.GenerativeModel(self.name).generate_content("Hi")
        if __name__ == "__main__":
            raise ValueError("run as a program")
        """,
        call=call,
    )
    assert [request.title for request in recording.requests] == ["POST models/m:generateContent"]
    assert recording.ending is None


def test_a_failing_test_is_an_ending(run: Run) -> None:
    recording = run(
        """
        import unittest
        class Test(unittest.TestCase):
            def test_ask(self):
                self.assertEqual(1, 2)
        """,
        call="Test.test_ask",
    )
    assert recording.ending is not None
    assert recording.ending.message == "AssertionError: 1 != 2"


@pytest.mark.parametrize(
    ("statement", "ending"),
    [
        ("raise SystemExit(0)", None),
        ("raise SystemExit(3)", "SystemExit"),
        ("raise ValueError('x')", "ValueError"),
        ("import google.genai.types as t; t.Content(bogus=1)", "pydantic_core._pydantic_core"),
    ],
)
def test_the_ending_is_recorded(run: Run, statement: str, ending: str | None) -> None:
    recorded = run(statement).ending
    assert (recorded is None) if ending is None else (recorded and recorded.type.startswith(ending))


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('example.com', 443))",
        "import socket; socket.socket().connect(('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('https://example.com')",
        "import asyncio; asyncio.run(asyncio.open_connection('example.com', 443))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.fork()",
        "import os; os.system('true')",
        "import multiprocessing as m; m.get_context('fork').Process(target=print).start()",
    ],
)
def test_a_program_reaches_neither_the_network_nor_another_process(run: Run, attempt: str) -> None:
    recording = run(attempt)
    assert recording.refused
    assert recording.ending is not None
    assert "refused while a program is recorded" in recording.ending.message


@pytest.mark.parametrize(
    "call",
    [
        "import requests; requests.get('https://example.com/v1/path')",
        "import httpx2; httpx2.post('https://example.com/v1/path', json={})",
        "import httplib2; httplib2.Http().request('https://example.com/v1/path')",
        "from google.generativeai import client as c; "
        "c.get_default_retriever_client().list_corpora()",
        "from google import genai; c = genai.Client(); c.models.update(model='m')",
        "from google import genai; c = genai.Client(); c.models.get(model='models/m:predict')",
        "from google import genai; c = genai.Client(); "
        "c.models.generate_content(model=None, contents='a')",
        "import grpc; grpc.insecure_channel('example.com').unary_unary('/a.B/C')(None)",
    ],
)
def test_a_request_that_nobody_can_answer_fails_loudly(run: Run, call: str) -> None:
    with pytest.raises(ProofError, match="which the canned server cannot answer"):
        run(f"try:\n    {call}\nexcept Exception:\n    pass")


def test_requests_of_threads_and_of_the_exit_are_recorded(run: Run) -> None:
    recording = run(
        """
        import atexit, concurrent.futures, threading, time
        import google.generativeai as genai
        def ask(name):
            time.sleep(100)
            genai.GenerativeModel(name).generate_content("Hi")
        atexit.register(ask, "exit")
        threading.Thread(target=ask, args=["thread"]).start()
        concurrent.futures.ThreadPoolExecutor().submit(ask, "pool")
        """
    )
    paths = {request.path for request in recording.requests}
    assert paths == {f"models/{name}:generateContent" for name in ("exit", "thread", "pool")}


def test_two_runs_are_the_same(run: Run) -> None:
    source = """
    import random
    import google.generativeai as genai
    model = genai.GenerativeModel("m")
    print(model.generate_content(f"{random.random()} {hash('text')}").text)
    """
    first, second = run(source, answer="503-once"), run(source, answer="503-once")
    assert first.requests == second.requests
    assert first.stdout == second.stdout


def test_waiting_takes_no_time_but_clocks_advance(run: Run) -> None:
    recording = run(
        """
        import asyncio, time
        start = time.monotonic(), time.time()
        time.sleep(1000)
        asyncio.run(asyncio.sleep(1000))
        print(time.monotonic() - start[0] >= 2000, time.time() - start[1] >= 2000)
        """
    )
    assert recording.stdout == "True True\n"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def broken(:", "is not valid Python"),
        ("import os; os._exit(0)", "ended without a recording"),
        ("import no_such_module", "needs the module no_such_module, which is not installed"),
        (
            "import google.generativeai as genai\n"
            "while True: genai.GenerativeModel('m').count_tokens('a')",
            "sent more than 2000 requests",
        ),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line(run: Run, source: str, message: str) -> None:
    with pytest.raises(ProofError, match=message) as caught:
        run(source)
    assert "\n" not in str(caught.value)


def test_an_absent_sdk_names_what_to_install(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("import sys; sys.modules['google.generativeai'] = None\n" + LEGACY_CALL)
    with pytest.raises(ProofError, match=r"genai-codemod\[prove\]"):
        record(program)


def test_a_module_that_the_new_sdk_never_had_is_an_ending(run: Run) -> None:
    ending = run("import google.genai.generative_models").ending
    assert ending is not None
    assert ending.type == "ModuleNotFoundError"


def test_a_program_that_hangs_is_stopped(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("while True: pass")
    with pytest.raises(ProofError, match="did not end within 1 seconds"):
        record(program, timeout=1)


def test_a_missing_program_and_an_unknown_answer_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProofError, match="cannot be read"):
        record(tmp_path / "missing.py")
    with pytest.raises(ProofError, match="no canned answer is called 'nothing'"):
        record(tmp_path / "missing.py", answer="nothing")


def test_versions_that_send_with_requests_get_what_they_read(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "import requests\n"
        "url = 'https://generativelanguage.googleapis.com/v1beta/models/m:'\n"
        "body = {'contents': [{'parts': [{'text': 'Hi'}], 'role': 'user'}]}\n"
        "headers = {'user-agent': 'google-genai-sdk/1.0.0'}\n"
        "for method in ('generateContent', 'streamGenerateContent?alt=sse'):\n"
        "    answer = requests.post(url + method, json=body, headers=headers, stream=True)\n"
        "    print(next(answer.iter_lines())[:14])\n"
    )
    recording = record(tmp_path / "main.py")
    assert recording.ending is None
    assert [request.sdk for request in recording.requests] == ["new", "new"]
    assert recording.stdout == "b'{\"candidates\":'\nb'data: {\"candid'\n"


def test_vertex_needs_no_credentials(run: Run) -> None:
    recording = run(
        "from google import genai\n"
        "client = genai.Client(vertexai=True, project='p', location='us-central1')\n"
        "print(client.models.generate_content(model='m', contents='Hi').text[:10])\n"
        "for chunk in client.models.generate_content_stream(model='m', contents='Hi'):\n"
        "    print(chunk.text[:5])\n"
    )
    assert recording.ending is None
    assert recording.stdout.startswith("Hello from\nHello\n")
    (request, _) = recording.requests
    assert (
        request.path
        == "projects/p/locations/us-central1/publishers/google/models/m:generateContent"
    )
