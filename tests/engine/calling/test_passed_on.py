"""Names that files of a program import from each other, and those that tests patch."""

from __future__ import annotations

import pytest
from tests.checks import MARKER
from tests.engine.programs import ALONE, PLAIN, SDK, SETUP, migrated

from genai_codemod.engine import load_pack
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.clients.lending import Surroundings
from genai_codemod.engine.migrate import migrate_program
from genai_codemod.engine.result import Migration


def test_a_legacy_name_that_others_import_goes_when_nobody_needs_it() -> None:
    found = migrated({"sdk": SETUP, "main": f"from sdk import genai\nmodel = {PLAIN}\n"})
    assert found == {
        "sdk": 'from google import genai\n\nclient = genai.Client(api_key="K")\n'.replace(
            "\n\n", "\n"
        ),
        "main": 'model = "a"\n',
    }


def test_a_legacy_name_that_others_still_need_is_kept_and_marked() -> None:
    odd = f"from sdk import genai as sdk\nmodel = {PLAIN}\nprint(vars(model))\n"
    files = {"sdk": SDK, "between": "from sdk import *\n", "odd": odd.replace("= genai", "= sdk")}
    found = migrated(files)
    assert SDK in found["sdk"]
    assert "[imports.exported]" in found["sdk"]
    assert "from sdk import genai as sdk" in found["odd"]


def test_a_legacy_name_that_others_need_through_a_star_is_kept() -> None:
    odd = f"from sdk import *\nmodel = {PLAIN}\nprint(vars(model))\n"
    found = migrated({"sdk": SDK, "odd": odd})
    assert SDK in found["sdk"]


def test_a_legacy_name_that_others_need_through_the_module_is_kept() -> None:
    odd = "import sdk\nmodel = sdk.genai.GenerativeModel('a')\nprint(vars(model))\n"
    found = migrated({"sdk": SDK, "odd": odd})
    assert SDK in found["sdk"]
    assert found["odd"].count(MARKER) == 1


def test_a_legacy_name_read_through_its_module_is_replaced() -> None:
    main = "import sdk\nthreshold = sdk.genai.types.HarmBlockThreshold.BLOCK_NONE\n"
    found = migrated({"sdk": SDK, "main": main})
    assert "threshold = types.HarmBlockThreshold.BLOCK_NONE" in found["main"]


CATEGORY = "from google.generativeai.types import HarmCategory\n"
USE = "print(HarmCategory.HARM_CATEGORY_HARASSMENT)\n"


def test_a_name_that_is_assigned_is_still_imported() -> None:
    limits = SDK + "HarmCategory = genai.types.HarmCategory\n"
    main = "from limits import HarmCategory\n" + USE
    shown = "from limits import HarmCategory as HarmCategory\n"
    found = migrated({"limits": limits, "shown": shown, "main": main})
    assert found == {
        "limits": "from google.genai import types\nHarmCategory = types.HarmCategory\n",
        "shown": shown,
        "main": main,
    }


def test_a_name_that_is_assigned_is_still_imported_where_nothing_uses_it() -> None:
    limits = SDK + "def_ault = HarmCategory = genai.types.HarmCategory\n"
    main = "from limits import HarmCategory, def_ault\n"
    found = migrated({"limits": limits, "main": main})
    assert "HarmCategory = types.HarmCategory\n" in found["limits"]
    assert found["main"] == main


def test_a_name_in_all_is_imported_from_the_new_sdk() -> None:
    shown = "from limits import HarmCategory as Category\n__all__ = ['Category']\n"
    main = "from shown import Category\n" + USE.replace("HarmCategory", "Category")
    found = migrated({"limits": CATEGORY, "shown": shown, "main": main})
    assert found["limits"] == ""
    assert "from google.genai.types import HarmCategory as Category\n" in found["shown"]
    assert found["main"] == (
        "from google.genai import types\n\nprint(types.HarmCategory.HARM_CATEGORY_HARASSMENT)\n"
    )


def test_a_name_in_all_whose_old_import_must_stay_is_not_imported_twice() -> None:
    odd = "from shown import HarmCategory\nclass Mine(HarmCategory):\n    pass\n"
    found = migrated({"shown": CATEGORY + "__all__ = ['HarmCategory']\n", "odd": odd})
    assert CATEGORY in found["shown"]
    assert "google.genai" not in found["shown"]
    assert MARKER in found["shown"]


@pytest.mark.parametrize("package", [True, False])
def test_what_a_package_imports_for_others(package: bool) -> None:
    source = Source(b'"""Shown."""\n' + CATEGORY.encode(), package=package)
    result = migrate_program({"shown": source}, load_pack(), ALONE)["shown"]
    assert isinstance(result, Migration)
    assert (b"from google.genai.types import HarmCategory\n" in result.after) is package
    assert b"generativeai" not in result.after


def test_what_a_package_imports_for_itself() -> None:
    source = Source((CATEGORY + USE).encode(), package=True)
    result = migrate_program({"shown": source}, load_pack(), ALONE)["shown"]
    assert isinstance(result, Migration)
    assert b"google.genai.types" not in result.after
    assert b"types.HarmCategory" in result.after


def test_what_a_package_shows_and_has_no_counterpart_is_marked() -> None:
    source = Source(b"from google.generativeai import GenerativeModel\n", package=True)
    result = migrate_program({"shown": source}, load_pack(), ALONE)["shown"]
    assert isinstance(result, Migration)
    assert b"[imports.exported]" in result.after
    assert b"import GenerativeModel" in result.after


def test_the_name_of_a_member_of_an_imported_enum() -> None:
    found = migrated({"main": CATEGORY + USE.replace(")", ".name)")})
    assert "print(types.HarmCategory.HARM_CATEGORY_HARASSMENT.name)" in found["main"]
    found = migrated({"main": CATEGORY + USE.replace(")", ".value)")})
    assert MARKER in found["main"]


PATCHED = {
    "app.genai.GenerativeModel": "app.genai is not what it was",
    "app.model": "app.model is not what it was",
    "google.generativeai.GenerativeModel": "the code uses client.models.generate_content now",
    "google.generativeai.generative_models.GenerativeModel.count_tokens": "models.count_tokens now",
    "google.generativeai.configure": "the code uses genai.Client now",
    "google.generativeai.protos.Part": "the code uses types.Part now",
    "google.generativeai": "it is google.genai now",
    "google.generativeai.GenerativeModel.no_such": "write what the code uses now",
}


@pytest.mark.parametrize(("path", "message"), PATCHED.items(), ids=PATCHED)
def test_what_a_test_patches(path: str, message: str) -> None:
    app = f"{SETUP}model = {PLAIN}\ndef ask():\n    return model.generate_content('b').text\n"
    test = f"from unittest.mock import patch\nimport app\n\n@patch('{path}')\ndef check(_):\n"
    found = migrated({"app": app, "test_app": test + "    app.ask()\n"})
    assert found["test_app"].count(MARKER) == 1
    assert message in found["test_app"]


@pytest.mark.parametrize("call", ["@patch('app.ask')", "@patch('app')", "@named('app.model')"])
def test_what_stays_can_be_patched(call: str) -> None:
    app = f"{SETUP}model = {PLAIN}\ndef ask():\n    return model.generate_content('b').text\n"
    test = f"from tools import named, patch\nimport app\n\n{call}\ndef check(_):\n    app.ask()\n"
    found = migrated({"app": app, "test_app": test})
    assert "client.models.generate_content(" in found["app"]
    assert found["test_app"] == test


@pytest.mark.parametrize("unseen", [True, False])
def test_a_parameter_of_a_model_is_marked_where_others_may_pass_one(unseen: bool) -> None:
    files = {
        "ask": SDK + "def ask(model: genai.GenerativeModel):\n    def inner():\n"
        "        return model.generate_content('Hi')\n    return inner()\n",
        "main": SETUP + f"import ask\nask.ask({PLAIN})\n",
    }
    sources = {name: Source(text.encode()) for name, text in files.items()}
    sources["main"] = Source(files["main"].encode(), {"ask": "ask"})
    found = migrate_program(sources, load_pack(), Surroundings(False, False, unseen))["ask"]
    assert isinstance(found, Migration)
    assert ("[model.parameter]" in found.after.decode()) is unseen
    assert "model: str" in found.after.decode()
