"""Mechanisms: calls whose rewrite depends on more than their own arguments."""

from __future__ import annotations

from functools import partial

from genai_codemod_rules.google_generativeai.caching import cache_update
from genai_codemod_rules.google_generativeai.messages import dump

DIFFERENT = (
    "the dict has URL-safe base64 for bytes, zeros that were left out, and fields that vertexai "
    "does not know."
)

MECHANISMS = {"as_dict": partial(dump, message=DIFFERENT), "cache_update": cache_update}
