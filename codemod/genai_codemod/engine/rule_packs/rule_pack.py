"""Rule packs as facts: the rules of one SDK, and the kinds of values it has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Any

from genai_codemod.engine.rule_packs.package_names import lies_in, words_of
from genai_codemod.engine.rule_packs.retired_models import RetiredModel
from genai_codemod.engine.rule_packs.rules import AttributeRule, CallRule, ErrorRule, NameRule, Rule

if TYPE_CHECKING:
    from genai_codemod.rules.registry import PythonRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a value can do: its methods, attributes, items, and what iterating it gives.

    ``annotation`` is the legacy class, or several, ``type`` the class of the new SDK that it
    becomes; where many kinds had the same class, ``annotated`` is the generic class that tells
    this one apart in the new annotation.

    A kind with ``enum`` was an enum of integers: ``numbers`` maps them to the new members, and
    ``number`` is the helper that gives the integer of one, where that is what is asked for.  One
    with ``sequence`` could be iterated and indexed itself; now an attribute of that name can.
    ``prints`` is the sentence for code that prints such an object as a whole, ``copies`` the one
    for code that copies it.  ``strict`` kinds have no attributes but those that have a rule.  An
    object that is given to code which cannot be seen stays one of the legacy SDK if its kind has
    the sentence ``stays``, and one that a ``with`` statement enters, if it has ``entered``.  One
    that ``leaves`` has a sentence for becomes the new one, and is marked where it gets out of
    sight.  Objects of a ``given`` kind are what other calls are given, and not made for that by a
    constructor alone.  ``example`` is the one of all its rules that have none of their own.
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
    number: str | None = None
    numbers: Mapping[int, str] = field(default_factory=dict, hash=False)
    prints: str | None = None
    copies: str | None = None
    strict: bool = False
    stays: str | None = None
    entered: str | None = None
    leaves: str | None = None
    given: bool = False
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
    nothing.  ``calls_functions`` says that functions can be among the tools, and
    ``tool_config_matters`` whether what one message says of calling them, unlike its models, may
    matter once one was called.  ``beside`` are the other packs of a run.

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
    tool_config_matters: Callable[..., bool] | None = field(default=None, hash=False)
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
