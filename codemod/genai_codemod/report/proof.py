"""What proofs and recordings show, as text and as JSON, without the keys in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from genai_codemod.report.secrets import masked, masked_values
from genai_codemod.report.text import count
from genai_codemod.shim.comparison import Comparison, Exchange, shown
from genai_codemod.shim.proof import Proof
from genai_codemod.shim.recording import Ending, Recording
from genai_codemod.shim.wire import Request

FORMAT_VERSION = 1


def as_text(proofs: Sequence[Proof], *, output: bool) -> str:
    """A few lines for each pair and answer, and the differences.

    A heading says which they are when there are several.
    """
    lines: list[str] = []
    for proof in proofs:
        if proof.comparison is None:
            continue
        if len(proofs) > 1:
            lines.append(f"== {proof.pair.after.shown}, answer {proof.answer}")
        lines += _comparison_lines(proof.comparison, output)
    if len(proofs) > 1:
        same = sum(proof.holds(output=output) for proof in proofs)
        lines.append(f"{same} of {count(len(proofs), 'run')} the same{_nothing_sent(proofs)}")
    return "".join(masked(line) + "\n" for line in lines)


def _nothing_sent(proofs: Sequence[Proof]) -> str:
    silent = sum(each.comparison is not None and not each.comparison.exchanges for each in proofs)
    return f"; {silent} sent nothing, which proves nothing" if silent else ""


def run_on(sdks: Iterable[str]) -> str:
    """What programs were run on, as a sentence."""
    return f"Run on {' and '.join(sorted(set(sdks))) or 'no SDK'}."


def _comparison_lines(comparison: Comparison, output: bool) -> Iterator[str]:
    for _, group in groupby(comparison.exchanges, key=_shown_alike):
        first, *again = group
        yield first.title
        if not first.same:
            yield first.diff
        if again:
            yield f"and the same again {count(len(again), 'time')}"
    if not comparison.same_ending:
        yield "the programs end differently"
        yield f"  before: {comparison.ending_before or 'normally'}"
        yield f"  after:  {comparison.ending_after or 'normally'}"
    if not comparison.same_output:
        yield "the printed output differs" if output else "note: the printed output differs"
        yield comparison.output_diff
    for note in comparison.notes:
        yield f"note: {note}"
    if comparison.tolerated:
        yield f"tolerated: {', '.join(comparison.tolerated)}"
    yield _verdict(comparison)


def _shown_alike(exchange: Exchange) -> object:
    """The same for requests in a row that only one side sends, and which are all alike."""
    both = exchange.before is not None and exchange.after is not None
    return exchange.position if both else exchange.diff


def _verdict(comparison: Comparison) -> str:
    requests = count(comparison.request_count, "request")
    if comparison.differences:
        return f"different: {len(comparison.differences)} of {requests} before"
    if not comparison.same_ending:
        return f"different: the same {requests}, another ending"
    return f"same requests: {requests}"


def as_json(proofs: Sequence[Proof], *, output: bool) -> str:
    """All that is known of each pair and answer.

    Requests are as the tolerances leave them, so that those that are the same look the same.
    """
    runs = [
        {
            "before": proof.pair.before.shown,
            "after": proof.pair.after.shown,
            "answer": proof.answer,
            "same": proof.holds(output=output),
            "error": proof.error,
            "sdks": proof.sdks,
            **(_comparison_values(proof.comparison) if proof.comparison else {}),
        }
        for proof in proofs
    ]
    return _dumped({"version": FORMAT_VERSION, "runs": runs})


def _comparison_values(comparison: Comparison) -> dict[str, Any]:
    return {
        "requests": [_exchange_values(each) for each in comparison.exchanges],
        "output": {"same": comparison.same_output, "diff": comparison.output_diff},
        "ending": {
            "same": comparison.same_ending,
            "before": comparison.ending_before,
            "after": comparison.ending_after,
        },
        "tolerated": comparison.tolerated,
        "notes": comparison.notes,
    }


def _exchange_values(exchange: Exchange) -> dict[str, Any]:
    return {
        "position": exchange.position,
        "same": exchange.same,
        "before": None if exchange.before is None else _request_values(exchange.before),
        "after": None if exchange.after is None else _request_values(exchange.after),
        "diff": exchange.diff,
    }


def _request_values(request: Request) -> dict[str, Any]:
    return {
        "method": request.http_method,
        "host": request.host,
        "version": request.version,
        "path": request.path,
        "query": request.query,
        "body": request.body,
    }


def recordings_as_text(recordings: Sequence[tuple[str, Recording]]) -> str:
    """What a program sent, printed and ended with, for each canned answer."""
    lines: list[str] = []
    for answer, recording in recordings:
        if len(recordings) > 1:
            lines.append(f"== answer {answer}")
        lines += _recording_lines(recording)
    return "".join(masked(line) + "\n" for line in lines)


def _recording_lines(recording: Recording) -> Iterator[str]:
    for position, request in enumerate(recording.requests, 1):
        yield f"request {position}: {shown(request).rstrip()}"
    for line in recording.stdout.splitlines():
        yield f"printed: {line}"
    for attempt in recording.refused:
        yield f"refused offline: {attempt}"
    requests = count(len(recording.requests), "request")
    yield f"{requests}; ended {_ended(recording.ending)}"


def _ended(ending: Ending | None) -> str:
    if ending is None:
        return "normally"
    place = "" if ending.line is None else f" in line {ending.line}"
    return f"with {ending.type}{place}: {ending.message}"


def recordings_as_json(program: str, recordings: Sequence[tuple[str, Recording]]) -> str:
    """The same as values."""
    runs = [
        {
            "answer": answer,
            "sdks": recording.sdks,
            "requests": [_request_values(request) for request in recording.requests],
            "output": recording.stdout,
            "ending": None
            if (ending := recording.ending) is None
            else {"type": ending.type, "message": ending.message, "line": ending.line},
            "refused": recording.refused,
        }
        for answer, recording in recordings
    ]
    return _dumped({"version": FORMAT_VERSION, "program": program, "runs": runs})


def _dumped(values: Any) -> str:
    return json.dumps(masked_values(values), indent=2, ensure_ascii=False)
