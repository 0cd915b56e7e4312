"""What a caller asks of a run or a proof, in any form."""

from __future__ import annotations

from dataclasses import replace

from genai_codemod import Options, ProofOptions


def test_lists_are_as_good_as_tuples() -> None:
    given = Options(rules=["vertexai"], exclude=["a/", "b/"], select=[], ignore=["files"])
    assert given == Options(rules=("vertexai",), exclude=("a/", "b/"), ignore=("files",))
    assert hash(given) == hash(replace(given))
    assert ProofOptions(answers=["429"], arguments=["-x"]).arguments == ("-x",)


def test_a_list_that_changes_later_changes_nothing() -> None:
    names = ["vertexai"]
    given = Options(rules=names)
    names.append("openai-compat")
    assert given.rules == ("vertexai",)


def test_a_text_alone_is_one_of_them() -> None:
    assert Options(rules="team.yaml").rules == ("team.yaml",)
    assert ProofOptions(answers="429").chosen_answers() == ("429",)
