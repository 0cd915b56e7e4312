"""What every message of the legacy SDK could do, as rules made of those for its constructor.

They share their ids; `findings.yaml` says what they are about.
"""

from __future__ import annotations

from collections.abc import Iterator

from genai_codemod.engine.rules import CallRule, RulePack
from genai_codemod.engine.signature import Signature

MESSAGES = "google.generativeai.protos."
OPTIONS = (
    "use_integers_for_enums, preserving_proto_field_name, including_default_value_fields, "
    "always_print_fields_with_no_presence, float_precision"
)
NO_OPTIONS = "model_dump of google.genai has other options: look at what is shown here"


def methods(pack: RulePack) -> dict[str, CallRule]:
    """The rules for ``to_dict``, ``to_json`` and ``from_json`` of each message."""
    return {
        rule.legacy.name: rule
        for constructor in pack.calls.values()
        if constructor.legacy.name.startswith(MESSAGES) and constructor.becomes is not None
        for rule in _methods(constructor)
    }


def _methods(constructor: CallRule) -> Iterator[CallRule]:
    name, target = constructor.legacy.name, constructor.becomes
    dropped = dict.fromkeys(OPTIONS.split(", "), NO_OPTIONS)
    yield CallRule(
        "protos.to-dict",
        legacy=Signature.parse(f"{name}.to_dict(instance, *, {OPTIONS})"),
        becomes='instance.model_dump(mode="json", exclude_none=True)',
        drops=dropped,
        refuses=dropped,
    )
    yield CallRule(
        "protos.to-json",
        legacy=Signature.parse(f"{name}.to_json(instance, *, {OPTIONS}, indent, sort_keys)"),
        becomes="instance.model_dump_json(exclude_none=True, indent=indent)",
        drops={**dropped, "sort_keys": NO_OPTIONS},
        refuses={**dropped, "sort_keys": NO_OPTIONS},
    )
    yield CallRule(
        "protos.from-json",
        legacy=Signature.parse(f"{name}.from_json(payload)"),
        becomes=f"{target}.model_validate_json(payload)",
        returns=constructor.returns,
    )
