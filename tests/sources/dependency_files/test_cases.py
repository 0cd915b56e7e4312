import difflib
import re
from importlib.metadata import metadata, version

import pytest
from packaging.version import Version
from tests.sources.dependency_files.dependency_cases import DEPENDENCY_CASES, DependencyCase

from genai_codemod.engine.result import SourceError
from genai_codemod.sources.dependency_files.formats import FORMATS, SCRIPT
from genai_codemod.sources.dependency_files.packages import BOUND, OLDEST_PYTHON, SUCCESSOR
from genai_codemod.sources.dependency_files.planning import Needs
from genai_codemod.sources.dependency_files.rewriting import migrate_dependency_file

each_case = pytest.mark.parametrize("case", DEPENDENCY_CASES.values(), ids=DEPENDENCY_CASES)
FILES = [name for name, case in DEPENDENCY_CASES.items() if case.file_format != SCRIPT]


def lines(data: bytes) -> list[str]:
    return data.replace(b"\0", b"").decode("latin-1").splitlines(keepends=True)


def test_every_format_has_a_case() -> None:
    edited = {each for each in FORMATS if each.kind != "lock"}
    assert {case.file_format for case in DEPENDENCY_CASES.values()} >= edited


@each_case
def test_a_case_says_what_it_is_about(case: DependencyCase) -> None:
    assert case.fields["about"].strip()


@each_case
def test_the_file_becomes_what_it_should(case: DependencyCase) -> None:
    made = case.migrate(case.before).after
    wrong = difflib.unified_diff(lines(case.after), lines(made), "expected", "made")
    assert made == case.after, "".join(wrong)


@each_case
def test_the_second_run_changes_nothing(case: DependencyCase) -> None:
    again = case.migrate(case.after)
    assert again.after == case.after
    assert again.edits == 0


@each_case
def test_the_notes_are_those_of_the_case(case: DependencyCase) -> None:
    findings = case.migrate(case.before).findings
    notes = [f"{each.line}: {each.message}" for each in findings if each.status == "note"]
    assert notes == case.fields.get("notes", [])


@each_case
def test_there_are_edits_exactly_where_something_changes(case: DependencyCase) -> None:
    migration = case.migrate(case.before)
    assert (migration.edits > 0) == migration.changed
    assert migration.edits == sum(each.status == "rewritten" for each in migration.findings)


@pytest.mark.parametrize(
    "name", [n for n, c in DEPENDENCY_CASES.items() if c.file_format != SCRIPT]
)
def test_no_comment_is_lost(name: str) -> None:
    case = DEPENDENCY_CASES[name]
    kept = "".join(lines(case.after))
    for line in lines(case.before):
        comment = re.search(r"(?:^|\s)(#.*)", line)
        assert comment is None or comment[1].strip() in kept


@each_case
def test_what_is_still_needed_stays_listed(case: DependencyCase) -> None:
    """Beside every requirement that is kept, nothing but lines for the new SDK comes in."""
    made = migrate_dependency_file(case.before, case.file_format, Needs(legacy="old.py"))
    before, after = case.before.replace(b"\0", b""), made.after.replace(b"\0", b"")
    assert before.lower().count(b"generativeai") <= after.lower().count(b"generativeai")
    rest = iter(after)
    assert all(byte in rest for byte in before), "something was taken away"


@each_case
def test_nothing_is_touched_while_nothing_needs_the_new_sdk(case: DependencyCase) -> None:
    needs = Needs(legacy="old.py", successor=False)
    assert not migrate_dependency_file(case.before, case.file_format, needs).changed


def test_the_bound_is_the_release_that_the_rules_are_proved_against() -> None:
    installed = Version(version(SUCCESSOR))
    assert (installed.major, installed.minor) == (BOUND.major, BOUND.minor)


def test_the_oldest_python_is_that_of_the_release() -> None:
    assert metadata(SUCCESSOR)["Requires-Python"] == f">={OLDEST_PYTHON}"


@pytest.mark.parametrize(
    ("name", "data", "message", "line"),
    [
        ("pyproject", b"[a]\nb = google-generativeai\n", "not valid TOML", 2),
        ("pipfile", b"\n[packages\n", "not valid TOML", 2),
        ("environment", b"dependencies:\n  - google-generativeai\n - x: [\n", "not valid YAML", 3),
        ("setup-py", b"setup(\n    x=[google-generativeai\n", "not valid Python", 2),
    ],
)
def test_a_broken_file_is_an_error_with_its_line(
    name: str, data: bytes, message: str, line: int
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        DEPENDENCY_CASES[name].migrate(data)
    assert caught.value.line == line
