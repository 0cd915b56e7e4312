"""What a run would do, in changes that can be made or refused each by itself."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.engine.planning.ignoring import only_follows
from genai_codemod.engine.rule_packs.selection import ALL, EVERYTHING, Selection
from genai_codemod.project.documents import piece
from genai_codemod.project.outcome import FileError, FileOutcome
from genai_codemod.sources.documents import DocumentError, is_document, open_document

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding, Migration

Selections = Mapping[Path, Selection]
Plan = Callable[[Selections], Sequence[FileOutcome]]

_MOST_ROUNDS = 5
_TURNED = "changed on disk while you were asked; run again"


@dataclass(frozen=True, slots=True)
class Spot:
    """A finding of a change: its file, and the module in that with its line (from 1) there."""

    file: Path
    module: int
    line: int
    finding: Finding

    @property
    def open(self) -> bool:
        """Whether it would leave something for a person."""
        return self.finding.status in ("review", "manual")


@dataclass(frozen=True, slots=True)
class Change:
    """What can only be done as a whole: some spots, or a file in which no spot is known.

    ``key`` stands for its code and its rules, wherever that is in the file.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.tools import changes_of, plan_paths
        >>> _ = Path("app.py").write_text(
        ...     "import google.generativeai as genai\\ngenai.delete_file('files/f')\\n"
        ... )
        >>> (change,) = changes_of(plan_paths(".").outcomes)
        >>> str(change.file), "files.delete" in change.rules
        ('app.py', True)
    """

    key: str
    spots: tuple[Spot, ...]
    files: tuple[Path, ...]

    @property
    def file(self) -> Path:
        return self.files[0]

    @property
    def rules(self) -> Sequence[str]:
        return tuple(dict.fromkeys(spot.finding.rule for spot in self.spots))


@dataclass(frozen=True, slots=True)
class Carried:
    """What comes of the answers: the outcomes, and what must stay beside what was refused."""

    outcomes: Sequence[FileOutcome]
    pulled: Sequence[Change]


def changes_of(outcomes: Iterable[FileOutcome]) -> list[Change]:
    """The changes of a run in the order of the files and their lines.

    What follows from others, as imports do, is part of none; a file in which nothing else is done,
    and that belongs to no other, is a change of its own.

    Examples:
        >>> from genai_codemod.tools import changes_of
        >>> changes_of([])
        []
    """
    spots: dict[str, list[Spot]] = defaultdict(list)
    following: list[FileOutcome] = []
    contents: dict[Path, Sequence[bytes]] = {}
    for outcome in outcomes:
        migration = outcome.migration
        if migration is None or outcome.held or not migration.changed:
            continue
        contents[outcome.path], found = _spots(outcome.path, migration)
        for spot in found:
            spots[spot.finding.flow].append(spot)
        if not found:
            following.append(outcome)
    changes = [_change(each, contents) for each in spots.values()]
    asked = {str(file) for change in changes for file in change.files}
    for outcome in following:
        assert outcome.migration is not None
        if outcome.migration.together.isdisjoint(asked):
            key = _hash([outcome.path.absolute().as_posix(), outcome.migration.before.hex()])
            changes.append(Change(key, (), (outcome.path,)))
    order = {path: number for number, path in enumerate(contents)}
    return sorted(changes, key=lambda change: (order[change.file], _first_line(change)))


def modules_of(path: Path, data: bytes) -> Sequence[bytes]:
    """The programs in a file, which for a file of Python is the file itself."""
    if not is_document(path):
        return (data,)
    try:
        return open_document(path, data).modules
    except DocumentError:
        return ()


def carry_out(
    outcomes: Sequence[FileOutcome],
    changes: Sequence[Change],
    refused: Collection[Change],
    later: Collection[Change],
    selections: Selections,
    plan: Plan,
) -> Carried:
    """The outcomes of a run without some changes, of which those for ``later`` get markers.

    ``plan`` migrates again with other selections.  What the engine finds to belong to what is
    refused is refused, too, so that nothing is left half done.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.tools import carry_out, changes_of, plan_paths
        >>> _ = Path("app.py").write_text(
        ...     "import google.generativeai as genai\\ngenai.delete_file('files/f')\\n"
        ... )
        >>> plan = plan_paths(".")
        >>> refused = changes_of(plan.outcomes)
        >>> carried = carry_out(
        ...     plan.outcomes, refused, refused, [], plan.selections, plan.again
        ... )
        >>> [outcome.changed for outcome in carried.outcomes]
        [False]
    """
    stays = list(refused)
    before = _open(outcomes)
    done: Sequence[FileOutcome] = outcomes
    for _ in range(_MOST_ROUNDS):
        if not stays:
            return Carried(outcomes, ())
        done = plan(_without(selections, stays, later))
        worse = _open(done) - before
        more = [
            change
            for change in changes
            if change not in stays and any(_place(spot) in worse for spot in change.spots)
        ]
        if not more:
            break
        stays += more
    pulled = [change for change in changes if change in stays and change not in refused]
    deferred = {_place(spot) for change in later for spot in change.spots}
    half_done = {path for path, _, _ in _open(done) - before - deferred}
    if half_done:
        done = _given_up(done, half_done)
        left = {each.path for each in done if each.migration and not each.migration.changed}
        pulled += [
            change
            for change in changes
            if change not in (*refused, *pulled) and not left.isdisjoint(change.files)
        ]
    return Carried(_unless_turned(outcomes, done), pulled)


def _given_up(done: Sequence[FileOutcome], half_done: Collection[Path]) -> list[FileOutcome]:
    """The outcomes with every file as it was that belongs together with one that is half done."""
    names = {str(path) for path in half_done}
    return [
        replace(each, migration=_unchanged(each.migration))
        if each.migration
        and (each.path in half_done or not each.migration.together.isdisjoint(names))
        else each
        for each in done
    ]


def _unchanged(migration: Migration) -> Migration:
    return replace(migration, after=migration.before, findings=(), edits=0)


def _unless_turned(asked: Sequence[FileOutcome], done: Sequence[FileOutcome]) -> list[FileOutcome]:
    """What is done, except to files that are no longer what the user was asked about."""
    shown = {each.path: each.migration.before for each in asked if each.migration}
    return [
        FileOutcome(each.path, error=FileError(_TURNED))
        if each.migration and shown.get(each.path, each.migration.before) != each.migration.before
        else each
        for each in done
    ]


def _without(
    selections: Selections, stays: Iterable[Change], later: Collection[Change]
) -> dict[Path, Selection]:
    """The selections that leave some changes out."""
    found = dict(selections)
    lines: dict[Path, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    marked: dict[tuple[Path, int], set[int]] = defaultdict(set)
    for change in stays:
        for spot in change.spots:
            lines[spot.file][spot.module].add(spot.line)
        if change in later:
            for file, module, line in _markers(change):
                marked[file, module].add(line)
        if not change.spots:
            found[change.file] = replace(found.get(change.file, EVERYTHING), never=(ALL,))
    for file, modules in lines.items():
        own = found.get(file, EVERYTHING)
        for module in range(max(modules) + 1):
            found[piece(file, module)] = replace(
                own,
                refused=frozenset(modules[module]),
                later=frozenset(marked[file, module]),
            )
    return found


def _markers(change: Change) -> Iterator[tuple[Path, int, int]]:
    """Where a change that is left for later is marked: once in each module."""
    seen = set()
    for spot in change.spots:
        if (spot.file, spot.module) not in seen:
            seen.add((spot.file, spot.module))
            yield spot.file, spot.module, spot.line


def _open(outcomes: Iterable[FileOutcome]) -> set[tuple[Path, int | None, int]]:
    """The places that are left for a person."""
    return {
        (outcome.path, finding.cell, finding.line)
        for outcome in outcomes
        if outcome.migration
        for finding in outcome.migration.findings
        if finding.status in ("review", "manual") and not only_follows(finding.rule)
    }


def _place(spot: Spot) -> tuple[Path, int | None, int]:
    return spot.file, spot.finding.cell, spot.finding.line


def _spots(path: Path, migration: Migration) -> tuple[Sequence[bytes], list[Spot]]:
    """The modules of a file, and the findings with a flow in them."""
    findings = [each for each in migration.findings if each.flow]
    if not is_document(path):
        return [migration.before], [Spot(path, 0, each.line, each) for each in findings]
    document = open_document(path, migration.before)
    places = {
        document.place(number, line): (number, line)
        for number, module in enumerate(document.modules)
        for line in range(1, module.count(b"\n") + 2)
    }
    found = [(places.get((each.cell, each.line)), each) for each in findings]
    return document.modules, [Spot(path, *place, each) for place, each in found if place]


def _change(spots: Sequence[Spot], contents: Mapping[Path, Sequence[bytes]]) -> Change:
    files = tuple(dict.fromkeys(spot.file for spot in spots))
    return Change(_key(spots, contents), tuple(spots), files)


def _key(spots: Sequence[Spot], contents: Mapping[Path, Sequence[bytes]]) -> str:
    """What stays the same as long as the code of a change does, wherever it moves in its file."""
    parts: list[str] = []
    for spot in spots:
        lines = contents[spot.file][spot.module].split(b"\n")
        code = lines[spot.line - 1].strip()
        number = Counter(each.strip() for each in lines[: spot.line])[code]
        name = spot.file.absolute().as_posix()
        parts.append("\0".join((name, spot.finding.rule, code.hex(), str(number))))
    return _hash(sorted(parts))


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode(errors="surrogateescape")).hexdigest()


def _first_line(change: Change) -> tuple[int, int]:
    return min(((spot.module, spot.line) for spot in change.spots), default=(0, 0))
