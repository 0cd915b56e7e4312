"""The helpers for durations, moments and time limits."""

from __future__ import annotations

import pytest
from google.genai import types
from tests.rules.helper_templates import Compared, helper


def test_a_timeout_is_in_milliseconds() -> None:
    timeout = helper("timeout")
    assert [timeout(None), timeout(60), timeout(0.5), timeout(1.1)] == [None, 60000, 500, 1100]
    assert types.HttpOptions(timeout=timeout(2.5)).timeout == 2500


TTLS = [
    "300",
    "datetime.timedelta(minutes=5)",
    "datetime.timedelta(days=2, seconds=1.5)",
    "{'seconds': 300}",
    "{'seconds': 3, 'nanos': 500000000}",
]


@pytest.mark.parametrize("ttl", TTLS)
def test_a_time_to_live_is_sent_as_before(ttl: str, compared: Compared) -> None:
    comparison = compared(
        "import datetime; from google.generativeai import caching\n"
        f"caching.CachedContent.create('m', contents=['a'], ttl={ttl})",
        "import datetime\n"
        f"client.caches.create(model='m', config={{'contents': ['a'], 'ttl': _duration({ttl})}})",
        "duration",
    )
    assert comparison.equal, comparison.differences
    assert helper("duration")(None) is None


MOMENTS = [
    "1893456000",
    "{'seconds': 1893456000}",
    "datetime.datetime(2030, 5, 1, 12)",
    "datetime.datetime(2030, 5, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=3)))",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_is_sent_as_before(moment: str, compared: Compared) -> None:
    comparison = compared(
        "import datetime; from google.generativeai import caching\n"
        f"caching.CachedContent.create('m', contents=['a'], expire_time={moment})",
        "import datetime\n"
        f"config = {{'contents': ['a'], 'expire_time': _moment({moment})}}\n"
        "client.caches.create(model='m', config=config)",
        "moment",
    )
    assert comparison.equal, comparison.differences
    assert helper("moment")(None) is None


def test_request_options_are_in_milliseconds() -> None:
    options = helper("http_options")
    assert options(None) is None
    assert options({"timeout": 2.5}) == types.HttpOptions(timeout=2500)
    assert options({"timeout": None, "retry": None}) == types.HttpOptions()
    assert options(types.HttpOptions(timeout=3)) == types.HttpOptions(timeout=3)
    with pytest.raises(TypeError, match="HttpRetryOptions"):
        options({"retry": object()})
