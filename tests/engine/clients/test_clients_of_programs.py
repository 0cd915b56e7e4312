"""How the modules of a program share a client."""

from __future__ import annotations

import pytest
from tests.engine.programs import (
    ASK,
    CONFIGURE,
    PLAIN,
    SDK,
    SET,
    SETUP,
    migrated,
    results,
    squeezed,
)

from genai_codemod.engine.result import Migration


def test_a_chat_that_is_renewed_has_the_client_of_its_object() -> None:
    llm = SDK + (
        "class Bot:\n    def __init__(self, key):\n        genai.configure(api_key=key)\n"
        f"        model = {PLAIN}\n        self.chat = model.start_chat()\n"
        "    def forget(self):\n        self.chat.history = []\n"
    )
    found = migrated({"llm": llm, "main": "from llm import Bot\nBot('K').forget()\n"})
    renewed = "self.chat = self.client.chats.create(model=self.chat_model"
    assert renewed in squeezed(found["llm"])


def test_a_client_at_module_level_is_imported() -> None:
    found = migrated({"llm": SETUP + f"model = {PLAIN}\n", "main": "from llm import model\n" + ASK})
    assert found["main"].startswith("from llm import client, model\n")


def test_a_client_that_is_made_when_it_is_needed_is_imported() -> None:
    llm = f"import os\n{SDK}genai.configure(api_key=os.getenv('K'))\nmodel = {PLAIN}\n"
    found = migrated({"llm": llm, "main": "from llm import model\n" + ASK})
    assert "def get_client()" in found["llm"]
    assert found["main"].startswith("from llm import get_client, model\n")
    assert "return get_client().models" in found["main"]


def test_a_client_that_a_function_makes_is_imported_when_it_is_used() -> None:
    llm = SDK + f"def start():\n    {CONFIGURE}model = {PLAIN}\n"
    found = migrated({"llm": llm, "main": "from llm import model\n" + ASK})
    assert "global client" in found["llm"]
    assert "    from llm import client\n\n    return client\n" in found["main"]


def test_a_client_is_imported_below_a_docstring() -> None:
    main = (
        '"""About."""\n\n\ndef ask():\n    from llm import model\n    return model.start_chat()\n'
    )
    found = migrated({"llm": SETUP + f"model = {PLAIN}\n", "main": main})
    assert found["main"].startswith('"""About."""\n\nfrom llm import client\n\n\ndef ask()')


def test_names_of_clients_that_are_taken() -> None:
    main = "from llm import model\nclient = 'mine'\n" + ASK
    found = migrated({"llm": SETUP + f"model = {PLAIN}\n", "main": main})
    assert "from llm import client as genai_client, model" in found["main"]
    assert "genai_client.models" in found["main"]
    assert "client = 'mine'" in found["main"]


BASE = (
    SDK + "class Base:\n    def __init__(self):\n        " + CONFIGURE + f"        self.m = {SET}\n"
)


def test_a_base_class_in_another_file_has_the_client() -> None:
    sub = "from base import Base\nclass Sub(Base):\n    def ask(self):\n"
    sub += "        return self.m.generate_content('x')\n"
    found = migrated({"base": BASE, "sub": sub})
    assert 'self.client = genai.Client(api_key="K")' in found["base"]
    assert "self.client.models.generate_content(" in found["sub"]
    assert "config=self.m_config" in found["sub"]


def test_a_client_attribute_has_the_same_name_in_all_classes() -> None:
    one = "from base import Base\nclass One(Base):\n    client = 'mine'\n    def ask(self):\n"
    two = "from base import Base\nclass Two(Base):\n    def ask(self):\n"
    use = "        return self.m.generate_content('x')\n"
    found = migrated({"base": BASE, "one": one + use, "two": two + use})
    for text in found.values():
        assert "self.genai_client" in text


def test_the_client_of_an_object_at_hand() -> None:
    main = "from base import Base\nbase = Base()\nbase.m.generate_content('x')\n"
    use = "    def ask(self):\n        return self.m.generate_content('x')\n"
    found = migrated({"base": BASE + use, "main": main})
    assert "base.client.models.generate_content(" in found["main"]
    assert "self.client = " in found["base"]


def test_two_modules_that_configure() -> None:
    files = {
        "one": SETUP + f"model = {PLAIN}\n",
        "two": SETUP + f"import one\n{PLAIN}.generate_content('x')\n",
        "user": "from one import model\nimport two\n" + ASK,
    }
    found = migrated(files)
    assert "[client.not-configured-here]" in found["user"]


def test_a_client_of_its_own_is_marked_even_in_a_script() -> None:
    main = SETUP + f"import worker\nmodel = {PLAIN}\nprint(worker.ask(model))\n"
    worker = "def ask(model):\n    return model.generate_content('x')\n"
    worker += "if __name__ == '__main__':\n    print('nothing')\n"
    found = migrated({"main": main, "worker": worker})
    assert "[client.not-configured-here]" in found["worker"]


@pytest.mark.parametrize(("other", "noted"), [("ONE", 0), ("TWO", 2)])
def test_keys_that_differ_between_files_are_noted(other: str, noted: int) -> None:
    files = {
        name: f"import os\n{SDK}genai.configure(api_key=os.environ['{key}'])\nmodel = {PLAIN}\n"
        for name, key in (("one", "ONE"), ("two", other))
    }
    found = results({**files, "main": "import one\nimport two\n"})
    notes = [
        finding
        for result in found.values()
        if isinstance(result, Migration)
        for finding in result.findings
        if "another file configures another key" in finding.message
    ]
    assert len(notes) == noted
    assert {finding.status for finding in notes} <= {"note"}
