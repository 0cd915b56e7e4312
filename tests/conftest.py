from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from tests.recorder import RECORDER
from tests.shared import RESULTS


@pytest.fixture(scope="session", autouse=True)
def _recorder() -> Iterator[None]:
    """End the recorder's processes with the run."""
    yield
    RECORDER.close()


@pytest.fixture(scope="session", autouse=True)
def _shared_results(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let workers find each other's results in the folder above their own."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        RESULTS.folder = tmp_path_factory.getbasetemp().parent / "shared-results"
        RESULTS.folder.mkdir(exist_ok=True)
