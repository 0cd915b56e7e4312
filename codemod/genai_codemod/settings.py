"""Settings: ``[tool.genai-codemod]`` in ``pyproject.toml``.

The file that counts is the nearest one, in the folder of a path or around it, that has this table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from pathlib import Path
from typing import Any

from genai_codemod.engine.clients.client_names import CLIENT, wrong_client_name
from genai_codemod.engine.rule_packs.rule_sources import RulesError, RuleSource, rule_source
from genai_codemod.engine.rule_packs.selection import ALL, Selection
from genai_codemod.errors import CodemodError
from genai_codemod.project.patterns import PatternError, Patterns, folder_text, parse_patterns
from genai_codemod.report.formats import FORMATS, TEXT

FILE = "pyproject.toml"
TABLE = "genai-codemod"
KEYS = (
    "rules",
    "exclude",
    "per-file-ignores",
    "select",
    "ignore",
    "upgrade-models",
    "only-complete",
    "client-name",
    "format",
    "output",
    "jobs",
    "timeout",
)
Names = tuple[str, ...]
RuleIds = Callable[[Sequence[RuleSource]], Collection[str]]


class SettingsError(CodemodError):
    """A mistake in settings; its text starts with the file and the line.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import SettingsError, migrate_paths
        >>> _ = Path("pyproject.toml").write_text('[tool.genai-codemod]\\nselect = "chat"\\n')
        >>> try:
        ...     migrate_paths(".")
        ... except SettingsError as error:
        ...     print(error)
        pyproject.toml:2: select must be a list of strings
    """


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one file; ``lines`` says where each key is, counted from 1.

    ``exclude`` and the keys of ``per_file_ignores`` are patterns as in ``.gitignore``, relative to
    the folder of the file, which ``output`` is, too.  Without ``jobs`` there is a process for each
    core, and without ``timeout`` the usual limit.  ``rules`` are those besides the default ones,
    and ``sources`` what they are loaded from.

    Examples:
        >>> from genai_codemod.tools import KEYS, Settings
        >>> {key: Settings().value(key) for key in KEYS}["only-complete"]
        False
    """

    file: Path | None = None
    rules: Names = ()
    exclude: Names = ()
    per_file_ignores: Mapping[str, Names] = field(default_factory=dict)
    select: Names = (ALL,)
    ignore: Names = ()
    upgrade_models: bool = False
    only_complete: bool = False
    client_name: str = CLIENT
    format: str = TEXT
    output: Path | None = None
    jobs: int | None = None
    timeout: float | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[RuleSource, ...] = ()

    @property
    def folder(self) -> Path:
        return self.file.parent if self.file is not None else Path()

    def value(self, key: str) -> object:
        """The value of a key as it is spelled in the file."""
        return getattr(self, key.replace("-", "_"))


class SettingsFiles:
    """Finds the settings for paths, and reads each file once.

    ``rules`` gives the ids of all rules, those of some sources included; it is only called when
    settings name some.
    """

    def __init__(self, rules: RuleIds) -> None:
        self._rules = rules
        self._folders: dict[Path, Settings] = {}
        self._excludes: dict[Path, Patterns] = {}
        # By folders none of whose files has rules of its own.
        self._shared: dict[str, Selection] = {}
        self._per_file: dict[Path, list[tuple[Patterns, Names]]] = {}

    def of(self, folder: Path) -> Settings:
        """The settings for what is in a folder.

        Raises:
            SettingsError: the file that counts has a mistake.
        """
        if folder not in self._folders:
            whole = folder.absolute()
            found = read_settings(whole / FILE, self._rules)
            if found is None and whole.parent != whole:
                found = self.of(whole.parent)
            self._folders[folder] = found or Settings()
        return self._folders[folder]

    def excludes(self, path: Path) -> Patterns:
        """The patterns of files to pass over that are in force for a path."""
        settings = self.of(path.parent)
        if settings.folder not in self._excludes:
            self._excludes[settings.folder] = Patterns(settings.exclude, settings.folder)
        return self._excludes[settings.folder]

    def selection(self, path: Path) -> Selection:
        """The rules that are carried out in a file."""
        folder = folder_text(path)
        if folder not in self._shared:
            selection = self._selection(path)
            if self.of(path.parent).per_file_ignores:
                return selection
            self._shared[folder] = selection
        return self._shared[folder]

    def _selection(self, path: Path) -> Selection:
        settings = self.of(path.parent)
        if settings.folder not in self._per_file:
            self._per_file[settings.folder] = [
                (Patterns([pattern], settings.folder), names)
                for pattern, names in settings.per_file_ignores.items()
            ]
        per_file = self._per_file[settings.folder]
        never = [name for each, names in per_file if each.matching(path) for name in names]
        return Selection(settings.select, settings.ignore, tuple(dict.fromkeys(never)))


def read_settings(file: Path, rules: RuleIds) -> Settings | None:
    """The settings in a file, or None when there is no such file or table.

    Raises:
        SettingsError: the file cannot be read, or has a mistake in the table.
    """
    try:
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        message = f"{shown(file)}:1: cannot read: {error.strerror or error}"
        raise SettingsError(message) from error
    if TABLE.encode() not in data:
        return None
    import tomllib  # most folders have no settings to read

    try:
        text = data.decode()
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{shown(file)}:{line}: this is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_syntax_error(file, text, str(error))) from error
    tool = document.get("tool")
    table = tool.get(TABLE) if isinstance(tool, dict) else None
    if table is None:
        return None
    return _Reader(file, text, rules).settings(table)


def shown(file: Path) -> Path:
    """A path as short as it can be named from the current folder.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.tools import shown
        >>> str(shown(Path.cwd() / "pyproject.toml"))
        'pyproject.toml'
    """
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def check_rules(names: Collection[str], rules: Callable[[], Collection[str]]) -> str | None:
    """What is wrong with some names of rules or areas of rules."""
    if not set(names) - {ALL}:
        return None
    ids = rules()
    known = {ALL, *ids, *(each.rpartition(".")[0] for each in ids if "." in each)}
    for name in names:
        if name not in known:
            return f"there is no rule {name!r}{_hint(name, known)}"
    return None


class _Reader:
    """Reads the table of one file."""

    def __init__(self, file: Path, text: str, rules: RuleIds) -> None:
        self._file = file
        self._rules = rules
        self._lines = _Lines(text)
        self._sources: tuple[RuleSource, ...] = ()
        self._readers: dict[str, Callable[[str, Any], Any]] = {
            "rules": self._rule_sources,
            "exclude": self._patterns,
            "per-file-ignores": self._per_file_ignores,
            "select": self._rule_names,
            "ignore": self._rule_names,
            "upgrade-models": self._flag,
            "only-complete": self._flag,
            "client-name": self._client_name,
            "format": self._format,
            "output": self._output,
            "jobs": self._jobs,
            "timeout": self._seconds,
        }

    def settings(self, table: object) -> Settings:
        if not isinstance(table, dict):
            raise self._error((), f"tool.{TABLE} must be a table")
        for key in table:
            if key not in self._readers:
                raise self._error((key,), f"there is no setting {key!r}{_hint(key, self._readers)}")
        # The names of rules are those that other keys can have.
        ordered = sorted(table.items(), key=lambda each: each[0] != "rules")
        values = {key.replace("-", "_"): self._readers[key](key, value) for key, value in ordered}
        if "output" in values and values.get("format", TEXT) == TEXT:
            raise self._error(("output",), f"output needs a format other than {TEXT}")
        lines = {key: self._lines.find((key,)) for key in table}
        return Settings(self._file, **values, lines=lines, sources=self._sources)

    def _rule_sources(self, key: str, value: object) -> Names:
        names = self._texts((key,), value)
        for name in names:
            try:
                self._sources += (rule_source(name, self._file.parent),)
            except RulesError as error:
                raise self._error((key, name), str(error)) from error
        return names

    def _flag(self, key: str, value: object) -> bool:
        if not isinstance(value, bool):
            raise self._error((key,), f"{key} must be true or false")
        return value

    def _text(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self._error((key,), f"{key} must be a string")
        return value

    def _client_name(self, key: str, value: object) -> str:
        name = self._text(key, value)
        if reason := wrong_client_name(name):
            raise self._error((key,), f"{key}: {reason}")
        return name

    def _format(self, key: str, value: object) -> str:
        name = self._text(key, value)
        known = (TEXT, *FORMATS)
        if name not in known:
            raise self._error((key,), f"there is no format {name!r}{_hint(name, known)}")
        return name

    def _output(self, key: str, value: object) -> Path:
        path = self._text(key, value)
        if not path.strip():
            raise self._error((key,), f"{key} must be the path of a file")
        return self._file.parent / path

    def _jobs(self, key: str, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self._error((key,), f"{key} must be a whole number from 1 on")
        return value

    def _seconds(self, key: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < inf:
            raise self._error((key,), f"{key} must be a number of seconds, or 0 for no limit")
        return float(value)

    def _texts(self, where: Names, value: object) -> Names:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._error(where, f"{'.'.join(where)} must be a list of strings")
        return tuple(value)

    def _patterns(self, key: str, value: object) -> Names:
        patterns = self._texts((key,), value)
        for pattern in patterns:
            self._check_pattern((key, pattern), pattern)
        return patterns

    def _rule_names(self, key: str, value: object) -> Names:
        return self._checked((key,), self._texts((key,), value))

    def _per_file_ignores(self, key: str, value: object) -> Mapping[str, Names]:
        if not isinstance(value, dict):
            raise self._error((key,), f"{key} must be a table of patterns and lists of rules")
        found = {}
        for pattern, names in value.items():
            where = (key, pattern)
            self._check_pattern(where, pattern)
            found[pattern] = self._checked(where, self._texts(where, names))
        return found

    def _checked(self, where: Names, names: Names) -> Names:
        for name in names:
            if message := check_rules([name], lambda: self._rules(self._sources)):
                raise self._error((*where, name), message)
        return names

    def _check_pattern(self, where: Names, pattern: str) -> None:
        try:
            parse_patterns([pattern])
        except PatternError as error:
            raise self._error(where, f"{pattern!r} is {error}") from error

    def _error(self, where: Names, message: str) -> SettingsError:
        return SettingsError(f"{shown(self._file)}:{self._lines.find(where)}: {message}")


class _Lines:
    """Finds the lines of keys and values, which ``tomllib`` does not tell."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def find(self, words: Names) -> int:
        """The line of the last of some words, each sought from that of the one before."""
        at = self._start
        for word in words:
            at = next((n for n in self._from(at) if _holds(self._lines[n], word)), at)
        return at + 1

    def _from(self, start: int) -> range:
        return range(start, len(self._lines))

    @cached_property
    def _start(self) -> int:
        """The line of the header of the table, or of what else names it first."""
        header = re.compile(rf"""[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*["']?{TABLE}(?![\w-])""")
        headers = [n for n, line in enumerate(self._lines) if header.match(line)]
        named = [n for n, line in enumerate(self._lines) if _holds(line, TABLE) and "=" in line]
        return next(iter(headers or named), 0)


def _holds(line: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", line.partition(" #")[0]) is not None


def _hint(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(known), 1) or get_close_matches(
        name.replace("_", "-").lower(), sorted(known), 1
    )
    return f" (did you mean {near[0]}?)" if near else f": there are {_few(known)}"


def _few(known: Collection[str]) -> str:
    if len(known) > 10:
        return "those that genai-codemod rules lists"
    return ", ".join(sorted(known))


def _syntax_error(file: Path, text: str, message: str) -> str:
    """The message of ``tomllib``, which ends with the place, in the form of ours."""
    at = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    if at is None:
        return f"{shown(file)}:1: {message}"
    line = at[1] or str(text.count("\n") + 1)
    return f"{shown(file)}:{line}: {message[: at.start()]}"
