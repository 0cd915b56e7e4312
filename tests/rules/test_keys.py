"""Which key of the environment both SDKs take, as the README says."""

from __future__ import annotations

import pytest
from google import genai
from google.generativeai import client as legacy_client

GOOGLE, GEMINI = ("GOOGLE_API_KEY", "GEMINI_API_KEY")


def taken(monkeypatch: pytest.MonkeyPatch, **variables: str) -> tuple[str, str]:
    """The keys that the old and the new SDK take of some variables."""
    for name in (GOOGLE, GEMINI):
        monkeypatch.delenv(name, raising=False)
    for name, key in variables.items():
        monkeypatch.setenv(name, key)
    manager = legacy_client._ClientManager()
    monkeypatch.setattr(legacy_client, "_client_manager", manager)
    legacy_client.configure()
    return manager.client_config["client_options"].api_key, str(genai.Client()._api_client.api_key)


def test_one_key_is_taken_by_both(monkeypatch: pytest.MonkeyPatch) -> None:
    assert taken(monkeypatch, GOOGLE_API_KEY="a") == ("a", "a")
    assert taken(monkeypatch, GEMINI_API_KEY="b") == ("b", "b")


def test_of_two_keys_each_takes_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert taken(monkeypatch, GOOGLE_API_KEY="a", GEMINI_API_KEY="b") == ("b", "a")


def test_an_empty_key_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert taken(monkeypatch, GOOGLE_API_KEY="a", GEMINI_API_KEY="") == ("a", "a")
    assert taken(monkeypatch, GOOGLE_API_KEY="", GEMINI_API_KEY="b") == ("b", "b")
