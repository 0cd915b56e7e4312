"""Rules as facts: what one legacy name, call or attribute becomes.

The engine reads these; where they come from (YAML files of a rule pack) is not its business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from genai_codemod.engine.rule_packs.signature import Signature

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class Rule:
    """What all rules share: an id, the sentence for a person, and where it is documented.

    ``manual`` leaves the use as it is and marks it with that sentence; ``review`` rewrites it
    and marks it; with neither the rewrite needs no person.  ``gone`` is a version of the legacy
    package, or of what it is made of, that has the name, where the final version has it not.  The
    rest is for those who read about the rule: what it is ``about`` where no template says it,
    what ``differs`` between the SDKs, and a legacy program as an ``example``, without the prelude
    of the pack, which becomes ``after``.
    """

    id: str
    manual: str | None = None
    review: str | None = None
    guide: str | None = None
    gone: str | None = None
    about: str | None = field(default=None, hash=False)
    differs: tuple[str, ...] = field(default=(), hash=False)
    example: str | None = field(default=None, hash=False)
    after: str | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRule(Rule):
    """A call of a legacy function, class or method.

    ``becomes`` is a template in Python syntax.  ``stream`` names the method that is called
    instead of the template's last one when the legacy call streams, and ``streams`` the kind
    that it returns then.  ``awaits`` says that the call must be awaited on both sides, and
    ``model`` which parameter takes the name of a model.  ``gone_parameters`` are those that
    only older versions had, with the last that had them.
    ``raises`` names the helper that raises for a refused answer, as the legacy call did, and
    ``stream_raises`` the one for its stream; they are used where anybody notices that.
    ``converts`` names the converters of arguments where there is no template to name them.
    ``unless`` is the parameter of the call that made the object which switches that off, and
    ``kept`` the sentence for what a refused answer leaves behind where the program goes on.
    ``defaults`` are templates for arguments that are not given.
    ``spread`` names the helper that takes the client and all arguments of the legacy call, used
    where a ``**dict`` is among them whose keys are only known at run time.
    In a pack of one's own, a call that ``keeps_arguments`` is changed only in those that the rule
    is about, and ``values`` are the literals of a parameter with the source of what they are now.
    ``when`` says which texts some parameters must be given, as patterns with ``*``; other calls are
    not what the rule is about, and ``unsure`` is the sentence for one that may be either.
    ``given`` are parameters of which at least one must be given.

    A call that makes an object whose settings travel has a template for the name that stays of
    the object (``named``) and for settings that it always brings along (``adds``).  Both may read
    ``source``, which is evaluated once: a template for each kind or plain type of the argument
    that it is made of.
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
    converts: Mapping[str, str] = field(default_factory=dict, hash=False)
    mechanism: str | None = None
    model: str | None = None
    named: str | None = None
    adds: Mapping[str, str] = field(default_factory=dict, hash=False)
    source: Mapping[str, str] = field(default_factory=dict, hash=False)
    gone_parameters: Mapping[str, str] = field(default_factory=dict, hash=False)
    raises: str | None = None
    raises_later: str | None = None
    stream_raises: str | None = None
    spread: str | None = None
    when: Mapping[str, str] = field(default_factory=dict, hash=False)
    unsure: str | None = None
    given: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict, hash=False)
    unless: str | None = None
    kept: str | None = None
    keeps_arguments: bool = False
    values: Mapping[str, Sequence[tuple[object, str]]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule(Rule):
    """A legacy name that is not called: an enum, a class in an annotation, a submodule.

    ``annotates`` says that the rewrite is only right in an annotation.  ``restored`` names the
    helper class that stands for an exception where a helper raises it, and ``caught`` the kind of
    what a handler of it gets.  A manual name answers for calls of it too, and for all that lies in
    it.  ``unset`` is a member of an enum that stood
    for what is not set, which is None now; its ``review`` is for where that cannot be written.
    ``asynchronous`` is what the class of something becomes that is only used with ``await``.
    ``tested`` is the sentence for where it is a class that ``isinstance`` can be asked about, and
    what it becomes is none, or another.
    """

    legacy: str
    becomes: str | None = None
    asynchronous: str | None = None
    unset: bool = False
    iterates: str | None = None
    annotates: bool = False
    tested: str | None = None
    restored: str | None = None
    caught: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRule(Rule):
    """An exception class that calls of the legacy SDK raised.

    ``where`` is the attribute, and its value, that tells this class from the others that become
    the same one; ``base`` is the base class of what it becomes.  ``timeout`` is another class
    that is raised where the calls have a time limit, which is the field ``limit`` of the argument
    ``limited_by``, or always where there is no such argument.  ``unreached`` is the class that is
    raised besides where there is no connection, of which ``timeout`` is one; ``unreached_in_time``
    are those of it that do not say that a call took too long, where this class never said so.
    ``awaited`` is the sentence for these in asynchronous code.

    What makes objects that repeat calls is one, too: ``predicate`` is what decides by default
    which errors are worth it, and ``fails`` are the classes for that it was not.  A predicate
    ``asks`` for classes, or ``takes_classes`` that it is made of.
    """

    legacy: str
    becomes: str | None = None
    where: tuple[str, int | str] | None = None
    base: str | None = None
    timeout: str | None = None
    limited_by: str | None = None
    limit: str | None = None
    unreached: str | None = None
    unreached_in_time: tuple[str, ...] = ()
    awaited: str | None = None
    predicate: str | None = None
    fails: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    takes_classes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRule(Rule):
    """An attribute of a kind.

    ``becomes`` is a template over ``self``, and ``used`` others for where the attribute plays a
    certain role (``item``, ``iterated``, ``tested`` ...: see `uses.Use`).  ``empty`` is what the
    legacy SDK gave where the new one gives None, added with ``or`` where the difference can be
    seen; ``absent`` what it gave where its owner, an empty object then, can be None now, or an
    error that does not have it, as that of a call which takes too long; ``unreached`` what it gave
    where there was no connection.
    ``guards`` says that the attribute can be None and must be asked for first.  ``raises`` names
    the helper that raises as the legacy attribute did, used where the code handles that ``error``,
    and ``joins`` the one that is read instead after streams.  ``checked`` is the template where the
    program goes on after a refused answer of the object.  ``assigned`` and ``changed`` are the
    sentences for code that assigns the attribute or changes what it gives in place, where the
    owner cannot be made again with the changed value as the parameter ``renews`` of the call that
    made it.
    ``latest`` is the method whose last result the attribute gave, written as a variable where the
    call can be seen.  ``keeps`` says that an object on which the attribute is read must stay one
    of the legacy SDK.
    """

    name: str
    becomes: str | None = None
    used: Mapping[str, str] = field(default_factory=dict, hash=False)
    returns: str | None = None
    empty: str | None = None
    absent: str | None = None
    unreached: str | None = None
    guards: str | None = None
    raises: str | None = None
    error: str = "ValueError"
    joins: str | None = None
    checked: str | None = None
    assigned: str | None = None
    changed: str | None = None
    keeps: bool = False
    renews: str | None = None
    latest: str | None = None
