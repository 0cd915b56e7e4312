"""Where the files of a run are migrated, as its options say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from genai_codemod.errors import OptionError
from genai_codemod.project.executors import (
    Choose,
    Find,
    Prepare,
    find_meanwhile,
    find_now,
    load_nothing,
    local,
)

if TYPE_CHECKING:
    from genai_codemod.library.options import Options
    from genai_codemod.project.executors import Executor
    from genai_codemod.project.programs import Program
    from genai_codemod.settings import Settings

_CLUSTER = "dask://"


def chosen_find(options: Options, settings: Settings, prepare: Prepare) -> Find:
    """What finds the programs, while ``prepare`` loads what migrating them here needs."""
    if options.executor is not None:
        return find_now
    return find_meanwhile(options.jobs or settings.jobs, prepare)


def chosen_executor(
    options: Options, settings: Settings, prepare: Prepare = load_nothing
) -> Choose:
    """What chooses where programs are migrated; ``prepare`` loads what that needs.

    Raises:
        OptionError: the address of the cluster is none.
    """
    if options.executor is None:
        return local(options.jobs or settings.jobs, prepare)
    address = options.executor.removeprefix(_CLUSTER)
    host, _, port = address.rpartition(":")
    if address == options.executor or not host or not port.isdecimal():
        message = f"{options.executor!r} is not of the form {_CLUSTER}HOST:PORT"
        raise OptionError(message, "executor")
    if options.jobs:
        raise OptionError("jobs and executor exclude each other", "executor")

    def choose(_programs: Sequence[Program]) -> Executor:
        from genai_codemod.project.cluster import OnCluster

        return OnCluster(address)

    return choose
