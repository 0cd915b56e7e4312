"""Scripts that Streamlit runs anew for each event, with new globals.

The old SDK kept its client for all of these runs.  A client in a global goes with the run that
made it, and closes: so what stays for the next run, a chat in ``st.session_state``, takes its
client along.  A client that only some runs make is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

import libcst as cst

from genai_codemod.engine.clients.some_runs import SomeRuns, is_rerun_by
from genai_codemod.engine.flow.values import Instance
from genai_codemod.engine.planning.rewriting import Rewriter
from genai_codemod.engine.rule_packs.rules import Rule
from genai_codemod.engine.syntax.module_syntax import source_of
from genai_codemod.engine.tracing.departures import KEEPS_CLIENT

RERUN = Rule(
    "client.rerun", guide="https://docs.streamlit.io/develop/concepts/architecture/caching"
)
CACHED = (
    "Streamlit keeps what this function returns, but not the client, which is missing in the next "
    "run of this file: build the client in a function with @st.cache_resource, and get it there."
)
ONCE = (
    "Streamlit runs this file anew for each event, and the client is missing in runs that do not "
    "come here: build it in a function with @st.cache_resource, and get it there."
)
_CACHES = re.compile(r"streamlit\.(cache|cache_\w+|experimental_(memo|singleton))")


def plan_reruns(rewriter: Rewriter) -> None:
    """Keep clients open for what a session keeps, and mark those that a next run will miss."""
    facts = rewriter.facts
    if not any(is_rerun_by(module) for module, _ in facts.index.imported.values()):
        return
    runs = SomeRuns(facts)
    _keep_open(rewriter, runs)
    for configuration in rewriter.configurations:
        if _cached(runs, configuration):
            rewriter.plan.found(configuration, RERUN, "review", CACHED)
        elif _missed(runs, configuration, rewriter.client_uses):
            rewriter.plan.found(configuration, RERUN, "review", ONCE)
    for node, value in facts.held.of(Instance):
        if any(map(_needs_client, value)) and facts.use(node).role == "returned":
            if _cached(runs, node) and not rewriter.left.value_left(value):
                rewriter.plan.found(node, RERUN, "review", CACHED)


def _keep_open(rewriter: Rewriter, runs: SomeRuns) -> None:
    """Store the client beside the chats that are stored in the session."""
    facts = rewriter.facts
    stored: list[tuple[cst.Assign, cst.BaseExpression, bool]] = []
    for node in facts.index.nodes(cst.Assign):
        assert isinstance(node, cst.Assign)
        value = facts.value(node.value)
        if any(map(_needs_client, value)) and not rewriter.left.value_left(value):
            target = node.targets[0].target
            session = runs.session_of(target)
            if session is not None:
                stored.append((node, session, _has_fixed_key(target, session)))
    alone = len(stored) == 1 and stored[0][2]
    for node, session, _ in stored:
        rewriter.client_uses.append(node.value)
        keep = partial(_kept, rewriter, node, source_of(session), alone=alone)
        rewriter.plan.after[facts.index.place(node)].append(keep)


def _kept(
    rewriter: Rewriter, node: cst.Assign, session: str, *, alone: bool
) -> list[str | cst.BaseSmallStatement]:
    """The statement that stores the client; one for each chat if there may be several."""
    client = source_of(rewriter.context.client(node.value))
    code = rewriter.facts.index.code
    if alone:
        return [f"{session}.{_free_key(code, 'client')} = {client}"]
    return [f'{session}.setdefault("{_free_key(code, "clients")}", []).append({client})']


def _has_fixed_key(target: cst.BaseExpression, session: cst.BaseExpression) -> bool:
    """Whether a target always is the same entry of a session."""
    if isinstance(target, cst.Subscript):
        index = target.slice[0].slice
        known = isinstance(index, cst.Index) and isinstance(index.value, cst.SimpleString)
        return target.value is session and known
    return isinstance(target, cst.Attribute) and target.value is session


def _free_key(code: str, name: str) -> str:
    """What the session can call the client, or clients."""
    names = (name, f"genai_{name}", f"kept_{name}")
    used = {each for each in names if re.search(rf"session_state\.{each}\b|[\"']{each}[\"']", code)}
    return next((each for each in names if each not in used), f"kept_genai_{name}")


def _needs_client(atom: object) -> bool:
    return isinstance(atom, Instance) and atom.kind in KEEPS_CLIENT


def _cached(runs: SomeRuns, node: cst.CSTNode) -> bool:
    """Whether a node stands in a function whose result Streamlit keeps."""
    return any(
        isinstance(function, cst.FunctionDef)
        and any(
            _CACHES.fullmatch(name)
            for decorator in function.decorators
            for name in runs.names(decorator.decorator)
        )
        for function in runs.facts.index.ancestors(node)
    )


def _missed(runs: SomeRuns, configuration: cst.CSTNode, uses: Iterable[cst.CSTNode]) -> bool:
    """Whether a run that does not come to a configuration uses its client."""
    conditions = runs.conditions(configuration)
    return bool(conditions) and any(not conditions & runs.conditions(use) for use in uses)
