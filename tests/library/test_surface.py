"""The public surface: these names and no others, each documented with an example that runs."""

from __future__ import annotations

import ast
import doctest
import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

import pytest
from tests.recorder import RECORDER

import genai_codemod
from genai_codemod import testing, tools
from genai_codemod.library import proving

PACKAGE = Path(genai_codemod.__file__).parent
# A name that is added here is kept: this list changes what may be relied on.
DAILY = """
    CheckedFile CodemodError Comparison ExecutorError FileError FileOutcome Finding FunctionFacts
    LegacyUse Migration ModuleFacts OptionError Options Problem ProgramFacts Progress Proof
    ProofError ProofOptions Reason RuleEntry RuleExample RuleFileError RulesError Run SdkError
    SettingsError Skipped SourceError Status UnknownRuleError __version__ analyse_paths
    analyse_source check_rules explain_rule list_rules migrate_paths migrate_source prove
    verify_paths verify_source
"""
FOR_TOOLS = """
    ALIASES ALL_ANSWERS ANSWERS DEFAULT_MAIN DEFAULT_SECONDS GENERATED KEYS Answer Answers Change
    Plan Proofs Recording Recordings Settings carry_out changes_of count_markers migrate_example
    migrate_input nearest_rules plan_paths prove_commit prove_pair record_program sdk_version
    settings_of settings_of_run shown
"""
FOR_TESTS = """
    Case Made cases check_case check_comments check_comparison check_noop check_parses check_same
    check_text differing lost_comments make told
"""
SURFACE = {
    genai_codemod: DAILY.split(),
    tools: FOR_TOOLS.split(),
    testing: FOR_TESTS.split(),
}
each_module = pytest.mark.parametrize("module", SURFACE, ids=lambda module: module.__name__)
# What is no class and no function cannot say anything about itself.
DOCUMENTED = [
    pytest.param(module, name, id=f"{module.__name__}.{name}")
    for module, names in SURFACE.items()
    for name in names
    if inspect.isclass(getattr(module, name)) or inspect.isfunction(getattr(module, name))
]
each_name = pytest.mark.parametrize(("module", "name"), DOCUMENTED)


@each_module
def test_the_public_names(module: ModuleType) -> None:
    assert sorted(module.__all__) == sorted(SURFACE[module])
    assert set(module.__all__) <= set(dir(module))


@each_module
def test_the_same_names_are_there_for_types_and_at_run_time(module: ModuleType) -> None:
    homes = getattr(module, "_HOMES", None)
    if homes is None:
        return
    typed = {
        alias.asname or alias.name: f"genai_codemod.{homes.get(alias.asname or alias.name)}"
        for _, alias in _typed_imports(Path(str(module.__file__)))
    }
    for home, alias in _typed_imports(Path(str(module.__file__))):
        there = f":{alias.name}" if alias.asname else ""
        assert typed[alias.asname or alias.name] == f"{home}{there}"
    assert typed.keys() == homes.keys() == set(module.__all__) - {"__version__"}


def _typed_imports(file: Path) -> Iterator[tuple[str, ast.alias]]:
    for statement in ast.parse(file.read_bytes()).body:
        if isinstance(statement, ast.If):
            for node in statement.body:
                assert isinstance(node, ast.ImportFrom)
                assert node.module
                for alias in node.names:
                    yield node.module, alias


def test_another_name_is_an_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = genai_codemod.nonsense


@each_name
def test_the_examples_of_a_name_run(
    module: ModuleType, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(proving, "warm_recorder", lambda: nullcontext(RECORDER.record))
    finder = doctest.DocTestFinder(recurse=False)
    (example,) = finder.find(getattr(module, name), name, globs={})
    assert example.examples, f"{name} has no example"
    said: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=said.append)
    assert not said, "".join(said)


@each_name
def test_a_docstring_says_what_is_raised(module: ModuleType, name: str) -> None:
    public = getattr(module, name)
    if inspect.isfunction(public):
        documented = public.__doc__ or ""
        for error in ("OptionError", "SourceError", "SettingsError", "SdkError", "ProofError"):
            raised = f"raise {error}" in inspect.getsource(public)
            assert not raised or f"{error}:" in documented, f"{name} raises {error}"


def test_importing_the_library_is_cheap() -> None:
    script = (
        "import sys; before = set(sys.modules); import genai_codemod, genai_codemod.tools\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    ours = {name for name in done.stdout.decode().split() if name.startswith("genai_codemod")}
    assert ours == {"genai_codemod", "genai_codemod.lazy", "genai_codemod.tools"}


def test_migrating_nothing_needs_no_engine(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("print('nothing legacy')\n")
    script = (
        "import sys, genai_codemod\n"
        "assert not genai_codemod.migrate_paths('.').changed\n"
        "print('libcst' in sys.modules, 'click' in sys.modules, 'google.genai' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, map(Path, sys.path)))},
        capture_output=True,
        check=True,
    )
    assert done.stdout.split() == [b"False"] * 3


# -- the command line is made of the surface ------------------------------------------------------

PUBLIC_MODULES = ("genai_codemod", "genai_codemod.tools", "genai_codemod.testing")
LEAVES = ("genai_codemod.report", "genai_codemod.cli")


def imports_of(file: Path) -> Iterator[str]:
    """Everything that a file imports, wherever and in whatever way, as ``module:name``."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (f"{alias.name}:" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}: write the whole name"
            yield from (f"{node.module}:{alias.name}" for alias in node.names)


def private(imported: str) -> bool:
    """Whether an import reaches behind the public surface."""
    module, _, name = imported.partition(":")
    if module.partition(".")[0] not in ("genai_codemod", "genai_codemod_rules"):
        return False
    if module in LEAVES or module.startswith(tuple(f"{leaf}." for leaf in LEAVES)):
        return False
    if module not in PUBLIC_MODULES:
        return True
    surface = next(each for each in SURFACE if each.__name__ == module)
    return name not in SURFACE[surface]


@pytest.mark.parametrize("file", sorted((PACKAGE / "cli").glob("*.py")), ids=lambda file: file.name)
def test_the_command_line_uses_only_the_surface(file: Path) -> None:
    assert [each for each in imports_of(file) if private(each)] == []


@pytest.mark.parametrize(
    "imported",
    [
        "genai_codemod.engine:load_pack",
        "genai_codemod.project.runner:migrate_files",
        "genai_codemod.shim.proof:Proof",
        "genai_codemod.library.runs:Run",
        "genai_codemod.settings:KEYS",
        "genai_codemod:lazy",
        "genai_codemod_rules.google_generativeai:load",
    ],
)
def test_what_is_private_is_seen(imported: str) -> None:
    assert private(imported)
    assert not private("genai_codemod.report.text:count")
    assert not private("click:echo")
