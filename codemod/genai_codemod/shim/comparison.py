"""Compares what two programs sent, printed and ended with."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .recording import Recording
from .tolerances import TOLERANCES, Tolerance
from .tolerate.lift import Pair, Requests, change_objects
from .wire import JsonObject, Request

_LONGEST_BLOB = 60


@dataclass(frozen=True)
class Exchange:
    """A request and its twin; `before` or `after` is missing when only one side sent it.

    Both are as the tolerances leave them.
    """

    position: int
    """Counts from 1, on the side that sent the request."""
    before: Request | None
    after: Request | None
    diff: str = ""

    @property
    def same(self) -> bool:
        """Both sides sent the same."""
        return not self.diff

    @property
    def title(self) -> str:
        """What differs, in one line."""
        if self.before is None:
            assert self.after is not None
            return f"request {self.position}: {self.after.title} is sent only after"
        if self.after is None:
            return f"request {self.position}: {self.before.title} is sent only before"
        if self.same:
            return f"request {self.position}: {self.before.title} is the same"
        return f"request {self.position}: {self.before.title} differs"


@dataclass(frozen=True)
class Comparison:
    """Whether two programs do the same, and where they do not.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import prove
        >>> _ = Path("before.py").write_text("print('before')\\n")
        >>> _ = Path("after.py").write_text("print('after')\\n")
        >>> (proof,) = prove("before.py", "after.py")
        >>> comparison = proof.comparison
        >>> comparison.same_requests, comparison.request_count, comparison.same_output
        (True, 0, False)
    """

    exchanges: tuple[Exchange, ...]
    """All requests, side by side."""
    tolerated: tuple[str, ...]
    """The names of the tolerances that made a difference disappear."""
    request_count: int
    """How many requests the program before the change sent. With none, nothing was proved."""
    ending_before: str
    ending_after: str
    output_diff: str
    notes: tuple[str, ...] = ()

    @property
    def differences(self) -> tuple[Exchange, ...]:
        """The requests that are not the same on both sides."""
        return tuple(each for each in self.exchanges if not each.same)

    @property
    def same_requests(self) -> bool:
        """Both programs sent the same requests in the same order."""
        return not self.differences

    @property
    def same_ending(self) -> bool:
        """Both programs ended normally, or both with an exception."""
        return (self.ending_before == "") == (self.ending_after == "")

    @property
    def same_output(self) -> bool:
        """Both programs printed the same."""
        return not self.output_diff

    @property
    def equal(self) -> bool:
        """Both programs sent the same requests and ended alike."""
        return self.same_requests and self.same_ending


def compare(before: Recording, after: Recording) -> Comparison:
    """Compare two recordings; only what the table of tolerances names is forgiven."""
    pair = _normalise((before.requests, after.requests), TOLERANCES)
    return Comparison(
        exchanges=tuple(_exchanges(*pair)),
        tolerated=tuple(_tolerated((before.requests, after.requests))),
        request_count=len(pair[0]),
        ending_before=_ending(before),
        ending_after=_ending(after),
        output_diff=_unified(before.stdout, after.stdout),
        notes=tuple(_notes(before, after, pair)),
    )


def _normalise(pair: Pair, tolerances: Sequence[Tolerance]) -> Pair:
    for tolerance in tolerances:
        pair = tolerance.normalise(pair)
    return pair


def _key(request: Request) -> tuple[object, ...]:
    """All of a request but the SDK that sent it."""
    body = json.dumps(request.body, sort_keys=True)
    query = json.dumps(request.query, sort_keys=True)
    return request.http_method, request.host, request.version, request.path, query, body


def _tolerated(pair: Pair) -> Iterator[str]:
    """The tolerances without which more requests would differ."""
    differing = _differing(_normalise(pair, TOLERANCES))
    for tolerance in TOLERANCES:
        others = [other for other in TOLERANCES if other is not tolerance]
        if _differing(_normalise(pair, others)) > differing:
            yield tolerance.name


def _differing(pair: Pair) -> int:
    longest = max(len(pair[0]), len(pair[1]))
    same = sum(_key(one) == _key(other) for one, other in zip(*pair, strict=False))
    return longest - same


def _exchanges(before: Requests, after: Requests) -> Iterator[Exchange]:
    """Lay requests to the same endpoint side by side, so that one more shifts no others."""
    matcher = difflib.SequenceMatcher(
        None, [request.title for request in before], [request.title for request in after], False
    )
    for tag, start, stop, other_start, other_stop in matcher.get_opcodes():
        if tag == "equal":
            for offset in range(stop - start):
                yield _exchange(
                    start + offset + 1, before[start + offset], after[other_start + offset]
                )
            continue
        paired = min(stop - start, other_stop - other_start)
        for offset in range(paired):
            yield _exchange(start + offset + 1, before[start + offset], after[other_start + offset])
        for position in range(start + paired, stop):
            yield _exchange(position + 1, before[position], None)
        for position in range(other_start + paired, other_stop):
            yield _exchange(position + 1, None, after[position])


def _exchange(position: int, before: Request | None, after: Request | None) -> Exchange:
    if before is not None and after is not None and _key(before) == _key(after):
        return Exchange(position, before, after)
    texts = ["" if request is None else shown(request) for request in (before, after)]
    # What is not shown of a request, such as all of a long blob, can differ alone.
    diff = _unified(*texts) or "the requests differ in what is not shown"
    return Exchange(position, before, after, diff)


def shown(request: Request) -> str:
    """A request as lines of text."""
    lines = [request.title]
    if request.query:
        lines.append("?" + json.dumps(request.query, sort_keys=True))
    body = change_objects(request.body, _abbreviated)
    lines.append(json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False))
    return "\n".join(lines) + "\n"


def _abbreviated(item: JsonObject) -> JsonObject:
    """The bytes of a blob as their size and fingerprint."""
    data = item.get("data")
    if not isinstance(data, str) or len(data) <= _LONGEST_BLOB:
        return item
    digest = hashlib.sha256(data.encode()).hexdigest()[:12]
    return item | {"data": f"({len(data)} characters of base64, fingerprint {digest})"}


def _unified(before: str, after: str) -> str:
    return "\n".join(
        difflib.unified_diff(
            before.splitlines(), after.splitlines(), "before", "after", lineterm=""
        )
    )


def _ending(recording: Recording) -> str:
    if recording.ending is None:
        return ""
    return f"{recording.ending.type}: {recording.ending.message}"


def _notes(before: Recording, after: Recording, pair: Pair) -> Iterator[str]:
    if not pair[0] and not pair[1]:
        yield "no requests were sent: nothing was compared"
    if before.ending and after.ending:
        yield f"both programs end with an exception: {_ending(before)} | {_ending(after)}"
    for name, recording in (("before", before), ("after", after)):
        if recording.refused:
            yield f"{name}: refused offline: {', '.join(recording.refused)}"
