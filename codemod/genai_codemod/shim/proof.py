"""Proves that programs do the same before and after a change, for each canned answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Unpack

from .comparison import Comparison, compare
from .recording import Options, ProofError, Recording


@dataclass(frozen=True)
class Program:
    """A file to run, and what the user calls it.

    `tree` is the folder that it may read, and `start` the one that it is started in; without
    them, its own.  `python` is the interpreter, where it has one of its own.
    """

    path: Path
    shown: str
    tree: Path | None = None
    start: Path | None = None
    python: str | None = None


@dataclass(frozen=True)
class Pair:
    """A program before a change and after it."""

    before: Program
    after: Program


@dataclass(frozen=True)
class Proof:
    """What running a pair with one canned answer showed: a comparison, or why there is none.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import prove
        >>> _ = Path("before.py").write_text("x = (\\n")
        >>> _ = Path("after.py").write_text("x = 1\\n")
        >>> (proof,) = prove("before.py", "after.py")
        >>> proof.answer, proof.holds(), proof.comparison
        ('default', False, None)
        >>> proof.error[:28]
        'before.py is not valid Pytho'
    """

    pair: Pair
    answer: str
    comparison: Comparison | None = None
    error: str | None = None
    sdks: tuple[str, ...] = ()
    """The SDKs that the two were run on, with their versions."""

    def holds(self, *, output: bool = False) -> bool:
        """Whether both did the same; with `output`, also printed it."""
        found = self.comparison
        return found is not None and found.equal and (found.same_output or not output)


def proofs(
    pairs: Iterable[Pair],
    answers: Sequence[str],
    record: Callable[..., Recording],
    **options: Unpack[Options],
) -> Iterator[Proof]:
    """Run each pair with each answer; a program that cannot be run costs the others nothing."""
    for pair in pairs:
        for answer in answers:
            asked: Options = {**options, "answer": answer}
            try:
                before, after = (run(each, record, **asked) for each in (pair.before, pair.after))
            except ProofError as error:
                yield Proof(pair, answer, error=str(error))
            else:
                sdks = tuple(dict.fromkeys((*before.sdks, *after.sdks)))
                yield replace(_proof(pair, answer, compare(before, after)), sdks=sdks)


def _proof(pair: Pair, answer: str, comparison: Comparison) -> Proof:
    """Programs that fail before they send anything have shown nothing, as if they had not run."""
    if comparison.exchanges or not (comparison.ending_before and comparison.ending_after):
        return Proof(pair, answer, comparison)
    reason = comparison.ending_after.partition("\n")[0]
    error = f"{pair.before.shown} and {pair.after.shown} end before they send a request: {reason}"
    return Proof(pair, answer, error=error)


def run(
    program: Program, record: Callable[..., Recording], **options: Unpack[Options]
) -> Recording:
    """Record a program; a ProofError calls it what the user does."""
    asked: Options = {"tree": program.tree, "start": program.start, **options}
    if program.python is not None:
        asked["python"] = program.python
    try:
        return record(program.path, **asked)
    except ProofError as error:
        raise ProofError(str(error).replace(str(program.path), program.shown)) from error
