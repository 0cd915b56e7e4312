"""The options that say where a run migrates, and what is shown meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from genai_codemod.project.budget import DEFAULT_SECONDS
from genai_codemod.project.executors import Choose, ExecutorError, local
from genai_codemod.project.programs import Program
from genai_codemod.project.runner import Advance, Progress, unseen
from genai_codemod.report.progress import bar, wants_bar

_CLUSTER = "dask://"


@dataclass(frozen=True, slots=True)
class Execution:
    """Where programs are migrated, how the user sees how far that is, and how long each may take.

    0 seconds are no limit.
    """

    choose: Choose
    progress: Progress
    seconds: float


class NowhereError(click.ClickException):
    """There is nowhere to migrate."""

    exit_code = 2


def execution_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which is called with the ``execution`` they ask for."""

    @click.option(
        "-j",
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help="At most this many processes; default: the cores.",
    )
    @click.option(
        "--executor",
        metavar="ADDRESS",
        callback=_checked,
        help="Migrate on a cluster: dask://HOST:PORT.",
    )
    @click.option(
        "--timeout",
        type=click.FloatRange(min=0),
        default=DEFAULT_SECONDS,
        show_default=True,
        metavar="SECONDS",
        help="Leave files that take longer; 0: never.",
    )
    @wraps(command)
    def with_execution(
        *args: Any,
        jobs: int | None,
        executor: str | None,
        timeout: float,
        quiet: bool,
        **options: Any,
    ) -> Any:
        if jobs and executor:
            raise click.UsageError("-j and --executor exclude each other")
        execution = Execution(
            local(jobs) if executor is None else _cluster(executor),
            unseen if quiet else _on_terminal,
            timeout,
        )
        try:
            return command(*args, execution=execution, quiet=quiet, **options)
        except ExecutorError as error:
            raise NowhereError(str(error)) from error

    return with_execution


def _checked(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        host, _, port = value.removeprefix(_CLUSTER).rpartition(":")
        if not value.startswith(_CLUSTER) or not host or not port.isdecimal():
            raise click.BadParameter(f"{value!r} is not of the form {_CLUSTER}HOST:PORT")
    return value


def _cluster(executor: str) -> Choose:
    def choose(_programs: Sequence[Program]) -> Any:
        from genai_codemod.project.cluster import OnCluster

        return OnCluster(executor.removeprefix(_CLUSTER))

    return choose


def _on_terminal(programs: Sequence[Program]) -> AbstractContextManager[Advance]:
    return bar(programs, sys.stderr) if wants_bar(programs, sys.stderr) else unseen(programs)
