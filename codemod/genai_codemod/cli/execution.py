"""The options that say where a run migrates, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import click

from genai_codemod import Options
from genai_codemod.tools import DEFAULT_SECONDS


def execution_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add options to a command that has ``options``, which are among those then."""

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
        help="Migrate on a cluster: dask://HOST:PORT.",
    )
    @click.option(
        "--timeout",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help=f"Leave files that take longer; 0: never.  [default: {DEFAULT_SECONDS:g}]",
    )
    @wraps(command)
    def with_execution(
        *args: Any,
        jobs: int | None,
        executor: str | None,
        timeout: float | None,
        options: Options,
        **others: Any,
    ) -> Any:
        if jobs and executor:
            raise click.UsageError("-j and --executor exclude each other")
        options = replace(options, jobs=jobs, executor=executor, timeout=timeout)
        return command(*args, options=options, **others)

    return with_execution
