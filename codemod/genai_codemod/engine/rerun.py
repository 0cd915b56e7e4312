"""Clients of scripts that streamlit runs anew, where a chat in its session needs the one before."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.departures import KEEPS_CLIENT
from genai_codemod.engine.facts import Facts
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.rules import Rule
from genai_codemod.engine.values import Instance

CLOSED_BY_RERUN = Rule(
    "client.closed-by-rerun", guide="https://ai.google.dev/gemini-api/docs/migrate"
)
_MESSAGE = (
    "streamlit runs this file again for each input, and google.genai closes the client of the run "
    "before, which this still needs: build the client in a function with @st.cache_resource."
)
_RUNS_AGAIN = "streamlit"


def mark_what_is_closed(facts: Facts, plan: Plan) -> None:
    """Mark each chat that is stored in the session, if this module builds its client."""
    for node in _stored_in_session(facts):
        plan.found(node, CLOSED_BY_RERUN, "review", _MESSAGE)


def _stored_in_session(facts: Facts) -> Iterator[cst.CSTNode]:
    for node, value in facts.held.of(Instance):
        if not any(getattr(atom, "kind", None) in KEEPS_CLIENT for atom in value):
            continue
        parent = facts.use(node).parent
        if isinstance(parent, cst.Assign) and parent.value is node:
            if any(_is_in_session(facts, each.target) for each in parent.targets):
                yield node


def _is_in_session(facts: Facts, target: cst.BaseExpression) -> bool:
    """Whether a target is ``st.session_state.chat`` or ``st.session_state["chat"]``."""
    if not isinstance(target, cst.Attribute | cst.Subscript):
        return False
    while isinstance(target, cst.Attribute | cst.Subscript):
        target = target.value
    if not isinstance(target, cst.Name):
        return False
    module, _ = facts.index.imported.get(target.value, ("", ""))
    return module.partition(".")[0] == _RUNS_AGAIN
