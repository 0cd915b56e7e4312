"""Tests of programs that use google.genai, without network: a plugin for pytest.

It does nothing, and imports nothing, before a test asks for the fixture ``genai_offline`` or
pytest is called with ``--genai-offline``.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .offline import OfflineGenai

_FIXTURE = "genai_offline"
_RUN: pytest.StashKey[OfflineGenai] = pytest.StashKey()
_TEST: pytest.StashKey[OfflineGenai] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that takes all tests off the network."""
    parser.getgroup("google.genai").addoption(
        "--genai-offline",
        action="store_true",
        help="answer google.genai from a canned server, in all tests",
    )


def pytest_configure(config: pytest.Config) -> None:
    """With the option, go offline before the first test is imported."""
    if config.getoption("--genai-offline"):
        offline = _offline()
        config.stash[_RUN] = offline
        offline.__enter__()
        config.add_cleanup(lambda: offline.__exit__(None, None, None))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With the option, let each test begin without the requests of another."""
    if _RUN in config.stash:
        for item in items:
            names = getattr(item, "fixturenames", None)
            if names is not None and _FIXTURE not in names:
                names.insert(0, _FIXTURE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fail a test that went on after a request that was not answered."""
    yield
    offline = item.stash.get(_TEST, None)
    if offline is not None and offline.unanswered:
        pytest.fail(offline.unanswered[0], pytrace=False)


@pytest.fixture
def genai_offline(request: pytest.FixtureRequest) -> Iterator[OfflineGenai]:
    """The canned server that answers google.genai during the test.

    ``genai_offline.requests`` are the requests, each with ``method``, ``path`` and ``body``;
    ``genai_offline.answer("blocked-prompt")`` chooses what the model answers.
    """
    offline = request.config.stash.get(_RUN, None)
    if offline is not None:
        offline.reset()
        request.node.stash[_TEST] = offline
        yield offline
        return
    with _offline() as offline:
        request.node.stash[_TEST] = offline
        yield offline


def _offline() -> OfflineGenai:
    from .offline import OfflineGenai

    return OfflineGenai(pytest.fail)
