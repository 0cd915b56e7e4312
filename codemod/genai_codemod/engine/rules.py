"""Rules as facts: what one legacy name, call or attribute becomes.

The engine reads these; where they come from (YAML files of a rule pack) is not its business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from genai_codemod.engine.signature import Signature


@dataclass(frozen=True, slots=True)
class Rule:
    """What all rules share: an id, the sentence for a person, and where it is documented.

    ``manual`` leaves the use as it is and marks it with that sentence; ``review`` rewrites it
    and marks it; with neither the rewrite needs no person.
    """

    id: str
    manual: str | None = None
    review: str | None = None
    guide: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRule(Rule):
    """A call of a legacy function, class or method.

    ``becomes`` is a template in Python syntax.  ``stream`` names the method that is called
    instead of the template's last one when the legacy call streams, and ``streams`` the kind
    that it returns then.  ``awaits`` says that the call must be awaited on both sides.
    ``raises`` names the helper that raises what the legacy call did, and ``stream_raises`` the
    one for its stream; they are used where the code handles that.
    """

    legacy: Signature
    becomes: str | None = None
    returns: str | None = None
    stream: str | None = None
    streams: str | None = None
    awaits: bool = False
    drops: Mapping[str, str] = field(default_factory=dict, hash=False)
    refuses: Mapping[str, str] = field(default_factory=dict, hash=False)
    renames: Mapping[str, str] = field(default_factory=dict, hash=False)
    mechanism: str | None = None
    raises: str | None = None
    stream_raises: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule(Rule):
    """A legacy name that is not called: an enum, a class in an annotation, a submodule.

    ``annotates`` says that the rewrite is only right in an annotation.  ``restored`` names the
    helper class that stands for an exception where a helper raises it.
    """

    legacy: str
    becomes: str | None = None
    iterates: str | None = None
    annotates: bool = False
    restored: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRule(Rule):
    """An exception class that calls of the legacy SDK raised.

    ``where`` is the attribute, and its value, that tells this class from the others that become
    the same one; ``within`` is the base class of what it becomes.  ``timeout`` is another class
    that is raised where the calls have a time limit, which is the argument ``limited_by``;
    ``awaited`` is the sentence for that in asynchronous code.
    """

    legacy: str
    becomes: str | None = None
    where: tuple[str, int | str] | None = None
    within: str | None = None
    timeout: str | None = None
    limited_by: str | None = None
    awaited: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRule(Rule):
    """An attribute of a kind.

    ``becomes`` is a template over ``self``; ``empty`` is what the legacy SDK gave where the new
    one gives None, added with ``or`` where the difference can be seen.  ``guards`` says that
    the attribute can be None and must be asked for first.  ``raises`` names the helper that
    raises as the legacy attribute did, used where the code handles that, and ``joins`` the one
    that is read instead after streams.  ``assigned`` and ``changed`` are the sentences for code
    that assigns the attribute or changes what it gives in place.
    """

    name: str
    becomes: str | None = None
    returns: str | None = None
    empty: str | None = None
    guards: str | None = None
    raises: str | None = None
    joins: str | None = None
    assigned: str | None = None
    changed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a value can do: its methods, attributes, items, and what iterating it gives.

    A kind with ``enum`` was an enum of integers: ``numbers`` maps them to the new members.
    """

    name: str
    methods: Mapping[str, CallRule] = field(default_factory=dict, hash=False)
    attributes: Mapping[str, AttributeRule] = field(default_factory=dict, hash=False)
    items: Mapping[str, AttributeRule] = field(default_factory=dict, hash=False)
    iterates: str | None = None
    annotation: str | None = None
    enum: str | None = None
    numbers: Mapping[int, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """All rules for one legacy package, indexed by canonical dotted name.

    ``packages`` are the import names that belong to the legacy SDK; ``aliases`` maps dotted
    prefixes under which the SDK shows the same thing to the canonical one, longest first.
    ``siblings`` are other libraries that raise the same exceptions.
    """

    name: str
    packages: tuple[str, ...]
    aliases: tuple[tuple[str, str], ...]
    calls: Mapping[str, CallRule]
    names: Mapping[str, NameRule]
    kinds: Mapping[str, Kind]
    exceptions: Mapping[str, ErrorRule] = field(default_factory=dict, hash=False)
    converters: Mapping[str, Callable[..., Any]] = field(default_factory=dict, hash=False)
    literals: Mapping[str, Callable[..., Any]] = field(default_factory=dict, hash=False)
    helpers: Mapping[str, str] = field(default_factory=dict, hash=False)
    mechanisms: Mapping[str, Callable[..., None]] = field(default_factory=dict, hash=False)
    siblings: tuple[str, ...] = ()
    default_model: str = ""

    def canonical(self, dotted: str) -> str:
        """The canonical name of a dotted import path."""
        for prefix, replacement in self.aliases:
            if dotted == prefix or dotted.startswith(prefix + "."):
                return self.canonical(replacement + dotted[len(prefix) :])
        return dotted

    def is_legacy(self, dotted: str) -> bool:
        """Whether a canonical dotted name lies in the legacy SDK."""
        return any(_lies_in(dotted, package) for package in self.packages)

    def sibling(self, dotted: str) -> str | None:
        """The other library with the same exceptions that a dotted name lies in, if it does."""
        return next((each for each in self.siblings if _lies_in(dotted, each)), None)

    def method(self, kind: str, name: str) -> CallRule | None:
        declared = self.kinds.get(kind)
        return declared.methods.get(name) if declared else None

    def attribute(self, kind: str, name: str) -> AttributeRule | None:
        declared = self.kinds.get(kind)
        return declared.attributes.get(name) if declared else None


def _lies_in(dotted: str, package: str) -> bool:
    return dotted == package or dotted.startswith(package + ".")
