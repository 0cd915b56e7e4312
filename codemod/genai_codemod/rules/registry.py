"""The decorator that makes a function or a class a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from genai_codemod.engine.rule_packs.signature import Signature

Registered = TypeVar("Registered", bound=Callable[..., Any])
Texts = str | Iterable[str]
ATTRIBUTE = "__genai_codemod_rule__"


@dataclass(frozen=True, slots=True)
class PythonRule:
    """A rule in Python: what it is for, and the function or class that says what becomes of it.

    ``calls`` and ``methods`` are signatures (``acme.llm.ask(prompt, *, model)``,
    ``Session.ask(prompt)``), ``names`` and ``modules`` dotted names, and ``attributes`` of the form
    ``Session.url``.  What such a call gives is of the kind ``returns``.
    """

    id: str
    handler: Callable[..., Any]
    calls: tuple[Signature, ...] = ()
    methods: tuple[Signature, ...] = ()
    names: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    returns: str | None = None
    about: str | None = None
    guide: str | None = None
    example: str | None = None
    after: str | None = None


def rule(
    rule_id: str,
    *,
    calls: Texts = (),
    methods: Texts = (),
    names: Texts = (),
    attributes: Texts = (),
    modules: Texts = (),
    returns: str | None = None,
    about: str | None = None,
    guide: str | None = None,
    example: str | None = None,
    after: str | None = None,
) -> Callable[[Registered], Registered]:
    """Register a function or class as a rule with an id, which markers and reports show.

    A function takes what the rule is for: a ``Call`` for ``calls`` and ``methods``, a ``Name`` for
    ``names``, an ``Attribute`` for ``attributes``; it returns an ``Edit`` or None.  For
    ``modules`` it takes the ``Module`` of each file that names one, and returns several edits.  A
    class is made anew for each file; its methods ``call``, ``name``, ``attribute`` and ``module``
    take the same.

    ``example`` is a program, and ``after`` what becomes of it: ``genai-codemod rules check`` shows
    and compares them.

    Raises:
        ValueError: the rule is for nothing, or a signature or a name is none.
    """
    signatures = tuple(Signature.parse(text) for text in _texts(calls))
    owned = tuple(Signature.parse(text) for text in _texts(methods))
    listed = _texts(names), _texts(attributes), _texts(modules)
    for text in (*listed[0], *listed[1], *listed[2]):
        if not all(part.isidentifier() for part in text.split(".")):
            raise ValueError(f"rule {rule_id!r}: {text!r} is not a dotted name")
    for text in (*(each.name for each in owned), *listed[1]):
        if text.count(".") != 1:
            raise ValueError(f"rule {rule_id!r}: {text!r} is not of the form Kind.name")
    if not (signatures or owned or any(listed)):
        raise ValueError(f"rule {rule_id!r} is for nothing: say calls, methods, names, ...")

    def register(handler: Registered) -> Registered:
        made = PythonRule(
            rule_id, handler, signatures, owned, *listed, returns, about, guide, example, after
        )
        setattr(handler, ATTRIBUTE, made)
        return handler

    return register


def _texts(given: Texts) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
