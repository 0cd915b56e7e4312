"""The modules of a program and what is found in them before anything is planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from genai_codemod.engine.client_names import CLIENT
from genai_codemod.engine.facts import ProgramFacts, analyse_program
from genai_codemod.engine.forwarding import SpelledOut
from genai_codemod.engine.handed_on import calls_handed_on, hands_methods_on
from genai_codemod.engine.ignoring import Ignores, find_ignores
from genai_codemod.engine.model_names import RETIRED, with_successors
from genai_codemod.engine.positions import Positions
from genai_codemod.engine.program_index import SourceModule
from genai_codemod.engine.rules import RulePack
from genai_codemod.engine.selection import EVERYTHING, Selection
from genai_codemod.engine.spreads import WrittenOut, spreads_dicts, write_out
from genai_codemod.engine.syntax import SyntaxIndex
from genai_codemod.pytest_fixtures import nearest_first, without_relations


@dataclass(frozen=True, slots=True)
class Source:
    """One module to migrate: its bytes, and which of its imports are modules of the program.

    ``imports``, ``package`` and ``client_name`` are explained at
    :class:`genai_codemod.engine.syntax.SourceModule`; ``imports`` also has the relations of
    :mod:`genai_codemod.pytest_fixtures`.  ``absolute`` is the name under which any
    other module can import it, if that is known.  ``selection`` says which rules are carried out,
    and ``part`` that the program is a part of a very large one, so that objects may come from
    further away.
    """

    data: bytes
    imports: Mapping[str, str] = field(default_factory=dict)
    package: bool = False
    client_name: str = CLIENT
    absolute: str | None = None
    selection: Selection = EVERYTHING
    part: bool = False


@dataclass(frozen=True, slots=True)
class Analysed:
    """The modules of a program and what was found in them.

    ``spelled`` are the modules with calls spelled out that others make, ``written`` what was done
    to those whose calls are given dicts, ``ignores`` what is to be left in each, and ``upgrade``
    says whether names of retired models are replaced.
    """

    modules: Sequence[SourceModule]
    program: ProgramFacts
    spelled: Mapping[str, SpelledOut]
    written: Mapping[str, WrittenOut]
    ignores: Mapping[str, Ignores]
    upgrade: bool


def analyse(
    spelled: Mapping[str, SpelledOut],
    sources: Mapping[str, Source],
    pack: RulePack,
    *,
    upgrade_models: bool,
    positions: Mapping[str, Positions],
) -> Analysed:
    """Analyse modules; where calls are given dicts that can be written out, do so before.

    ``upgrade_models`` replaces names of retired models, unless a module is to be left from that.
    ``positions`` are those of the modules as they were parsed.
    """
    modules = _modules({name: each.module for name, each in spelled.items()}, sources, positions)
    ignores = _ignores(modules, sources)
    upgrade = upgrade_models and not any(
        each.selection.ignores(RETIRED.id) for each in ignores.values()
    )
    rules = with_successors(pack) if upgrade else pack
    program = analyse_program(modules, rules)
    if any(hands_methods_on(module.index.calls, pack) for module in modules):
        handed = {name: calls_handed_on(facts) for name, facts in program.modules.items()}
        if any(handed.values()):
            spelled = {name: each.with_more(handed[name]) for name, each in spelled.items()}
            trees = {name: each.module for name, each in spelled.items()}
            modules = _modules(trees, sources, positions)
            program.forget()
            program = analyse_program(modules, rules)
            ignores = _ignores(modules, sources)
    if not any(spreads_dicts(module.index.calls, pack) for module in modules):
        return Analysed(modules, program, spelled, {}, ignores, upgrade)
    written = {name: write_out(facts) for name, facts in program.modules.items()}
    if not any(each.originals for each in written.values()):
        return Analysed(modules, program, spelled, {}, ignores, upgrade)
    modules = _modules({name: written[name].module for name in spelled}, sources, positions)
    program.forget()
    again = analyse_program(modules, rules)
    return Analysed(modules, again, spelled, written, _ignores(modules, sources), upgrade)


def _modules(
    trees: Mapping[str, cst.Module],
    sources: Mapping[str, Source],
    positions: Mapping[str, Positions],
) -> list[SourceModule]:
    modules = []
    for name, tree in trees.items():
        source = sources[name]
        imports = {dotted: other for dotted, other in source.imports.items() if other in trees}
        modules.append(
            SourceModule(
                name,
                SyntaxIndex(tree, positions[name]),
                without_relations(imports),
                source.package,
                source.client_name,
                nearest_first(imports),
            )
        )
    return modules


def _ignores(modules: Sequence[SourceModule], sources: Mapping[str, Source]) -> dict[str, Ignores]:
    return {
        module.name: find_ignores(
            module.index.module, sources[module.name].data, sources[module.name].selection
        )
        for module in modules
    }
