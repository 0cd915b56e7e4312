"""Where rules come from: an installed pack by its name, or a file of one's own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from genai_codemod.errors import RulesError as RulesError

GROUP = "genai_codemod.rules"
DEFAULT = "google-generativeai"
_YAML = (".yaml", ".yml")
_FILE = re.compile(r"(.*\.(?:yaml|yml|py))(?::[\w.]*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class RuleSource:
    """What rules are loaded from; it can be sent to another process, and to another machine.

    ``name`` is that of an installed pack, of an attribute of a module, or the path of a file, as
    the user gave it, and ``data`` what the file holds.
    """

    name: str
    data: bytes | None = None

    @property
    def is_yaml(self) -> bool:
        return self.name.endswith(_YAML)


DEFAULT_SOURCE = RuleSource(DEFAULT)


def installed_packs() -> tuple[str, ...]:
    """The names of all packs that installed distributions offer, sorted."""
    from importlib.metadata import entry_points

    return tuple(sorted({each.name for each in entry_points(group=GROUP)}))


def rule_source(name: str, folder: Path = Path()) -> RuleSource:
    """The source that a user means by a name.

    That is the name of an installed pack, ``module:attribute``, or the path of a file, which may
    be relative to ``folder``: ``rules.yaml``, ``rules.py`` or ``rules.py:attribute``.

    Raises:
        RulesError: there is no such pack or file, or the file cannot be read.
    """
    if (file := _FILE.fullmatch(name)) is not None:
        path = folder / file[1]
        shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        try:
            return RuleSource(f"{shown}{name[len(file[1]) :]}", path.read_bytes())
        except OSError as error:
            raise RulesError(
                f"cannot read the rules {file[1]}: {error.strerror or error}"
            ) from error
    if ":" not in name and name not in (packs := installed_packs()):
        raise RulesError(f"there are no rules {name!r}{_hint(name, packs)}")
    return RuleSource(name)


def with_default(sources: Iterable[RuleSource]) -> tuple[RuleSource, ...]:
    """The source of the default rules and some others, each once."""
    return tuple(dict.fromkeys((DEFAULT_SOURCE, *sources)))


def _hint(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    if near:
        return f" (did you mean {near[0]}?)"
    return f": installed are {', '.join(known)}; a file ends with .yaml or .py"
