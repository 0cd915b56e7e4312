"""The address that options in a variable give to configure()."""

from __future__ import annotations

import pytest

from genai_codemod.engine import load_pack, migrate_source

OPTIONS = 'options = {"api_endpoint": HOST}\n'
PROGRAM = (
    "import google.generativeai as genai\n{}genai.configure(api_key='K', client_options=options)\n"
    "print(genai.GenerativeModel('a').generate_content('x').text)\n"
)
DROPPED = {
    "another entry": 'options = {"api_endpoint": HOST, "quota_project_id": "p"}\n',
    "a later entry": OPTIONS + 'options["quota_project_id"] = "p"\n',
    "entries of another dict": OPTIONS + "options.update(more)\n",
    "what a function fills": OPTIONS + "fill(options)\n",
    "one of two dicts": OPTIONS + 'if HOST:\n    options = {"scopes": []}\n',
}


def after(made: str) -> str:
    return migrate_source(PROGRAM.format(made).encode(), load_pack()).after.decode()


def test_the_address_of_a_dict_is_read_there() -> None:
    assert '_endpoint(options["api_endpoint"])' in after(OPTIONS)
    assert "TODO(genai-codemod)" not in after(OPTIONS)


@pytest.mark.parametrize("case", DROPPED, ids=str)
def test_options_that_may_hold_more_are_marked(case: str) -> None:
    assert "[client.endpoint]" in after(DROPPED[case])
