"""Rules of one's own in YAML: what becomes of programs of several modules."""

from __future__ import annotations

from textwrap import dedent

from tests.engine.custom.acme import PACK

from genai_codemod import Migration, SourceError
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.custom.migrating import migrate_own
from genai_codemod.engine.custom.rule_file import load_file


def test_a_module_of_the_project_itself() -> None:
    """Relative and absolute imports reach what a rule is for, wherever that is defined."""
    app = dedent(
        """\
        from . import llm
        from .llm import ask
        from acme import llm as other

        print(ask("a"), llm.ask("b"), other.ask("c"))
        """
    )
    tools = "from .tools import saw\nfrom .tools import *\nfrom . import tools\n"
    paths = {
        ".tools": "acme/tools.py",
        ".": "acme/__init__.py",
        ".llm": "acme/llm.py",
        "acme.llm": "acme/llm.py",
    }
    sources = {
        "acme/__init__.py": Source(b"", package=True),
        "acme/llm.py": Source(b"def ask(prompt):\n    return prompt\n"),
        "acme/tools.py": Source(b"saw = 1\n"),
        "acme/more.py": Source(tools.encode(), imports=paths),
        "acme/app.py": Source(app.encode(), imports={**paths, "acme": "acme/__init__.py"}),
    }
    results = migrate_own(sources, PACK)
    result = results["acme/app.py"]
    assert isinstance(result, Migration)
    code = result.after.decode()
    assert "llm" not in code
    assert code.count("complete(input=") == 3
    more = results["acme/more.py"]
    assert isinstance(more, Migration)
    assert more.after.decode() == (
        "from acme.kit.hammers import saw\nfrom acme.kit.hammers import *\n"
        "from acme.kit import hammers as tools\n"
    )


def test_a_file_that_cannot_be_read_leaves_the_others() -> None:
    sources = {"a": Source(b"x = (\n"), "b": Source(b"from acme import llm\nllm.ask('a')\n")}
    results = migrate_own(sources, PACK)
    assert isinstance(results["a"], SourceError)
    good = results["b"]
    assert isinstance(good, Migration)
    assert b"complete" in good.after


def test_modules_that_hand_objects_to_each_other_belong_together() -> None:
    sources = {
        "a": Source(b"from acme import llm\n\n\ndef make():\n    return llm.connect('u')\n"),
        "b": Source(b"from a import make\n\nprint(make().ask('x'))\n", imports={"a": "a"}),
        "c": Source(b"from acme import llm\n\nllm.ask('x')\n"),
    }
    results = migrate_own(sources, PACK)
    found = {name: each for name, each in results.items() if isinstance(each, Migration)}
    assert b"make().complete(input='x').text" in found["b"].after
    assert found["a"].together == found["b"].together == {"a", "b"}
    assert found["c"].together == frozenset()


def test_other_modules_of_the_same_name() -> None:
    """A relative import can only mean what lies in its own package."""
    app = b"from .llm import ask\nfrom .tools import saw\n\nprint(ask('a'), saw)\n"
    sources = {
        "acme/app.py": Source(app, imports={".llm": "acme/llm.py", ".tools": "acme/t.py"}),
        "other/app.py": Source(app, imports={".llm": "other/llm.py", ".tools": "other/tools.py"}),
    }
    results = migrate_own(sources, PACK)
    found = {name: each for name, each in results.items() if isinstance(each, Migration)}
    assert b"complete(input='a')" in found["acme/app.py"].after
    assert found["other/app.py"].after == app
    pack = load_file("r.yaml", b"- {rule: a.b, module: logging, becomes: acme.logs}")
    text = b"from .logging import log\n"
    source = {"app/a.py": Source(text, imports={".logging": "app/logging.py"})}
    (result,) = migrate_own(source, pack).values()
    assert isinstance(result, Migration)
    assert result.after == text
