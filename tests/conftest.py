from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.recorder import RECORDER


@pytest.fixture(scope="session", autouse=True)
def _recorder() -> Iterator[None]:
    """End the recorder's processes with the run."""
    yield
    RECORDER.close()
