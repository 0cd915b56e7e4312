"""Which files must be migrated together, because one imports what another makes."""

from __future__ import annotations

import re
import sys
from collections import ChainMap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from genai_codemod.groups import Groups
from genai_codemod.project.import_graph import ImportGraph, is_package
from genai_codemod.project.parts import Room, in_parts

# Analysis takes about a second for 20 kB; what is further away than this is not looked at.
_ROOM = Room(40, 500_000)
_ANY_ROOM = Room(sys.maxsize, sys.maxsize)
_CONFIGURES = re.compile(rb"\bconfigure[ \t]*\(")
_PROJECT_FILES = (
    ".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile",
    "environment.yml", "README.md", "README.rst",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Program:
    """Files that are migrated together.

    ``imports`` maps, for each file, what its import statements name to other files, those of the
    program or of a very large one that it would belong to; for the ``__init__.py`` of a package
    also ``.name`` of each module in it, and for tests the relations of
    :mod:`genai_codemod.pytest_fixtures`.
    ``configures`` and ``relies`` say whether a file beside these may configure the SDK, or use it
    without configuring it, and ``unseen`` whether there may be files of the same project that
    were not given; they are true when nobody has looked.  ``absolute`` is what any file can import
    one as that configures the SDK.  The files ``around`` are only read, for a program that is a
    part of a very large one.
    """

    files: Mapping[Path, bytes]
    imports: Mapping[Path, Mapping[str, Path]] = field(default_factory=dict)
    configures: bool = True
    relies: bool = True
    unseen: bool = True
    absolute: Mapping[Path, str] = field(default_factory=dict)
    around: Mapping[Path, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many bytes the files have, which says how long their migration takes."""
        return sum(map(len, (*self.files.values(), *self.around.values())))

    def apart(self) -> list[Program]:
        """Each file as a program of its own, of which nothing else is known."""
        return [Program({path: data}) for path, data in self.files.items()]

    def without(self, lost: Collection[Path]) -> Program:
        """The same files except some."""
        return Program(
            {path: data for path, data in self.files.items() if path not in lost},
            {
                path: {name: target for name, target in targets.items() if target not in lost}
                for path, targets in self.imports.items()
                if path not in lost
            },
            self.configures,
            self.relies,
            self.unseen,
            {path: name for path, name in self.absolute.items() if path not in lost},
            {path: data for path, data in self.around.items() if path not in lost},
        )


def group_files(
    legacy: Mapping[Path, bytes],
    others: Mapping[Path, bytes],
    *,
    may_use: Callable[[bytes], bool],
    may_read: Callable[[bytes], bool] = lambda _: False,
    reads_answers: Callable[[bytes], bool] = lambda _: False,
    may_call: Callable[[bytes], bool] = lambda _: True,
    may_get: Callable[[bytes], bool] = lambda _: False,
    is_own: Callable[[bytes], bool] = lambda _: False,
    roots: Sequence[Path] = (),
) -> list[Program]:
    """The programs that the legacy files belong to.

    ``others`` are all further files of the run.  Those that import a legacy file, that can get what
    it makes and ``may_use`` it, or that ``may_read`` what calls in such a file give, become part of
    its program.  So do those further away that name what answers hold (``reads_answers``), and
    those that hand objects on to legacy files which ``may_get`` some from elsewhere.  Only a legacy
    file that ``may_call`` can need a client.  Files that nothing but rules of one's own are about
    (``is_own``) are migrated in parts where their program would be very large: such rules may be
    about half of a repository.  ``roots`` are folders whose files are all given.
    """
    group = partial(
        _grouped,
        may_use=may_use,
        may_read=may_read,
        reads_answers=reads_answers,
        may_call=may_call,
        may_get=may_get,
        roots=roots,
    )
    own = {path: data for path, data in legacy.items() if is_own(data)}
    if not own:
        return group(legacy, others, room=_ROOM)
    core = {path: data for path, data in legacy.items() if path not in own}
    programs = (
        group(core, ChainMap(own, others), room=_ROOM)  # type: ignore[arg-type]
        if core
        else []
    )
    inside = {path for program in programs for path in program.files}
    rest = {path: data for path, data in own.items() if path not in inside}
    for program in group(rest, _Except(others, inside), room=_ANY_ROOM) if rest else ():
        programs += _in_parts(program, rest, may_use)
    return programs


class _Except(Mapping[Path, bytes]):
    """Files but for some, whose contents are still only read when they are asked for."""

    def __init__(self, files: Mapping[Path, bytes], lost: Collection[Path]) -> None:
        self._files = files
        self._paths = dict.fromkeys(path for path in files if path not in lost)

    def __getitem__(self, path: Path) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        return self._files[path]

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[Path]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _in_parts(
    program: Program, own: Mapping[Path, bytes], may_use: Callable[[bytes], bool]
) -> list[Program]:
    """A program for rules of one's own, in parts where it is very large.

    Their imports are those of the whole program.  What neither has anything to do with such rules
    nor imports what has is only read.
    """
    files, imports = program.files, program.imports
    if _ROOM.holds(files, files):
        return [program]
    wanted = [
        path
        for path, data in files.items()
        if path in own or may_use(data) or not own.keys().isdisjoint(imports[path].values())
    ]
    return [
        Program(
            {path: files[path] for path in part.files},
            {path: imports[path] for path in (*part.files, *part.around)},
            around={path: files[path] for path in part.around},
        )
        for part in in_parts(files, imports, wanted, _ROOM)
    ]


def _grouped(
    legacy: Mapping[Path, bytes],
    others: Mapping[Path, bytes],
    *,
    may_use: Callable[[bytes], bool],
    may_read: Callable[[bytes], bool],
    reads_answers: Callable[[bytes], bool],
    may_call: Callable[[bytes], bool],
    may_get: Callable[[bytes], bool],
    roots: Sequence[Path],
    room: Room,
) -> list[Program]:
    # Without a copy: what the others contain is read when it is asked for.
    files: Mapping[Path, bytes] = ChainMap(others, legacy)  # type: ignore[arg-type]
    graph = ImportGraph(files)
    graph.relate(legacy)
    chosen = _connected(legacy, others, graph, may_use, may_read)
    near = _near(legacy, others, graph, may_use)
    imports = _within_limits(chosen, near, files, graph, room)
    # What imports a legacy file can give what it makes to anything else that it imports.
    beside = graph.imported(graph.importing(legacy)) & others.keys() - chosen
    given = {path for path in beside if may_read(others[path])}
    # What chooses between files like these gets objects from them and hands them back.
    users = graph.importing(path for path, data in legacy.items() if may_get(data))
    handing = graph.importing(users) & others.keys() - chosen
    # What imports a package that shows a legacy file's names imports that file.
    shown = graph.shown(legacy)
    reading = {path for path in graph.importing(shown) & others.keys() if may_read(others[path])}
    through = (shown | reading) - chosen
    for more in filter(None, (given, handing, through)):
        imports = _widened(imports, more, files, graph, room)
    above = graph.above(legacy)
    far = {path for path in above & others.keys() if reads_answers(others[path])}
    imports = _reaching(imports, far | graph.below(far) & above, files, graph, room)
    if lenders := graph.lenders(imports.keys()):
        imports = _widened(imports, lenders, files, graph, room)
    configuring = [path for path, data in legacy.items() if _CONFIGURES.search(data)]
    absolute = graph.absolute_names(configuring, imports)
    for source, name in absolute.items():
        _name_for_all(source, name, imports, graph)
    projects = {path: _project(path, roots) for path in legacy}
    callers = {path: data for path, data in legacy.items() if may_call(data)}
    programs = []
    for paths in _components(imports):
        inside = {path: files[path] for path in sorted(paths)}
        named = {path: absolute[path] for path in absolute.keys() & inside.keys()}
        own = {path: imports[path] for path in inside}
        programs.append(Program(inside, own, *_surroundings(inside, callers, projects), named))
    return programs


def _connected(
    legacy: Mapping[Path, bytes],
    others: Mapping[Path, bytes],
    graph: ImportGraph,
    may_use: Callable[[bytes], bool],
    may_read: Callable[[bytes], bool],
) -> set[Path]:
    """The legacy files, and the others that what they make can come to.

    Importing brings an object from a file to those above it; calling brings it from there to any
    file below.
    """
    holders = graph.above(legacy)
    reached = graph.below(holders)
    users = {path for path in reached & others.keys() if may_use(others[path])}
    # Files that neither make nor use an object can still hand it on from one to the other.
    ways_down = graph.above(users - holders) & reached - holders
    givers = graph.importing(ways_down) & holders
    ways_up = graph.below(givers | users & holders) & holders
    core = legacy.keys() | users | ways_down | ways_up
    # Whatever imports a legacy file can read, change or pass on anything that is renamed there.
    next_to = graph.importing(core) & others.keys()
    readers = {path for path in next_to if may_read(others[path])} | graph.importing(legacy)
    # What they import themselves holds base classes, settings and helper functions.
    return core | readers | graph.imported(legacy.keys() | users)


def _near(
    legacy: Mapping[Path, bytes],
    others: Mapping[Path, bytes],
    graph: ImportGraph,
    may_use: Callable[[bytes], bool],
) -> set[Path]:
    """The legacy files, and those that import them or the packages that show what they make."""
    shown = {path for path in graph.importing(legacy) if is_package(path)}
    importing = graph.importing({*legacy, *shown}) & others.keys()
    return {*legacy, *shown, *(path for path in importing if may_use(others[path]))}


def _within_limits(
    chosen: Set[Path],
    near: Set[Path],
    files: Mapping[Path, bytes],
    graph: ImportGraph,
    room: Room,
) -> dict[Path, dict[str, Path]]:
    """What the chosen files import from each other; of very large programs only the near ones."""
    kept: set[Path] = set()
    for paths in _components(_imports_among(chosen, graph)):
        kept |= paths if room.holds(paths, files) else paths & near
    return _imports_among(kept, graph)


def _widened(
    imports: Mapping[Path, Mapping[str, Path]],
    more: Collection[Path],
    files: Mapping[Path, bytes],
    graph: ImportGraph,
    room: Room,
) -> dict[Path, dict[str, Path]]:
    """What files and ``more`` of them import from each other, where no program gets very large."""
    return _within_limits({*imports, *more}, imports.keys(), files, graph, room)


def _reaching(
    imports: dict[Path, dict[str, Path]],
    wanted: Collection[Path],
    files: Mapping[Path, bytes],
    graph: ImportGraph,
    room: Room,
) -> dict[Path, dict[str, Path]]:
    """The same with the wanted files that import it, the nearest first, where there is room."""
    while more := graph.importing(imports) & wanted - imports.keys():
        wider = _widened(imports, more, files, graph, room)
        if len(wider) == len(imports):
            break
        imports = wider
    return imports


def _imports_among(paths: Collection[Path], graph: ImportGraph) -> dict[Path, dict[str, Path]]:
    among = frozenset(paths)
    return {path: graph.names(path, among) for path in sorted(paths)}


def _name_for_all(
    source: Path, name: str, imports: Mapping[Path, dict[str, Path]], graph: ImportGraph
) -> None:
    """Say what a file is called for all that import it only through others."""
    for path in graph.above([source]) & imports.keys():
        if path != source and source not in imports[path].values():
            imports[path].setdefault(name, source)


def _components(imports: Mapping[Path, Mapping[str, Path]]) -> list[set[Path]]:
    """The files that are connected by imports."""
    connected = Groups(imports)
    for path, targets in imports.items():
        for target in targets.values():
            connected.join(path, target)
    return [set(paths) for paths in connected.by_leader().values()]


def _surroundings(
    inside: Mapping[Path, bytes],
    legacy: Mapping[Path, bytes],
    projects: Mapping[Path, Path | None],
) -> tuple[bool, bool, bool]:
    """Whether a file beside some may configure the SDK, rely on that, or have not been given."""
    here = {projects[path] for path in inside if path in projects}
    if None in here:
        return True, True, True
    outside = [
        data for path, data in legacy.items() if path not in inside and projects[path] in here
    ]
    configures = any(_CONFIGURES.search(data) for data in outside)
    relies = any(not _CONFIGURES.search(data) for data in outside)
    return configures, relies, False


def _project(path: Path, roots: Sequence[Path]) -> Path | None:
    """The project a file belongs to, or None if the run does not see all of that."""
    path = path.absolute()
    for root in (root.absolute() for root in roots):
        if not path.is_relative_to(root):
            continue
        if (
            any((above / ".git").exists() for above in root.parents)
            and not (root / ".git").exists()
        ):
            return None
        for folder in reversed(path.relative_to(root).parents):
            if any((root / folder / name).exists() for name in _PROJECT_FILES):
                return root / folder
        return root
    return None
