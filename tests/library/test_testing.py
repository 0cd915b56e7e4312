"""The kit for rule authors: it finds their cases, and each of its checks can fail."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest
from tests.recorder import RECORDER

from genai_codemod import CodemodError, Comparison
from genai_codemod.library import proving
from genai_codemod.testing import (
    Case,
    Made,
    cases,
    check_case,
    check_comments,
    check_comparison,
    check_noop,
    check_parses,
    check_same,
    check_text,
    make,
)

RULES = """
- rule: acme.ask
  legacy: acme.llm.ask(prompt, model)
  becomes: acme.ai.complete(model=model, input=prompt)
"""
BEFORE = "import acme.llm\n\nprint(acme.llm.ask('Hi', 'small'))  # says hello\n"
AFTER = "import acme.ai\n\nprint(acme.ai.complete(model='small', input='Hi'))  # says hello\n"
LEGACY = "import google.generativeai as genai\n\ngenai.delete_file('files/f')\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of somebody's own, and a case of each form."""
    monkeypatch.chdir(tmp_path)
    write("team-rules.yaml", RULES)
    write("tests/ask/before.py", BEFORE)
    write("tests/ask/after.py", AFTER)
    write("tests/ask/case.yaml", "about: a function is renamed\nanswers: [default, 429]\n")
    write("tests/program/before/llm.py", BEFORE.replace("print", "answer = str"))
    write("tests/program/before/main.py", "from llm import answer\n\nprint(answer)\n")
    write("tests/program/after/llm.py", AFTER.replace("print", "answer = str"))
    write("tests/program/after/main.py", "from llm import answer\n\nprint(answer)\n")
    write("tests/noop/other.py", "import acme.other\n")
    write("tests/noop/named/before.py", "import acme.other\n")


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def case_of(before: str, after: str | None = None) -> Case:
    written = None if after is None else write("case/after.py", after)
    return Case("case", write("case/before.py", before), written)


def made(before: str, after: str) -> Made:
    return Made({"before.py": before.encode()}, {"before.py": after.encode()}, 1)


def test_the_cases_of_a_folder() -> None:
    found = {case.name: case for case in cases("tests")}
    assert list(found) == ["ask", "noop/named", "noop/other.py", "program"]
    assert [name for name, case in found.items() if case.after is None] == list(found)[1:3]
    assert found["ask"].answers == ("default", "429")
    assert [case.name for case in cases("tests", without=["noop", "pro"])] == ["ask", "program"]


def test_a_folder_without_cases_is_an_error() -> None:
    Path("empty").mkdir()
    with pytest.raises(FileNotFoundError, match="no case in "):
        cases("empty")


@pytest.mark.parametrize("name", ["ask", "noop/named", "noop/other.py", "program"])
def test_rules_of_ones_own_are_checked(name: str) -> None:
    (case,) = (each for each in cases("tests") if each.name == name)
    check_case(case, rules=[Path("team-rules.yaml")])


@pytest.mark.parametrize("name", ["ask", "program"])
def test_without_its_rules_a_case_fails(name: str) -> None:
    (case,) = (each for each in cases("tests") if each.name == name)
    with pytest.raises(AssertionError, match=r"\+import acme.llm|\+from acme|-import acme.ai"):
        check_case(case)


def test_rules_that_change_what_they_made_fail() -> None:
    again = RULES + "- rule: acme.again\n  legacy: acme.ai.complete(model, input)\n"
    write("team-rules.yaml", again + "  becomes: acme.ai.completed(model, input)\n")
    (case,) = (each for each in cases("tests") if each.name == "ask")
    with pytest.raises(AssertionError):
        check_case(case, rules=["team-rules.yaml"])


def test_another_text_is_shown_as_a_difference() -> None:
    with pytest.raises(AssertionError, match=r"(?s)case:.*-x = 2.*\+x = 3"):
        check_text(case_of("x = 1\n", "x = 2\n"), made("x = 1\n", "x = 3\n"))


def test_files_that_are_missing_or_too_many() -> None:
    case = next(case for case in cases("tests") if case.name == "program")
    files = {"main.py": b"", "llm.py": b"", "more.py": b""}
    with pytest.raises(AssertionError, match=r"after has no more.py"):
        check_text(case, Made(files, files, 0))
    with pytest.raises(AssertionError, match=r"there is no llm.py, main.py after"):
        check_text(case, Made({}, {}, 0))


def test_what_must_stay_is_not_even_edited() -> None:
    case = case_of("x = 1\n")
    with pytest.raises(AssertionError, match=r"(?s)must stay as it is:.*\+x = 2"):
        check_noop(case, made("x = 1\n", "x = 2\n"))
    with pytest.raises(AssertionError, match="1 edits that change nothing"):
        check_noop(case, made("x = 1\n", "x = 1\n"))


def test_a_lost_comment_is_named() -> None:
    with pytest.raises(AssertionError, match=r"before.py has lost comments: # why"):
        check_comments(case_of("x = 1\n"), made("x = 1  # why\n", "x = 2\n"))


def test_what_is_no_python_is_named() -> None:
    with pytest.raises(AssertionError, match=r"before.py is no Python: "):
        check_parses(case_of("x = 1\n"), made("x = 1\n", "x = (\n"))


def test_a_difference_of_two_programs_must_be_excused() -> None:
    louder = Comparison((), (), 1, "", "", "-hi\n+HI")
    case = case_of("x = 1\n", "x = 1\n")
    with pytest.raises(AssertionError, match=r"differs: output; excused: nothing\n *-hi\n *\+HI"):
        check_comparison(case, "default", louder)
    excused = Case("case", case.before, case.after, {"differs": {"429": {"output": "it shouts"}}})
    check_comparison(excused, "429", louder)
    with pytest.raises(AssertionError, match="differs: nothing; excused: output"):
        check_comparison(excused, "429", Comparison((), (), 1, "", "", ""))
    with pytest.raises(AssertionError, match="sends nothing proves nothing"):
        check_comparison(case, "default", Comparison((), (), 0, "", "", ""))


def test_programs_that_do_something_else_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "warm_recorder", lambda: nullcontext(RECORDER.record))
    other = "from google import genai\n\nc = genai.Client()\nc.files.delete(name='files/g')\n"
    with pytest.raises(AssertionError, match="differs: requests; excused: nothing"):
        check_same(case_of(LEGACY, other))


def test_a_file_that_cannot_be_migrated() -> None:
    with pytest.raises(CodemodError):
        make(write("broken.py", "import google.generativeai\nx = (\n"))
    write("two/broken.py", "import google.generativeai\nx = (\n")
    with pytest.raises(AssertionError, match=r"broken.py: parser error"):
        make("two")


def test_what_is_migrated_stays_as_it_is_on_the_disk() -> None:
    path = write("two/app.py", LEGACY)
    assert b"client.files.delete" in make("two").after["app.py"]
    assert path.read_text() == LEGACY


def test_the_program_before_has_an_interpreter_of_its_own() -> None:
    after = make(write("case/before.py", LEGACY)).after["before.py"].decode()
    case = case_of(LEGACY, after)
    with pytest.raises(AssertionError, match="old/bin/python could not be started"):
        check_same(case, before_python="old/bin/python")
    with pytest.raises(AssertionError, match="old/bin/python could not be started"):
        check_case(case, prove=True, before_python="old/bin/python")
