"""What is known across the files of a program, and what is written because of it."""

from __future__ import annotations

import pytest
from tests.checks import MARKER
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

from genai_codemod.engine.result import Migration, SourceError

# -- values ---------------------------------------------------------------------------------------

MAKERS = {
    "a name": (f"model = {PLAIN}\n", "from llm import model\n", "model", "model"),
    "an alias": (f"model = {PLAIN}\n", "from llm import model as m\n", "m", "m"),
    "an attribute": (f"model = {PLAIN}\n", "import llm\n", "llm.model", "llm.model"),
    "a renamed module": (f"model = {PLAIN}\n", "import llm as ai\n", "ai.model", "ai.model"),
    "a relative import": (f"model = {PLAIN}\n", "from .llm import model\n", "model", "model"),
    "a star": (f"model = {PLAIN}\n", "from llm import *\n", "model", "model"),
    "a function": (
        f"def make():\n    return {PLAIN}\n",
        "from llm import make\nmodel = make()\n",
        "model",
        "model",
    ),
    "a class attribute": (
        f"class Models:\n    fast = {PLAIN}\n",
        "from llm import Models\n",
        "Models.fast",
        "Models.fast",
    ),
    "an object": (
        f"class Models:\n    def __init__(self):\n        self.fast = {PLAIN}\n",
        "from llm import Models\nmodels = Models()\n",
        "models.fast",
        "models.fast",
    ),
    "a property": (
        f"class Models:\n    @property\n    def fast(self):\n        return {PLAIN}\n",
        "from llm import Models\nmodels = Models()\n",
        "models.fast",
        "models.fast",
    ),
    "a late global": (
        f"model = None\ndef start():\n    global model\n    model = {PLAIN}\n",
        "import llm\nllm.start()\n",
        "llm.model",
        "llm.model",
    ),
}


@pytest.mark.parametrize(("making", "importing", "used", "written"), MAKERS.values(), ids=MAKERS)
def test_a_model_is_known_in_another_file(
    making: str, importing: str, used: str, written: str
) -> None:
    main = f'{importing}print({used}.generate_content("x").text)\n'
    found = migrated({"llm": SETUP + making, "main": main})
    assert f'client.models.generate_content(model={written}, contents="x")' in squeezed(
        found["main"]
    )
    assert "GenerativeModel" not in found["llm"]
    assert MARKER not in "".join(found.values())


def test_a_chat_is_known_in_another_file() -> None:
    llm = SETUP + f"chat = {PLAIN}.start_chat()\n"
    main = "from llm import chat\nfor chunk in chat.send_message('x', stream=True):\n    pass\n"
    found = migrated({"llm": llm, "main": main + "print(len(chat.history))\n"})
    assert "chat.send_message_stream('x')" in found["main"]
    assert "chat.get_history" in found["main"]


def test_an_object_that_is_passed_to_another_file() -> None:
    main = SETUP + f"from helper import ask\nmodel = {SET}\nprint(ask(model))\n"
    helper = "def ask(model):\n    return model.generate_content('x')\n"
    found = migrated({"helper": helper, "main": main})
    assert "get_client().models.generate_content(**model, contents='x')" in squeezed(
        found["helper"]
    )


def test_an_attribute_that_another_file_assigns() -> None:
    main = SETUP + f"import state\nstate.model = {SET}\n"
    worker = "import state\nprint(state.model.count_tokens('x').total_tokens)\n"
    found = migrated({"state": "model = None\n", "worker": worker, "main": main})
    assert 'state.model = "a"' in found["main"]
    assert "state.model_config = types.GenerateContentConfig" in found["main"]
    assert "model=state.model, contents='x'" in squeezed(found["worker"])


def test_modules_that_import_each_other() -> None:
    one = SETUP + f"import two\nmodel = {PLAIN}\ndef ask():\n    return two.go()\n"
    two = "def go():\n    from one import model\n    return model.generate_content('x')\n"
    found = migrated({"one": one, "two": two})
    assert "    from one import client\n" in found["two"]
    assert not found["two"].startswith("from one")


def test_a_long_chain_of_imports() -> None:
    files = {"m0": SETUP + f"def make():\n    return {PLAIN}\n"}
    for number in range(1, 16):
        files[f"m{number}"] = f"from m{number - 1} import make as inner\ndef make():\n" + (
            "    return inner()\n"
        )
    # The last ones first: nothing may depend on the order.
    files = dict(reversed(files.items()))
    files["a"] = "from m15 import make\nprint(make().generate_content('x').text)\n"
    assert "models.generate_content(" in migrated(files)["a"]


def test_functions_of_the_same_name_are_not_mixed_up() -> None:
    one = SETUP + f"def get():\n    return {PLAIN}\n"
    two = "def get():\n    return {}\n"
    main = "import one\nimport two\none.get().generate_content('x')\ntwo.get().start_chat()\n"
    found = migrated({"one": one, "two": two, "main": main})
    assert "two.get().start_chat()" in found["main"]
    assert "generate_content(model=" in found["main"].replace("\n    ", "")


# -- forms ----------------------------------------------------------------------------------------


def test_a_model_with_settings_that_is_imported_is_a_pair() -> None:
    main = "from llm import model\nmodel.generate_content('x')\n"
    found = migrated({"llm": SETUP + f"model = {SET}\n", "main": main})
    assert '"config": types.GenerateContentConfig(system_instruction="S")' in found["llm"]
    assert "generate_content(**model, contents='x')" in squeezed(found["main"])


def test_a_model_with_settings_that_is_read_from_its_module_is_split() -> None:
    main = "import llm\nllm.model.generate_content('x')\n"
    found = migrated({"llm": SETUP + f"model = {SET}\n", "main": main})
    assert 'model = "a"\nmodel_config = types.GenerateContentConfig' in found["llm"]
    assert "model=llm.model, contents='x', config=llm.model_config" in squeezed(found["main"])


def test_a_configuration_has_the_same_name_in_every_file() -> None:
    base = SDK + f"class Base:\n    def __init__(self):\n        self.model = {SET}\n"
    sub = (
        "from base import Base\nclass Sub(Base):\n    model_config = {}\n"
        "    def ask(self):\n        return self.model.generate_content('x')\n"
    )
    found = migrated({"base": base, "sub": sub})
    assert "self.model_generate_config = " in found["base"]
    assert "config=self.model_generate_config" in found["sub"]


def test_what_is_left_in_one_file_is_left_in_the_others() -> None:
    llm = SETUP + f"model = {PLAIN}\nprint(vars(model))\n"
    user = "from llm import model\ndef ask(x):\n    return model.generate_content(x)\n"
    config = SDK + "import llm\nconfig = genai.GenerationConfig(top_k=1)\n"
    config += "llm.model.generate_content('x', generation_config=config)\n"
    found = migrated({"llm": llm, "user": user, "config": config})
    assert "return model.generate_content(x)\n" in found["user"]
    assert found["user"].count(MARKER) == 1
    assert "genai.GenerationConfig(top_k=1)" in found["config"]
    assert SDK in found["config"]
    assert SDK in found["llm"]


def test_what_is_left_elsewhere_stays_configured() -> None:
    config = SETUP
    worker = SDK + f"import config\nmodel = {PLAIN}\nprint(vars(model))\n"
    found = migrated({"config": config, "worker": worker})
    assert CONFIGURE in found["config"]
    assert "other files are migrated" in found["config"]


@pytest.mark.parametrize("first", ["main", "messages", "service"])
def test_what_a_call_without_counterpart_gets_from_another_module_stays_with_it(first: str) -> None:
    files = {
        "main": SETUP + f"from service import send\nsend('x')\nmodel = {PLAIN}\n"
        "model.generate_content('x')\n",
        "messages": "from google.generativeai import protos\n"
        "def message(text):\n    return protos.Content(parts=[protos.Part(text=text)])\n",
        "service": "import google.ai.generativelanguage as glm\nfrom messages import message\n"
        "def send(text):\n    return glm.GenerateContentRequest(contents=[message(text)])\n",
    }
    found = migrated({first: files[first]} | files)
    assert "protos.Content(parts=[protos.Part(" in found["messages"]
    assert "migrate this together with glm.GenerateContentRequest(...)" in found["messages"]
    assert "client.models.generate_content(" in found["main"]


# -- settings -------------------------------------------------------------------------------------


def test_settings_that_stand_in_another_file_are_converted_where_they_are_used() -> None:
    consts = "SAFETY = {'HARASSMENT': 'BLOCK_NONE'}\n"
    bot = SETUP + "from consts import SAFETY\n"
    bot += 'model = genai.GenerativeModel("a", safety_settings=SAFETY)\n'
    found = migrated({"consts": consts, "bot": bot + "model.generate_content('x')\n"})
    assert found["consts"] == consts
    assert "_safety_settings(SAFETY)" in found["bot"]


def test_settings_that_another_file_reads_stay_as_they_are() -> None:
    bot = SETUP + "SAFETY = {'HARASSMENT': 'BLOCK_NONE'}\n"
    bot += 'model = genai.GenerativeModel("a", safety_settings=SAFETY)\n'
    bot += "def ask():\n    return model.generate_content('x').text\n"
    alone = migrated({"bot": bot})["bot"]
    assert "SAFETY = [\n" in alone
    for main in ("from bot import SAFETY\n", "import bot\nprint(bot.SAFETY['HARASSMENT'])\n"):
        found = migrated({"bot": bot, "main": main + "import bot\nprint(bot.ask())\n"})
        assert "SAFETY = {'HARASSMENT': 'BLOCK_NONE'}\n" in found["bot"]
        assert "_safety_settings(SAFETY)" in found["bot"]


def test_the_fields_of_a_schema_in_another_file_are_renamed_there() -> None:
    schemas = "ANSWER = {'type_': 'OBJECT', 'properties': {'a': {'type_': 'STRING'}}}\n"
    bot = SETUP + "from schemas import ANSWER\n"
    bot += 'model = genai.GenerativeModel("a", generation_config={"response_schema": ANSWER})\n'
    found = migrated({"schemas": schemas, "bot": bot + "model.generate_content('x')\n"})
    assert found["schemas"] == schemas.replace("type_", "type")


def test_vectors_that_another_file_reads() -> None:
    vec = SETUP + "def embed(text: str):\n"
    vec += "    return genai.embed_content(model='m', content=text)\n"
    main = "from vec import embed\nprint(embed('x')['embedding'])\n"
    found = migrated({"vec": vec, "main": main})
    either = found["vec"] + found["main"]
    assert ("['embedding']" in found["main"]) == ('{"embedding":' in either)


def test_what_is_none_now_is_asked_for_in_a_file_without_the_sdk() -> None:
    llm = SETUP + f"def ask():\n    return {PLAIN}.generate_content('x')\n"
    main = "from llm import ask\nprint(ask().text.strip())\nanswer = ask()\n"
    main += "print(bool(answer.prompt_feedback.block_reason))\n"
    found = migrated({"llm": llm, "main": main})
    assert "answer.prompt_feedback and answer.prompt_feedback.block_reason" in found["main"]


# -- errors ---------------------------------------------------------------------------------------

HANDLER = (
    "from google.api_core.exceptions import ResourceExhausted\nimport {module}\n\n"
    "try:\n    {module}.ask()\nexcept ResourceExhausted:\n    print('slow')\n"
)


def test_errors_of_calls_in_another_file() -> None:
    llm = SETUP + f"def ask():\n    return {PLAIN}.generate_content('x')\n"
    found = migrated({"llm": llm, "main": HANDLER.format(module="llm")})
    assert "except errors.ClientError as error" in found["main"]


def test_errors_of_other_libraries_stay() -> None:
    llm = SETUP + f"import store\ndef ask():\n    return {PLAIN}.generate_content('x')\n"
    main = HANDLER.format(module="store") + "import llm\nprint(llm.ask().text)\n"
    store = "import warehouse\ndef ask():\n    return warehouse.query()\n"
    found = migrated({"llm": llm, "main": main, "store": store})
    assert "client.models.generate_content(" in squeezed(found["llm"])
    assert "except ResourceExhausted:" in found["main"]


TALK = SETUP + f"chat = {PLAIN}.start_chat()\ndef say():\n    return chat.send_message('x').text\n"
BLOCKED = (
    "from google.generativeai.types import BlockedPromptException\n{imports}\n"
    "try:\n    {calls}\nexcept BlockedPromptException:\n    print('blocked')\n"
)


def test_what_a_chat_in_another_file_raised_is_raised_there() -> None:
    main = BLOCKED.format(imports="import llm", calls="llm.say()")
    found = migrated({"llm": TALK, "main": main})
    assert "_checked_answer(chat.send_message('x'))" in found["llm"]
    assert "def _checked_answer" not in found["main"]
    assert "from llm import _BlockedPromptError\n" in found["main"]
    assert "except _BlockedPromptError:" in found["main"]


@pytest.mark.parametrize(("modules", "more"), [(["llm", "other"], ""), (["llm"], "import main\n")])
def test_what_is_raised_where_it_cannot_be_imported_from(modules: list[str], more: str) -> None:
    imports = "\n".join(f"import {name}" for name in modules)
    calls = "; ".join(f"{name}.say()" for name in modules)
    main = BLOCKED.format(imports=imports, calls=calls)
    found = migrated({"main": main} | dict.fromkeys(modules, more + TALK))
    assert "except BlockedPromptException:" in found["main"]
    assert MARKER in found["main"]


# -- modules that cannot be migrated --------------------------------------------------------------


def test_a_module_that_cannot_be_parsed() -> None:
    files = {"llm": SETUP + f"model = {PLAIN}\n", "broken": "import llm\ndef ("}
    found = results(files | {"main": "from llm import model\n" + ASK})
    assert isinstance(found["broken"], SourceError)
    assert isinstance(found["main"], Migration)
    assert b"client.models" in found["main"].after


def test_a_module_that_has_nothing_to_migrate_is_untouched() -> None:
    other = "import llm\n\n\ndef ask ( ) :\n  return   1\n"
    found = results({"llm": SETUP, "other": other})["other"]
    assert isinstance(found, Migration)
    assert found.after == other.encode()
    assert not found.findings


def test_names_that_two_modules_import_from_each_other() -> None:
    files = {"one": SETUP + "from two import name\n", "two": "from one import name\n"}
    assert "client = genai.Client" in migrated(files)["one"]


def test_the_order_of_the_files_does_not_matter() -> None:
    files = {
        "llm": SETUP + f"model = {SET}\n",
        "main": "from user import ask\nprint(ask().text)\n",
        "user": "from llm import model\n" + ASK,
    }
    backwards = dict(reversed(files.items()))
    found = migrated(files)
    assert "client.models.generate_content(" in squeezed(found["user"])
    assert found == migrated(backwards)


def test_an_import_that_another_library_may_need_is_left_where_the_sdk_is_not_imported() -> None:
    connect = (
        "def connect():\n"
        "    try:\n"
        "        from google.api_core.exceptions import GoogleAPIError\n"
        "        from google.cloud import bigquery\n"
        "    except ImportError:\n"
        '        raise RuntimeError("pip install google-cloud-bigquery")\n'
        "    return bigquery.Client()\n"
    )
    after = migrated(
        {"made": SETUP + f"model = {PLAIN}\n", "uses": "from made import model\n" + ASK + connect}
    )
    assert "client.models.generate_content" in after["uses"]
    assert connect in after["uses"]
