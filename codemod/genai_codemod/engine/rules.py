"""Rules as facts: what one legacy name, call or attribute becomes.

The engine reads these; where they come from (YAML files of a rule pack) is not its business.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Any

from genai_codemod.engine.package_names import lies_in, words_of
from genai_codemod.engine.retired_models import RetiredModel
from genai_codemod.engine.signature import Signature

if TYPE_CHECKING:
    from genai_codemod.rules.registry import PythonRule


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
    """

    legacy: str
    becomes: str | None = None
    asynchronous: str | None = None
    unset: bool = False
    iterates: str | None = None
    annotates: bool = False
    restored: str | None = None
    caught: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRule(Rule):
    """An exception class that calls of the legacy SDK raised.

    ``where`` is the attribute, and its value, that tells this class from the others that become
    the same one; ``base`` is the base class of what it becomes.  ``timeout`` is another class
    that is raised where the calls have a time limit, which is the field ``limit`` of the argument
    ``limited_by``, or always where there is no such argument; ``awaited`` is the sentence for that
    in asynchronous code.
    """

    legacy: str
    becomes: str | None = None
    where: tuple[str, int | str] | None = None
    base: str | None = None
    timeout: str | None = None
    limited_by: str | None = None
    limit: str | None = None
    awaited: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRule(Rule):
    """An attribute of a kind.

    ``becomes`` is a template over ``self``, and ``used`` others for where the attribute plays a
    certain role (``item``, ``iterated``, ``tested`` ...: see `uses.Use`).  ``empty`` is what the
    legacy SDK gave where the new one gives None, added with ``or`` where the difference can be
    seen; ``absent`` what it gave where its owner, an empty object then, can be None now, or an
    error that does not have it.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a value can do: its methods, attributes, items, and what iterating it gives.

    ``annotation`` is the legacy class, or several, ``type`` the class of the new SDK that it
    becomes; where many kinds had the same class, ``annotated`` is the generic class that tells
    this one apart in the new annotation.

    A kind with ``enum`` was an enum of integers: ``numbers`` maps them to the new members.  One
    with ``sequence`` could be iterated and indexed itself; now an attribute of that name can.
    ``prints`` is the sentence for code that prints such an object as a whole, ``copies`` the one
    for code that copies it.  ``strict`` kinds have no attributes but those that have a rule.  An
    object that is given to code which cannot be seen stays one of the legacy SDK if its kind has
    the sentence ``stays``, and one that a ``with`` statement enters, if it has ``entered``.  One
    that ``leaves`` has a sentence for becomes the new one, and is marked where it gets out of
    sight.  ``example`` is the one of all its rules that have none of their own.
    """

    name: str
    like: str | None = None
    methods: Mapping[str, CallRule] = field(default_factory=dict, hash=False)
    attributes: Mapping[str, AttributeRule] = field(default_factory=dict, hash=False)
    items: Mapping[str, AttributeRule] = field(default_factory=dict, hash=False)
    iterates: str | None = None
    sequence: str | None = None
    annotation: tuple[str, ...] = ()
    type: str | None = None
    annotated: str | None = None
    enum: str | None = None
    numbers: Mapping[int, str] = field(default_factory=dict, hash=False)
    prints: str | None = None
    copies: str | None = None
    strict: bool = False
    stays: str | None = None
    entered: str | None = None
    leaves: str | None = None
    example: str | None = field(default=None, hash=False)


@dataclass(frozen=True, kw_only=True)
class RulePack:
    """All rules for one legacy package, indexed by canonical dotted name.

    ``packages`` are the import names that belong to the legacy SDK; ``successor`` is the package to
    install now, and ``successor_module`` what it is imported as; ``aliases`` maps dotted prefixes
    under which the SDK shows the same thing to the canonical one, longest first.  ``retired`` holds
    the models that are gone, by name without the ``model_prefix`` that a name may have in front,
    and ``default_model`` the one of a call that names none; ``dropped_prefix`` is one that the new
    SDK does not take.  ``model_calls`` are the calls of the new SDK that take the name of a model,
    with the parameter that takes it.  ``prelude`` is how examples begin unless one of the texts
    ``whole`` is in them, or else the name of a package; ``findings`` are rules of the engine and of
    converters, which no legacy name has.  ``passes`` look at the whole module, with the rewriter,
    once all its calls are planned.  ``siblings`` are other libraries that raise the same
    exceptions.  ``key_variables`` are the environment variables that both SDKs look for a key in,
    first the one that the new SDK prefers.  ``stays`` are parts of the packages, and other
    packages, that go on and need the legacy configuration as before.  ``client`` is the template of
    a client that nothing configures, ``client_needs`` the argument of the configuration that it
    cannot be built without, and ``not_configured`` and ``configured_elsewhere`` are the sentences
    for where it may be another.  ``settings`` are the parameters whose values travel with an
    object, with the fields that they become; those of a call go over the object's, field by field
    unless the call ``replaces_settings``.  ``optional`` are other parameters to which None is
    nothing.  ``calls_functions`` says that functions can be among the tools.  ``beside`` are the
    other packs of a run.

    A pack of ``own`` rules is for any package: nothing but what its rules name is looked for.
    ``moved`` are modules with what they are called now, ``modules`` the new ones that cannot be
    told from classes by their names, and ``functions`` the rules in Python, by their ids.
    The packages of a ``shared`` pack serve others, too: what is not seen to be what a rule is about
    stays as it is, without a marker.
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
    literal_types: Mapping[str, str] = field(default_factory=dict, hash=False)
    helpers: Mapping[str, str] = field(default_factory=dict, hash=False)
    mechanisms: Mapping[str, Callable[..., None]] = field(default_factory=dict, hash=False)
    passes: tuple[Callable[..., None], ...] = ()
    siblings: tuple[str, ...] = ()
    key_variables: tuple[str, ...] = ()
    successor: str = ""
    successor_module: str = ""
    default_model: str = ""
    model_prefix: str = ""
    dropped_prefix: str = ""
    model_calls: Mapping[str, str] = field(default_factory=dict, hash=False)
    prelude: str = ""
    whole: tuple[str, ...] = ()
    findings: Mapping[str, Rule] = field(default_factory=dict, hash=False)
    retired: Mapping[str, RetiredModel] = field(default_factory=dict, hash=False)
    shared: bool = False
    stays: tuple[str, ...] = ()
    client: str = "genai.Client()"
    client_needs: str = "api_key"
    not_configured: str = ""
    configured_elsewhere: str = ""
    settings: Mapping[str, str] = field(default_factory=dict, hash=False)
    replaces_settings: bool = False
    optional: tuple[str, ...] = ()
    calls_functions: bool = True
    beside: tuple[RulePack, ...] = field(default=(), hash=False, compare=False, repr=False)
    own: bool = False
    moved: Mapping[str, NameRule] = field(default_factory=dict, hash=False)
    modules: tuple[str, ...] = ()
    functions: Mapping[str, PythonRule] = field(default_factory=dict, hash=False)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The patterns of texts that decide whether calls are what a rule is about."""
        patterns = (pattern for rule in self.calls.values() for pattern in rule.when.values())
        return tuple(dict.fromkeys(patterns))

    @property
    def stays_imported(self) -> bool:
        """Whether the new SDK is another version of the same packages."""
        return self.successor_module in self.packages

    @cached_property
    def keeps_kinds(self) -> bool:
        """Whether objects of any kind stay where code gets them which cannot be seen."""
        return any(kind.stays is not None for kind in self.kinds.values())

    def asks_about(self, text: str) -> bool:
        """Whether it matters where a text was written."""
        if self.retired_model(text) is not None:
            return True
        return any(fnmatchcase(text, pattern) for pattern in self.asked)

    def is_named_in(self, data: bytes) -> bool:
        """Whether a module can refer to the packages at all; false decides, true does not."""
        if any(all(word in data for word in words) for words in words_of(self._roots)):
            return True
        # What a package of the project itself holds is imported there without its name.
        return self.own and b"from ." in data and any(word in data for word in self.words)

    @property
    def words(self) -> frozenset[bytes]:
        """Words of which any module that refers to the packages holds one."""
        return frozenset(words[0] for words in words_of(self._roots))

    @property
    def _roots(self) -> tuple[str, ...]:
        return (*self.packages, *(prefix for prefix, _ in self.aliases))

    @cached_property
    def function_names(self) -> frozenset[str]:
        """The last names of all functions and methods that have a rule."""
        methods = {name for kind in self.kinds.values() for name in kind.methods}
        return frozenset(methods | {name.rpartition(".")[2] for name in self.calls})

    def canonical(self, dotted: str) -> str:
        """The canonical name of a dotted import path."""
        for prefix, replacement in self.aliases:
            if lies_in(dotted, prefix):
                return self.canonical(replacement + dotted[len(prefix) :])
        return dotted

    def is_legacy(self, dotted: str) -> bool:
        """Whether a canonical dotted name lies in the legacy SDK."""
        inside = dotted in self.packages or dotted.startswith(self._in_packages)
        return inside and not self.goes_on(dotted)

    @cached_property
    def _in_packages(self) -> tuple[str, ...]:
        """How the names of all that lies in the legacy SDK begin."""
        return tuple(f"{package}." for package in self.packages)

    def goes_on(self, dotted: str) -> bool:
        """Whether a name lies in what is not migrated, and needs its configuration as before."""
        return any(lies_in(dotted, each) for each in self.stays)

    def sibling(self, dotted: str) -> str | None:
        """The other library with the same exceptions that a dotted name lies in, if it does."""
        return next((each for each in self.siblings if lies_in(dotted, each)), None)

    def retired_model(self, name: str) -> RetiredModel | None:
        """What became of a model, if it is gone; the name may have the prefix."""
        return self.retired.get(name.removeprefix(self.model_prefix))

    def manual(self, dotted: str) -> Rule | None:
        """The rule that leaves a canonical name, or something that it lies in, to a person."""
        while dotted:
            for rule in (self.names.get(dotted), self.calls.get(dotted)):
                if rule is not None and rule.manual is not None:
                    return rule
            dotted = dotted.rpartition(".")[0]
        return None

    def guarded(self) -> dict[str, str]:
        """The kinds whose objects can be None, and where that must be asked."""
        return {
            rule.returns: rule.guards
            for kind in self.kinds.values()
            for rule in kind.attributes.values()
            if rule.guards is not None and rule.returns is not None
        }

    def method(self, kind: str, name: str) -> CallRule | None:
        declared = self.kinds.get(kind)
        return declared.methods.get(name) if declared else None

    def is_like(self, kind: str, others: Collection[str]) -> bool:
        """Whether a kind is one of some others, or is declared to be like one."""
        declared = self.kinds.get(kind)
        if kind in others or declared is None:
            return kind in others
        return declared.like is not None and self.is_like(declared.like, others)

    def attribute(self, kind: str, name: str) -> AttributeRule | None:
        declared = self.kinds.get(kind)
        return declared.attributes.get(name) if declared else None
