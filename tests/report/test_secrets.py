from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_codemod.report.secrets import key_places, masked

KEY = "AIza" + "Sy0123456789abcdefghijklmnopqrstuvw"


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY}",
        f"genai.configure(api_key='{KEY}')",
        'genai.Client(api_key="abcd1234efgh5678")',
        'os.environ["GOOGLE_API_KEY"] = "abcd1234efgh5678"',
        "GEMINI_API_KEY='abcd1234efgh5678'",
        '{"api_key": "abcd1234efgh5678"}',
        "access_token = 'ya29.a0AfH6SMBx-1234567890abcdef'",
        r'"genai.configure(api_key=\"abcd1234efgh5678\")\n",',
        r'"os.environ[\"GOOGLE_API_KEY\"] = \"abcd1234efgh5678\"\n"',
        "export GOOGLE_API_KEY=abcd1234efgh5678",
        "!GOOGLE_API_KEY=abcd1234efgh5678 python app.py",
        "--extra-index-url https://me:abcd1234efgh5678@example.com/simple",
        "ask('sk-proj-abcd1234efgh5678ijkl')",
    ],
)
def test_a_key_is_hidden(text: str) -> None:
    assert "***" in masked(text)
    assert "1234" not in masked(text)
    assert [line for line, _ in key_places(f"x = 1\n{text}\n")] == [2]


@pytest.mark.parametrize(
    "text",
    [
        'genai.configure(api_key="YOUR_API_KEY_GOES_HERE")',
        'api_key=os.environ["GOOGLE_API_KEY"]',
        'api_key = get_key("projects/p1/secrets/google")',
        "tokens = 'one two three four five 6'",
        "f(API_KEY=settings.keys_of_version_2)",
        "MAX_TOKENS=settings.limits_2[name]",
        "https://${USER_NAME}:${TOKEN_1234567890}@example.com",
        "risk-assessment-of-the-year-2024",
    ],
)
def test_what_is_no_key_stays(text: str) -> None:
    assert masked(text) == text


@given(st.text(), st.text())
def test_a_key_is_hidden_wherever_it_stands(before: str, after: str) -> None:
    assert KEY not in masked(f"{before} {KEY} {after}")


@given(st.text())
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert masked(masked(text)) == masked(text)
