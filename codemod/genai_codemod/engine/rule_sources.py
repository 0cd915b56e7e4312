"""Where rules come from: an installed pack by its name, or a file of one's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

GROUP = "genai_codemod.rules"
DEFAULT = "google-generativeai"
_YAML = (".yaml", ".yml")


class RulesError(LookupError):
    """Rules that cannot be found or loaded; its text is one line for the user."""


@dataclass(frozen=True, slots=True)
class RuleSource:
    """What rules are loaded from; it can be sent to another process, and to another machine.

    ``name`` is that of an installed pack or the path of a file, as the user gave it, and ``data``
    what the file holds.
    """

    name: str
    data: bytes | None = None

    @property
    def is_yaml(self) -> bool:
        return self.data is not None and self.name.endswith(_YAML)


DEFAULT_SOURCE = RuleSource(DEFAULT)


def installed_packs() -> tuple[str, ...]:
    """The names of all packs that installed distributions offer, sorted."""
    from importlib.metadata import entry_points

    return tuple(sorted({each.name for each in entry_points(group=GROUP)}))


def rule_source(name: str, folder: Path = Path()) -> RuleSource:
    """The source that a user means by a name: of an installed pack, or the path of a file.

    A path may be relative to ``folder``.

    Raises:
        RulesError: there is no such pack or file, or the file cannot be read.
    """
    if not name.endswith(_YAML):
        packs = installed_packs()
        if name not in packs:
            raise RulesError(f"there are no rules {name!r}{_hint(name, packs)}")
        return RuleSource(name)
    try:
        return RuleSource(name, (folder / name).read_bytes())
    except OSError as error:
        raise RulesError(f"cannot read the rules {name}: {error.strerror or error}") from error


def with_default(sources: Iterable[RuleSource]) -> tuple[RuleSource, ...]:
    """The source of the default rules and some others, each once."""
    return tuple(dict.fromkeys((DEFAULT_SOURCE, *sources)))


def _hint(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, 1)
    if near:
        return f" (did you mean {near[0]}?)"
    return f": installed are {', '.join(known)}; a file ends with .yaml"
