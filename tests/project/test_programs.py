"""Which files make a program, and which module each of their imports means."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.project.folder import CONFIGURES, LEGACY, USES, Folder

from genai_codemod.project.programs import Program, group_files


@pytest.mark.parametrize(
    ("statement", "target", "name"),
    [
        ("import llm", "llm.py", "llm"),
        ("import llm as ai", "llm.py", "llm"),
        ("from llm import model", "llm.py", "llm"),
        ("from llm import (\n    model,  # the fast one\n    other,\n)", "llm.py", "llm"),
        ("from llm import *", "llm.py", "llm"),
        ("import os, llm", "llm.py", "llm"),
        ("import os; import llm", "llm.py", "llm"),
        ("if True: import llm", "llm.py", "llm"),
        ("def late():\n    from llm import model", "llm.py", "llm"),
        ("import a.b.llm", "a/b/llm.py", "a.b.llm"),
        ("import a.b.llm as ai", "a/b/llm.py", "a.b.llm"),
        ("from a.b import llm", "a/b/llm.py", "a.b.llm"),
        ("from a.b import other, llm as ai", "a/b/llm.py", "a.b.llm"),
        ("from a.b import other, \\\n    llm", "a/b/llm.py", "a.b.llm"),
        ("from a.b.llm import model", "a/b/llm.py", "a.b.llm"),
        ("from a import make", "a/__init__.py", "a"),
        ("import package.llm", "src/package/llm.py", "package.llm"),
        ("from .llm import model", "llm.py", ".llm"),
        ("from . import llm", "llm.py", ".llm"),
    ],
)
def test_an_import_is_found(folder: Folder, statement: str, target: str, name: str) -> None:
    assert folder.imports({target: "", "main.py": statement}, "main.py") == {name: target}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("from ..base import Base", {"..base": "a/base.py"}),
        ("from .. import base", {"..base": "a/base.py"}),
        ("from ... import top", {"...top": "top.py"}),
        ("from .helper import help", {".helper": "a/b/helper.py"}),
        ("from a.base import Base", {"a.base": "a/base.py"}),
        ("import base", {"base": "a/base.py"}),
        ("import top", {"top": "top.py"}),
    ],
)
def test_imports_from_inside_a_package(
    folder: Folder, statement: str, found: dict[str, str]
) -> None:
    files = {"a/b/module.py": statement, "a/base.py": "", "a/b/helper.py": "", "top.py": ""}
    assert folder.imports(files, "a/b/module.py") == found


@pytest.mark.parametrize(
    "statement",
    ["import llm_tools", "import openai", "# import llm", "important = llm", "from .x import llm"],
)
def test_other_imports_are_not_found(folder: Folder, statement: str) -> None:
    assert folder.imports({"llm.py": "", "main.py": statement}, "main.py") == {}


def test_the_nearest_file_is_meant(folder: Folder) -> None:
    files = {"config.py": "", "app/config.py": "", "app/main.py": "import config"}
    assert folder.imports(files, "app/main.py") == {"config": "app/config.py"}


def test_a_module_named_like_its_own_import_is_not_itself(folder: Folder) -> None:
    files = {"openai.py": "import openai", "main.py": ""}
    assert folder.imports(files, "openai.py") == {}


@pytest.mark.parametrize(
    ("namesake", "found"),
    [
        ("import openai", {}),
        ("import openai as ai", {}),
        ("from openai.types import Model", {}),
        ("import other", {"openai": "openai.py"}),
        ("def late():\n    from openai import made", {"openai": "openai.py"}),
        ('"""Use it:\nfrom openai import made\n"""', {"openai": "openai.py"}),
        ("import openai_tools", {"openai": "openai.py"}),
    ],
)
def test_what_a_module_of_its_own_name_imports_its_neighbours_mean(
    folder: Folder, namesake: str, found: dict[str, str]
) -> None:
    assert folder.imports({"openai.py": namesake, "main.py": "import openai"}, "main.py") == found


def test_a_module_named_like_its_own_import_is_found_in_its_package(folder: Folder) -> None:
    files = {"llms/openai.py": "import openai", "main.py": "from llms.openai import make"}
    assert folder.imports(files, "main.py") == {"llms.openai": "llms/openai.py"}


def test_a_package_names_its_modules(folder: Folder) -> None:
    files = {
        "app/__init__.py": "from .llm import model",
        "app/llm.py": "",
        "app/sub/__init__.py": "",
        "main.py": "import app",
    }
    assert folder.imports(files, "app/__init__.py") == {
        ".llm": "app/llm.py",
        ".sub": "app/sub/__init__.py",
    }


def test_files_that_do_not_import_each_other_are_programs_of_their_own(folder: Folder) -> None:
    files = {"a.py": LEGACY, "b.py": LEGACY, "c.py": LEGACY + "import a"}
    assert folder.programs(files) == [["a.py", "c.py"], ["b.py"]]


def test_a_cycle_is_one_program(folder: Folder) -> None:
    files = {"a.py": LEGACY + "import b", "b.py": LEGACY + "import c", "c.py": "import a\n" + USES}
    assert folder.programs(files) == [["a.py", "b.py", "c.py"]]


def test_importers_belong_to_it(folder: Folder) -> None:
    files = {
        "llm.py": LEGACY,
        "user.py": "from llm import ask\n" + USES,
        "other.py": "from llm import NAME\nprint(NAME)",
        "unrelated.py": "import other\n",
    }
    assert folder.programs(files) == [["llm.py", "other.py", "user.py"]]


def test_importers_of_users_belong_to_it_when_they_may_read_answers(folder: Folder) -> None:
    files = {
        "llm.py": LEGACY,
        "user.py": "from llm import model\ndef ask():\n    return " + USES,
        "reader.py": "import user\nprint(user.ask().text)",
        "other.py": "from user import ask\nask()",
    }
    assert folder.programs(files) == [["llm.py", "reader.py", "user.py"]]


def test_what_reads_answers_belongs_to_it_with_what_hands_them_on(folder: Folder) -> None:
    files = {
        "llm.py": LEGACY,
        "app/__init__.py": "from llm import ask",
        "service.py": "import app\ndef run():\n    return app.ask()",
        "main.py": "from service import run\nprint(run().candidates)",
        "other.py": "from service import run\nprint(run().text)",
    }
    assert folder.programs(files) == [["app/__init__.py", "llm.py", "main.py", "service.py"]]


def test_what_reads_answers_far_away_is_left_out_where_there_is_much(folder: Folder) -> None:
    files = {
        "llm.py": LEGACY,
        "app.py": "from llm import ask",
        **{f"reader_{n}.py": "import app\nprint(app.ask().candidates)" for n in range(40)},
    }
    assert folder.programs(files) == [["app.py", "llm.py"]]


def test_importers_of_importers(folder: Folder) -> None:
    files = {
        "llm.py": LEGACY,
        "app/__init__.py": "from llm import model",
        "service.py": "import app\nclass Service:\n    model = app.model",
        "main.py": "from service import Service\n" + USES.replace("model", "Service.model"),
        "bystander.py": "import service",
    }
    assert folder.programs(files) == [["app/__init__.py", "llm.py", "main.py", "service.py"]]


def test_what_objects_are_passed_to(folder: Folder) -> None:
    files = {
        "llm.py": LEGACY,
        "main.py": "from llm import model\nfrom steps import run\nrun(model)",
        "steps.py": "from deep import go\ndef run(model):\n    go(model)",
        "deep.py": "def go(model):\n    " + USES,
        "unrelated.py": USES,
        "beside.py": "import steps\n",
    }
    assert folder.programs(files) == [["deep.py", "llm.py", "main.py", "steps.py"]]


def test_what_a_legacy_file_imports_belongs_to_it(folder: Folder) -> None:
    files = {
        "base.py": "class Base:\n    pass",
        "settings.py": "SAFETY = {}",
        "llm.py": LEGACY + "from base import Base\nimport settings\nclass Model(Base):\n    pass",
    }
    assert folder.programs(files) == [["base.py", "llm.py", "settings.py"]]


def test_the_name_of_what_is_imported_through_others(folder: Folder) -> None:
    (program,) = folder.group(
        {
            "src/app/__init__.py": "from .llm import model",
            "src/app/llm.py": CONFIGURES,
            "src/main.py": "import app\n" + USES,
        }
    )
    main, llm = folder.root / "src/main.py", folder.root / "src/app/llm.py"
    assert program.imports[main]["app.llm"] == llm


@pytest.mark.parametrize(
    ("files", "configures", "relies"),
    [
        ({"a.py": LEGACY}, False, False),
        ({"a.py": CONFIGURES}, False, False),
        ({"a.py": LEGACY, "b.py": CONFIGURES}, True, False),
        ({"a.py": LEGACY, "b.py": LEGACY}, False, True),
        ({"a.py": LEGACY, "b.py": LEGACY + "import a"}, False, False),
        # Another project in the same folder says nothing about this one.
        ({"a.py": LEGACY, "p/README.md": "", "p/b.py": CONFIGURES}, False, False),
    ],
)
def test_what_is_known_of_the_files_beside(
    folder: Folder, files: dict[str, str], configures: bool, relies: bool
) -> None:
    programs = folder.group(files, roots=[folder.root])
    program = next(program for program in programs if folder.root / "a.py" in program.files)
    assert (program.configures, program.relies) == (configures, relies)


def test_without_its_folder_nothing_is_known_of_the_files_beside(folder: Folder) -> None:
    (program,) = folder.group({"a.py": LEGACY})
    assert program.configures
    assert program.relies


def test_a_folder_inside_a_repository_is_not_all_of_it(folder: Folder) -> None:
    (folder.root / ".git").mkdir()
    (program,) = folder.group({"sub/a.py": LEGACY}, roots=[folder.root / "sub"])
    assert program.configures
    (program,) = folder.group({"sub/a.py": LEGACY}, roots=[folder.root])
    assert not program.configures


def test_a_file_that_is_taken_out(folder: Folder) -> None:
    (program,) = folder.group({"a.py": LEGACY, "b.py": LEGACY + "import a"})
    rest = program.without([folder.root / "a.py"])
    assert folder.names(rest) == ["b.py"]
    assert rest.imports == {folder.root / "b.py": {}}


def test_text_that_is_not_utf8(folder: Folder) -> None:
    legacy = {folder.root / "a.py": LEGACY.encode() + b"# \xff\nimport \xffb\n"}
    (program,) = group_files(legacy, {}, may_use=lambda _: True)
    assert folder.names(program) == ["a.py"]


def test_a_file_that_is_linked_to_is_found_under_both_names(folder: Folder) -> None:
    written = folder.write({"real/llm.py": LEGACY, "main.py": "import llm\n" + USES})
    (folder.root / "llm.py").symlink_to(folder.root / "real" / "llm.py")
    legacy = {folder.root / "llm.py": written[folder.root / "real/llm.py"]}
    others = {folder.root / "main.py": written[folder.root / "main.py"]}
    (program,) = group_files(legacy, others, may_use=lambda data: b"generate_content" in data)
    assert folder.names(program) == ["llm.py", "main.py"]


def test_a_file_that_only_imports_relies_on_nobody(folder: Folder) -> None:
    written = folder.write({"setup.py": CONFIGURES, "unused.py": LEGACY})
    (program,) = (
        each
        for each in group_files(
            written,
            {},
            may_use=bool,
            may_call=lambda data: data != LEGACY.encode(),
            roots=[folder.root],
        )
        if folder.root / "setup.py" in each.files
    )
    assert not program.relies


def test_a_file_that_configures_is_known_by_its_absolute_name(folder: Folder) -> None:
    files = {
        "app/__init__.py": "",
        "app/setup.py": CONFIGURES,
        "app/agent.py": LEGACY + USES,
        "main.py": LEGACY + "from app import agent, setup\n",
    }
    (program,) = folder.group(files)
    assert program.absolute == {folder.root / "app/setup.py": "app.setup"}
    lost = program.without([folder.root / "app/setup.py"])
    assert lost.absolute == {}


def test_files_for_own_rules_are_in_parts_where_they_are_many(folder: Folder) -> None:
    """Each file is in one part, which also sees the files around; few are one program as always."""
    texts = {f"own{number}.py": f"import own{number + 1}  # own\n" for number in range(60)}
    texts["plain.py"] = "import own59\n"
    many = folder.write({**texts, "old.py": "import own0\nimport google.generativeai\n"})
    few = {folder.root / name: many[folder.root / name] for name in list(texts)[:5]}

    def group(files: dict[Path, bytes]) -> list[Program]:
        plain = {path: data for path, data in files.items() if path.name == "plain.py"}
        own = {path: data for path, data in files.items() if path not in plain}
        return group_files(
            own, plain, may_use=lambda _: False, is_own=lambda data: b"# own" in data
        )

    assert [len(program.files) for program in group(few)] == [5]
    programs = group(many)
    paths = [path for program in programs for path in program.files]
    assert sorted(paths) == sorted(many)
    assert folder.names(programs[0]) == ["old.py", "own0.py"]
    parts = programs[1:]
    assert [(len(part.files), len(part.around)) for part in parts] == [(20, 20)] * 3
    one = folder.root / "own33.py"
    (found,) = (part for part in parts if one in part.files)
    assert found.imports[one] == {"own34": folder.root / "own34.py"}
    assert found.imports.keys() == found.files.keys() | found.around.keys()
    assert {folder.root / f"own{number}.py" for number in (32, 34)} <= found.imports.keys()
    assert found.size == sum(len(many[path]) for path in found.imports)
    assert not found.without([*found.around]).around


def test_what_hands_an_object_back_belongs_to_it(folder: Folder) -> None:
    files = {
        "main.py": "import chooser\nchooser.ask(chooser.make())\n",
        "chooser.py": "from backend import ask, make\n",
        "backend.py": LEGACY + "def make(): return genai.GenerativeModel('m')\n"
        "def ask(model):\n    " + USES,
        "other.py": "import main\n",
    }
    (program,) = folder.group(files)
    assert folder.names(program) == ["backend.py", "chooser.py", "main.py"]
