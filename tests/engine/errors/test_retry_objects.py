"""Objects of google.api_core.retry that are left as they are, and marked."""

from __future__ import annotations

import textwrap

import pytest

from genai_codemod.engine import load_pack, migrate_source

RULE = "[errors.retry]"
PROGRAM = """
import google.generativeai as genai
from google.api_core import exceptions, retry

genai.configure(api_key="k")
model = genai.GenerativeModel("m")
{}


@{}
def ask(question):
    return model.generate_content(question, request_options={{"timeout": 3}})
"""


def migrated(decorator: str, before: str = "") -> str:
    """A program whose function an object repeats."""
    program = PROGRAM.format(textwrap.dedent(before), decorator)
    return migrate_source(program.encode(), load_pack()).after.decode()


@pytest.mark.parametrize(
    ("decorator", "before"),
    [
        ("retry.Retry(**options)", "options = {'initial': 1}"),
        ("retry.Retry(predicate=lambda error: error.code == 429)", ""),
        ("retry.Retry(predicate=retry.if_exception_type(*errors))", "errors = ()"),
        ("retry.Retry(predicate=retry.if_exception_type(exceptions.Redirection))", ""),
        ("retry.Retry()", "print(exceptions.RetryError)"),
        ("patient", "patient = retry.Retry()\nprint(patient)"),
    ],
)
def test_what_may_be_told_of_other_errors_is_marked(decorator: str, before: str) -> None:
    assert RULE in migrated(decorator, before)


def test_a_coroutine_that_may_be_late_is_marked() -> None:
    late = "retry.AsyncRetry(predicate=retry.if_exception_type(exceptions.DeadlineExceeded))"
    program = PROGRAM.replace("def ask", "async def ask").replace(
        "model.generate_content", "await model.generate_content_async"
    )
    after = migrate_source(program.format("", late).encode(), load_pack()).after.decode()
    assert RULE in after


@pytest.mark.parametrize(
    ("predicate", "written"),
    [
        ("", "error.code in (429, 503)"),
        ("retry.if_transient_error", "error.code in (429, 503)"),
        ("retry.if_exception_type(exceptions.TooManyRequests)", "error.code == 429"),
        ("retry.if_exception_type(KeyError)", "retry.if_exception_type(KeyError)"),
        ("retry.if_exception_type(exceptions.DeadlineExceeded)", "httpx2.TimeoutException"),
        ("lambda e: isinstance(e, exceptions.TooManyRequests)", "e.code == 429"),
    ],
)
def test_a_predicate_asks_for_the_new_errors(predicate: str, written: str) -> None:
    after = migrated(f"retry.Retry({predicate})")
    assert written in after
    assert RULE not in after


def test_what_repeats_other_calls_is_marked() -> None:
    program = PROGRAM.format("", "retry.Retry()").replace("model.generate_content", "print")
    after = migrate_source(f"{program}\nask('x')\n".encode(), load_pack()).after.decode()
    assert "@retry.Retry()" in after
    assert RULE in after


def test_what_may_repeat_calls_of_requests_is_marked() -> None:
    assert RULE in migrated("retry.Retry()", "import requests\nprint(requests.get('x'))")
