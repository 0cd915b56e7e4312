"""Programs migrated by the workers of a Dask cluster, which need none of this machine's files."""

from __future__ import annotations

import logging
import pickle
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from genai_codemod import __version__
from genai_codemod.project.executors import Attempt, Executor, ExecutorError, Lost, Migrate
from genai_codemod.project.programs import Program

if TYPE_CHECKING:
    from distributed import Client, Future

_SECONDS_TO_CONNECT = 10
_SECONDS_FOR_A_WORKER = 10


class OnCluster(Executor):
    """The workers of the cluster whose scheduler has an address ``HOST:PORT``.

    Raises:
        ExecutorError: Dask is not installed, the scheduler cannot be reached, it has no workers, or
            one of them has not this version of this package.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._client = _connected(address)
        try:
            _check_workers(self._client, address)
        except BaseException:
            self.close()
            raise

    def run(
        self, programs: Sequence[Program], migrate: Migrate
    ) -> Iterator[tuple[Program, Attempt]]:
        from distributed import as_completed

        waiting: dict[Future[bytes], Program] = {}
        task = _task()
        for program in sorted(programs, key=lambda program: -program.size):
            # As bytes, since the scheduler reads what a task is given and may lack this package.
            work = pickle.dumps((program, migrate))
            waiting[self._client.submit(task, work, pure=False)] = program
        for future in as_completed(list(waiting), loop=self._client.loop):
            yield waiting.pop(future), self._attempt(future)

    def close(self) -> None:
        # With its client the scheduler forgets what nobody else waits for.
        self._client.close(timeout=2)

    def _attempt(self, future: Future[bytes]) -> Attempt:
        from concurrent.futures import CancelledError

        from distributed.scheduler import KilledWorker

        try:
            result: Attempt = pickle.loads(future.result())
        except KilledWorker:
            return Lost.LOST
        except (OSError, CancelledError) as error:
            raise ExecutorError(
                f"the scheduler {self._address} does not answer any more"
            ) from error
        except Exception as error:
            text = " ".join(f"{type(error).__name__}: {error}".split())
            raise ExecutorError(f"a worker of {self._address} failed: {text}") from error
        return result


def _task() -> Callable[[bytes], bytes]:
    # A function inside a function travels as code: a worker that lacks this package can say so.
    def migrate_on_worker(work: bytes) -> bytes:
        import pickle

        from genai_codemod.project.executors import attempt

        program, migrate = pickle.loads(work)
        return pickle.dumps(attempt(program, migrate))

    return migrate_on_worker


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise ExecutorError("--executor needs Dask: pip install 'genai-codemod[dask]'") from error
    # What goes wrong is said in one line, not in those of its loggers.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return Client(f"tcp://{address}", timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ExecutorError(f"cannot reach a Dask scheduler at {address}") from error


def _check_workers(client: Client, address: str) -> None:
    """Make sure that every worker gives the results that this process would give."""
    try:
        client.wait_for_workers(1, timeout=_SECONDS_FOR_A_WORKER)
    except TimeoutError as error:
        raise ExecutorError(f"the Dask scheduler at {address} has no workers") from error
    versions = client.run(pkgutil.resolve_name, "genai_codemod:__version__", on_error="return")
    check_versions(versions)


def check_versions(versions: Mapping[str, object]) -> None:
    """Compare the versions that workers have, or the errors that came instead.

    Raises:
        ExecutorError: some worker has another version than this process, or none.
    """
    for worker, version in sorted(versions.items()):
        if isinstance(version, ModuleNotFoundError):
            raise ExecutorError(f"the Dask worker {worker} has no genai-codemod installed")
        if version != __version__:
            raise ExecutorError(
                f"the Dask worker {worker} has genai-codemod {version}, not {__version__}"
            )
