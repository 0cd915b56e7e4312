"""Python modules: a cheap look at the bytes, then the engine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from genai_codemod.engine.clients.client_names import CLIENT
from genai_codemod.engine.rule_packs.rule_sources import DEFAULT
from genai_codemod.engine.rule_packs.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration, SourceError
    from genai_codemod.engine.rule_packs.rule_pack import RulePack

_LEGACY_WORDS = (b"generativeai", b"generativelanguage")
_COMMON_START = b"generative"
_NEW_WORD = b"genai"
# Also said without regular expressions, which take forty times as long to find nothing.
_METHOD_WORDS = (
    b"generate_content", b"send_message", b"start_chat", b"count_tokens", b"embed_content",
    b".history", b"api_core",
)  # fmt: skip
_METHODS = re.compile(
    rb"\b(?:generate_content|send_message|start_chat|count_tokens|embed_content)|\.history\b"
    rb"|\bapi_core\b"
)
_RESULTS = re.compile(
    rb"\.(?:text|candidates?|parts|prompt_feedback|usage_metadata|finish_reason|safety_ratings"
    rb"|function_calls?|embedding|last|model_name|total_tokens|to_dict)\b|\bexcept\b|[\"']parts[\"']"
)
_METHOD_CALLS = re.compile(
    rb"\b(\w+)\.(?:generate_content|send_message|start_chat|count_tokens)(?:_async)?[ \t]*\("
)
_PARAMETERS = re.compile(rb"\bdef[ \t]+\w+[ \t]*\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
# The whole module under one name: ``import a.b as c``, ``from a import b as c``, ``import a.b``.
_PLAIN_IMPORT = re.compile(
    rb"^[ \t]*(?:import|from)[ \t]+google(?:\.ai)?(?:\.|[ \t]+import[ \t]+)"
    rb"generative(?:ai|language)(?:[ \t]+as[ \t]+(\w+))?[ \t]*(?:#.*)?\r?$",
    re.MULTILINE,
)
_LEGACY_IMPORT = re.compile(
    rb"^[ \t]*(?:from|import)[ \t][^#\n]*\bgenerative(?:ai|language)\b", re.MULTILINE
)
_IMPORT_IN_TEXT = re.compile(
    rb"\b(?:import|from)[ \t]+google\.generativeai\b"
    rb"|\bfrom[ \t]+google[ \t]+import[ \t]+generativeai\b"
)
_MARKER = b"TODO(genai-codemod)"
# One of these is in each module that is relevant, with models upgraded or not.
WORDS = (_COMMON_START, _NEW_WORD)
_MARKER_LINE = re.compile(rb"#.*" + re.escape(_MARKER))


def mentions_legacy(data: bytes) -> bool:
    """Whether a module can refer to the legacy SDK at all; false decides, true does not."""
    return _COMMON_START in data and any(word in data for word in _LEGACY_WORDS)


def imports_legacy(data: bytes) -> bool:
    """Whether a module that mentions the legacy SDK imports it, by its text."""
    return _LEGACY_IMPORT.search(data) is not None


def may_use_objects(data: bytes, added: Sequence[RulePack] = ()) -> bool:
    """Whether a module that does not import the legacy SDK may use its objects or its errors.

    ``added`` are further packs, whose objects count, too.
    """
    if any(word in data for word in _METHOD_WORDS) and _METHODS.search(data) is not None:
        return True
    members = (
        name
        for pack in added
        for kind in pack.kinds.values()
        for name in (*kind.methods, *kind.attributes)
    )
    return any(b"." + name.encode() in data for name in members)


def may_read_answers(data: bytes, added: Sequence[RulePack] = ()) -> bool:
    """Whether a module without the legacy SDK may read what its calls give, or handle errors."""
    return _RESULTS.search(data) is not None or may_use_objects(data, added)


def may_get_objects(data: bytes) -> bool:
    """Whether a function of a legacy module may be given the objects that it calls methods of."""
    called = {match[1] for match in _METHOD_CALLS.finditer(data)}
    return bool(called) and any(
        not called.isdisjoint(re.findall(rb"\w+", match[1])) for match in _PARAMETERS.finditer(data)
    )


def names_packages(data: bytes, added: Sequence[RulePack] = ()) -> bool:
    """Whether a module can refer to what rules are for: the legacy SDK, and further packs."""
    return mentions_legacy(data) or any(pack.is_named_in(data) for pack in added)


def may_call_legacy(data: bytes) -> bool:
    """Whether a module that mentions the legacy SDK may do more than import it."""
    rest = _PLAIN_IMPORT.sub(b"", data)
    words = (*_LEGACY_WORDS, *module_names(data))
    return any(re.search(rb"\b" + re.escape(word) + rb"\b", rest) for word in words)


def module_names(data: bytes) -> frozenset[bytes]:
    """The names that a module gives to the whole of the legacy SDK."""
    return frozenset(match[1] for match in _PLAIN_IMPORT.finditer(data) if match[1])


def shows_legacy_import(data: bytes) -> bool:
    """Whether an import of the legacy SDK stands anywhere in a text, also amid others."""
    return _COMMON_START in data and _IMPORT_IN_TEXT.search(data) is not None


def count_markers(data: bytes) -> int:
    """How many lines carry a comment that leaves something for a person.

    Examples:
        >>> from genai_codemod.tools import count_markers
        >>> count_markers(b"# TODO(genai-codemod): look at this [some.rule]\\nx = 1\\n")
        1
    """
    return sum(1 for _ in _MARKER_LINE.finditer(data))


def is_relevant(
    data: bytes, *, added: Sequence[RulePack] = (), upgrade_models: bool = False
) -> bool:
    """Whether a module has something to migrate or to report; ``added`` are further packs."""
    return _is_read(data, added, upgrade_models) or _MARKER in data


def concerns_only_own(
    data: bytes, *, added: Sequence[RulePack] = (), upgrade_models: bool = False
) -> bool:
    """Whether a relevant module has nothing that other rules than one's own are about."""
    others = [pack for pack in added if not pack.own]
    return any(pack.own for pack in added) and not is_relevant(
        data, added=others, upgrade_models=upgrade_models
    )


def migrate_python(
    files: Mapping[str, bytes],
    imports: Mapping[str, Mapping[str, str]],
    packs: Sequence[RulePack],
    *,
    around: Mapping[str, bytes] | None = None,
    absolute: Mapping[str, str] | None = None,
    configures: bool = True,
    relies: bool = True,
    unseen: bool = True,
    upgrade_models: bool = False,
    selections: Mapping[str, Selection] | None = None,
    client_names: Mapping[str, str] | None = None,
) -> dict[str, Migration | SourceError]:
    """Migrate modules that belong together, by their names; those ``around`` are only read.

    ``imports`` says which of the imports of a module are other modules of these, and ``absolute``
    under which name any of them can import one, where that is known; ``configures``, ``relies``
    and ``unseen`` are those of the engine's ``Surroundings``.  ``selections`` says which rules are
    carried out in a module, where that are not all, and ``client_names`` what the client is called
    that is written into one, where that is not the usual name.  Modules of which none mentions what
    the ``packs`` are for come back untouched, without being parsed; with ``upgrade_models`` those
    of which none mentions the new SDK either.
    """
    added = [pack for pack in packs if pack.name != DEFAULT]
    everything = {**files, **(around or {})}
    if not any(_is_read(data, added, upgrade_models) for data in everything.values()):
        from genai_codemod.engine.result import Migration

        return {name: Migration(before=data, after=data) for name, data in everything.items()}
    from genai_codemod.engine.analysis import Source
    from genai_codemod.engine.clients.lending import Surroundings
    from genai_codemod.engine.several import migrate_with

    sources = {
        name: Source(
            data,
            imports.get(name, {}),
            package=name.endswith("__init__.py"),
            client_name=(client_names or {}).get(name, CLIENT),
            absolute=(absolute or {}).get(name),
            selection=(selections or {}).get(name, EVERYTHING),
            part=bool(around),
        )
        for name, data in everything.items()
    }
    return migrate_with(
        sources, packs, Surroundings(configures, relies, unseen), upgrade_models=upgrade_models
    )


def _is_read(data: bytes, added: Sequence[RulePack], upgrade_models: bool) -> bool:
    return names_packages(data, added) or (upgrade_models and _NEW_WORD in data)
