"""Which configurations stay, and which file gets its client from where."""

from __future__ import annotations

import re

import pytest
from tests.checks import MARKER, compiles

from genai_codemod.engine import load_pack
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.clients.lending import Surroundings
from genai_codemod.engine.migrate import migrate_program
from genai_codemod.engine.result import Migration

SDK = "import google.generativeai as genai\n"
SETUP = SDK + 'genai.configure(api_key="K")\n'
ASK = 'def ask():\n    return genai.GenerativeModel("a").generate_content("x")\n'
MAIN = "import configured\nimport odd\n"
KEEP = "this configure()"
MISSED = "another module calls genai.configure()"
NEEDED = "modules that relied on this configure()"


def migrated(files: dict[str, str]) -> dict[str, str]:
    """Migrate modules that can import each other by their names."""
    sources = {
        name: Source(
            text.encode(),
            {
                other: other
                for other in re.findall(r"(?:from|import) (\w+)", text)
                if other in files
            },
            absolute=name,
        )
        for name, text in files.items()
    }
    found: dict[str, str] = {}
    for name, result in migrate_program(sources, load_pack(), Surroundings(False, False)).items():
        assert isinstance(result, Migration), result
        compiles(result.after)
        found[name] = result.after.decode()
    return found


# -- what is left ---------------------------------------------------------------------------------

LEFT = 'model = genai.GenerativeModel("b")\nvars(model)\nmodel.generate_content("x")\n'


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


INSIDE = "def odd():\n" + indented(LEFT)
COVERED = {
    "before it": SETUP + LEFT,
    "before the function": SETUP + INSIDE,
    "after the function": SDK + INSIDE + 'genai.configure(api_key="K")\n',
    "in the function": SDK + "def odd():\n" + indented('genai.configure(api_key="K")\n' + LEFT),
    "in the same branch": SDK + "if x:\n" + indented('genai.configure(api_key="K")\n' + LEFT),
    "in all branches that go on": (
        SDK + 'if x:\n    genai.configure(api_key="K")\nelif y:\n    raise ValueError\n'
        'else:\n    genai.configure(api_key="L")\n' + INSIDE
    ),
    "in a with statement": SDK + 'with x:\n    genai.configure(api_key="K")\n' + INSIDE,
    "in a try statement that ends": (
        SDK + 'try:\n    genai.configure(api_key="K")\nexcept E:\n    raise SystemExit\n' + INSIDE
    ),
    "by a function": (SDK + 'def go():\n    genai.configure(api_key="K")\ngo()\n' + INSIDE),
    "by the constructor": (
        SDK + "class Odd:\n    def __init__(self):\n"
        '        genai.configure(api_key="K")\n    def odd(self):\n' + indented(indented(LEFT))
    ),
    "for the object": (
        SDK + "class Odd:\n    def __init__(self, local):\n        if local:\n"
        "            self.model = Local()\n        else:\n"
        '            genai.configure(api_key="K")\n'
        '            self.model = genai.GenerativeModel("b")\n'
        '    def odd(self):\n        self.model.generate_content("x")\n'
    ),
    "nothing to cover in an annotation": (
        SDK + "def odd(f: 'x', model: genai.Nothing):\n    return f\n"
    ),
    "nothing to cover in a class test": (
        SDK + "def odd(f):\n    return isinstance(f, genai.GenerativeModel)\n"
    ),
}
OPEN = {
    "nowhere": SDK + INSIDE,
    "after it": SDK + LEFT + 'genai.configure(api_key="K")\n',
    "in one branch": SDK + 'if x:\n    genai.configure(api_key="K")\n' + INSIDE,
    "in a branch of another": (
        SDK + 'if x:\n    genai.configure(api_key="K")\nelse:\n    print(x)\n' + INSIDE
    ),
    "in a loop": SDK + 'for x in y:\n    genai.configure(api_key="K")\n' + INSIDE,
    "in a try statement that goes on": (
        SDK + 'try:\n    y()\n    genai.configure(api_key="K")\nexcept E:\n    pass\n' + INSIDE
    ),
    "by a function that may return before": (
        SDK
        + 'def go():\n    if x:\n        return\n    genai.configure(api_key="K")\ngo()\n'
        + INSIDE
    ),
    "by a function that nobody calls": (
        SDK + 'def go():\n    genai.configure(api_key="K")\n' + INSIDE
    ),
    "by a coroutine that is not awaited": (
        SDK + 'async def go():\n    genai.configure(api_key="K")\ngo()\n' + INSIDE
    ),
    "by a generator": (
        SDK + 'def go():\n    genai.configure(api_key="K")\n    yield 1\ngo()\n' + INSIDE
    ),
    "in a with statement that goes on": (
        SDK + "from contextlib import suppress\nwith suppress(KeyError):\n"
        '    genai.configure(api_key=y["K"])\n' + INSIDE
    ),
    "in another method": (
        SDK + "class Odd:\n    def __init__(self):\n        pass\n    def go(self):\n"
        '        genai.configure(api_key="K")\n    def odd(self):\n' + indented(indented(LEFT))
    ),
    "for a function that is passed on": SDK + "def odd(f):\n    return f(genai.upload_file)\n",
}


@pytest.mark.parametrize("odd", COVERED.values(), ids=COVERED)
def test_a_file_that_configures_for_itself_needs_no_other(odd: str) -> None:
    found = migrated({"configured": SETUP + ASK, "odd": odd, "main": MAIN})
    assert MARKER in found["odd"]
    assert MARKER not in found["configured"]
    assert "google.generativeai" not in found["configured"]


@pytest.mark.parametrize("odd", OPEN.values(), ids=OPEN)
def test_a_file_that_may_not_be_configured_keeps_the_configuration_of_others(odd: str) -> None:
    found = migrated({"configured": SETUP + ASK, "odd": odd, "main": MAIN})
    assert MARKER in found["odd"]
    assert KEEP in found["configured"]
    assert 'genai.configure(api_key="K")' in found["configured"]


def test_a_configuration_stays_for_what_is_left_in_its_own_file() -> None:
    found = migrated({"configured": SETUP + LEFT, "main": "import configured\n"})
    assert KEEP in found["configured"]


def test_a_script_does_not_configure_for_a_file_that_it_does_not_import() -> None:
    script = SETUP + 'print(genai.GenerativeModel("a").generate_content("x"))\nimport shared\n'
    found = migrated({"script": script, "odd": SDK + "import shared\n" + LEFT, "shared": "x = 1\n"})
    assert "genai.Client(" in found["script"]
    assert KEEP not in found["script"]


@pytest.mark.parametrize(
    "loads", ["importlib.import_module(x)", 'run("odd:app")', "bot.load_extension(x)"]
)
def test_a_script_may_load_another_file_by_its_name(loads: str) -> None:
    script = f"import shared\n{SETUP}if __name__ == '__main__':\n    {loads}\n"
    odd = SDK + "import shared\n" + INSIDE
    found = migrated({"script": script + ASK, "odd": odd, "shared": "x = 1\n"})
    assert KEEP in found["script"]


def test_a_file_without_work_of_its_own_may_be_loaded_beside_any() -> None:
    plugin = SETUP + ASK + "import shared\n"
    odd = SDK + "import shared\n" + INSIDE
    found = migrated({"plugin": plugin, "odd": odd, "shared": "x = 1\n"})
    assert KEEP in found["plugin"]


def test_the_default_key_is_there_without_a_configuration() -> None:
    configured = SDK + 'import os\ngenai.configure(api_key=os.environ["GOOGLE_API_KEY"])\n' + ASK
    found = migrated({"configured": configured, "odd": SDK + INSIDE, "main": MAIN})
    assert "genai.Client(" in found["configured"]
    assert KEEP not in found["configured"]


def test_another_transport_is_kept_for_what_is_left() -> None:
    configured = SDK + 'genai.configure(transport="rest")\n' + ASK
    found = migrated({"configured": configured, "odd": SDK + INSIDE, "main": MAIN})
    assert KEEP in found["configured"]


# -- keys from the environment --------------------------------------------------------------------

READS = {
    "getenv": ('genai.configure(api_key=os.getenv("K"))\n', 'os.getenv("K")'),
    "get": ('genai.configure(api_key=os.environ.get("K"))\n', 'os.getenv("K")'),
    "item": ('genai.configure(api_key=os.environ["K"])\n', 'os.getenv("K")'),
    "variable": ('key = os.environ["K"]\ngenai.configure(api_key=key)\n', 'os.getenv("K")'),
    "another file": ("from keys import K\ngenai.configure(api_key=K)\n", 'os.getenv("K")'),
    "module": ("import keys\ngenai.configure(api_key=keys.K)\n", 'os.getenv("K")'),
    "the default": ('genai.configure(api_key=os.getenv("GOOGLE_API_KEY"))\n', "Client()"),
    "no key": ("genai.configure()\n", "Client()"),
    "transport": ('genai.configure(transport="rest")\n', "Client()"),
}
OTHER_KEYS = {
    "two variables": 'genai.configure(api_key=os.getenv("K") or os.getenv("L"))\n',
    "a fallback": 'genai.configure(api_key=os.getenv("K", "L"))\n',
    "two values": ('key = os.environ["K"]\nif x:\n    key = "L"\ngenai.configure(api_key=key)\n'),
    "a parameter": "def go(key):\n    genai.configure(api_key=key)\n",
    "a loop": 'for key in [os.environ["K"]]:\n    genai.configure(api_key=key)\n',
    "changed elsewhere": (
        'key = os.environ["K"]\ndef change():\n    global key\n    key = "L"\n'
        "genai.configure(api_key=key)\n"
    ),
    "two configurations": (
        'genai.configure(api_key=os.environ["K"])\ngenai.configure(api_key=os.environ["L"])\n'
    ),
    "an address": (
        'genai.configure(api_key=os.environ["K"], client_options={"api_endpoint": "a"})\n'
    ),
}
KEYS = 'import os\nK = os.environ.get("K")\n'


@pytest.mark.parametrize(("configures", "written"), READS.values(), ids=READS)
def test_a_file_that_cannot_borrow_reads_the_same_variable(configures: str, written: str) -> None:
    main = "import os\nimport helper\n" + SDK + configures + "print(helper.ask())\n"
    found = migrated({"main": main, "helper": SDK + ASK, "keys": KEYS})
    assert MARKER not in "".join(found.values())
    assert written in found["helper"]


@pytest.mark.parametrize("configures", OTHER_KEYS.values(), ids=OTHER_KEYS)
def test_other_keys_are_marked(configures: str) -> None:
    main = "import os\nimport helper\n" + SDK + configures + "print(helper.ask())\n"
    found = migrated({"main": main, "helper": SDK + ASK})
    assert MISSED in found["helper"]
    assert NEEDED in found["main"]


def test_a_configuration_with_unknown_options_stays_for_a_person() -> None:
    configures = 'genai.configure(**{"api_key": os.environ["K"]}, **more)\n'
    main = "import os\nimport helper\n" + SDK + configures + "print(helper.ask())\n"
    found = migrated({"main": main, "helper": SDK + ASK})
    assert MISSED in found["helper"]
    assert "[client.configure]" in found["main"]


def test_a_name_that_is_taken_is_not_used_for_the_environment() -> None:
    main = "import os\nimport helper\n" + SDK + READS["getenv"][0]
    found = migrated({"main": main, "helper": SDK + "os = 1\n" + ASK})
    assert MISSED in found["helper"]


@pytest.mark.parametrize(("other", "borrows"), [("K", True), ("L", False)])
def test_two_files_that_configure_lend_if_their_keys_are_the_same(
    other: str, borrows: bool
) -> None:
    setup = SDK + "import os\n"
    found = migrated(
        {
            "one": setup + 'genai.configure(api_key=os.environ["K"])\n' + ASK,
            "two": setup + f'genai.configure(api_key=os.environ["{other}"])\n' + ASK,
            "user": SDK + "import two\n" + ASK,
            "main": "import one\nimport user\n",
        }
    )
    assert ("from two import client" in found["user"]) == borrows
    assert (MISSED in found["user"]) != borrows


# -- files beside each other ----------------------------------------------------------------------

LATE = SDK + "def go(key):\n    if key:\n        genai.configure(api_key=key)\n"


def test_a_client_that_may_not_be_there_is_replaced_by_one_of_the_environment() -> None:
    main = "import late\nimport user\nlate.go('k')\nuser.ask()\n"
    found = migrated({"late": LATE, "user": SDK + ASK, "main": main})
    assert MARKER not in "".join(found.values())
    assert "client: genai.Client | None = None" in found["late"]
    assert "return client or default_client()" in found["user"]


BESIDE = {
    "a program without it": {"late": LATE, "user": SDK + ASK, "other": "import user\n"},
    "the program itself": {
        "late": "import user\n" + SETUP + "user.ask()\n",
        "user": SDK + ASK,
        "other": "import late\n",
    },
    "a use at import": {"late": LATE, "user": SDK + ASK + "ask()\n" + LEFT.splitlines()[0] + "\n"
        'model.generate_content("x")\n'},
    "two that configure": {"late": LATE, "user": SDK + ASK, "more": SETUP, "other": "import more\n"
        "import late\nimport user\n"},
    "a client that its own file uses": {"late": LATE + ASK, "user": SDK + ASK},
    "a user that nobody imports": {"late": LATE, "user": SDK + ASK + "import shared\n",
        "shared": "", "main": "import shared\nimport late\n"},
}  # fmt: skip


@pytest.mark.parametrize("files", BESIDE.values(), ids=BESIDE)
def test_a_client_is_not_borrowed_from(files: dict[str, str]) -> None:
    found = migrated({"main": "import late\nimport user\n"} | files)
    assert "from google import genai" in found["user"]
    assert "from late import" not in found["user"]


def test_a_file_that_is_known_by_two_names_lends_nothing() -> None:
    files = {"late": LATE, "user": SDK + ASK, "main": "import late\nimport user\n"}
    sources = {name: Source(text.encode(), absolute=name) for name, text in files.items()}
    sources["main"] = Source(files["main"].encode(), {"late": "late", "user": "user"})
    sources["late"] = Source(files["late"].encode(), absolute="app.late")
    found = migrate_program(sources, load_pack(), Surroundings(False, False))["user"]
    assert isinstance(found, Migration)
    assert MISSED in found.after.decode()


def test_what_comes_before_the_configuration_needs_none_also_where_that_stays() -> None:
    after = migrated(
        {
            "app": f"""{SDK}
def names():
    return list(genai.list_models())

def choose(key):
    known = names() or list(genai.list_models())
    genai.configure(api_key=key)
    model = genai.GenerativeModel("a")
    return known, vars(model)
"""
        }
    )["app"]
    assert "genai.configure(api_key=key)" in after
    assert after.count("(client or _kept_client()).models.list()") == 2
