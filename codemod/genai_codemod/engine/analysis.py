"""The modules of a program and what is found in them before anything is planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from genai_codemod.engine.calling.called_methods import called_methods
from genai_codemod.engine.calling.forwarding import SpelledOut
from genai_codemod.engine.calling.handed_on import calls_handed_on, gives_methods
from genai_codemod.engine.calling.method_variables import may_hold_methods, method_variables
from genai_codemod.engine.calling.spreads import WrittenOut, spreads_dicts, write_out
from genai_codemod.engine.clients.client_names import CLIENT
from genai_codemod.engine.errors.class_constants import class_constants, may_hold_classes
from genai_codemod.engine.flow.program_facts import ProgramFacts, analyse_program
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.mentions.model_names import RETIRED, with_successors
from genai_codemod.engine.planning.ignoring import Ignores, find_ignores
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.selection import EVERYTHING, Selection
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex
from genai_codemod.engine.syntax.positions import Positions
from genai_codemod.engine.tracing.written_values import WrittenValues, write_values
from genai_codemod.pytest_fixtures import nearest_first, without_relations


@dataclass(frozen=True, slots=True)
class Source:
    """One module to migrate: its bytes, and which of its imports are modules of the program.

    ``imports``, ``package`` and ``client_name`` are explained at
    :class:`genai_codemod.engine.flow.program_index.SourceModule`; ``imports`` also has the
    relations of :mod:`genai_codemod.pytest_fixtures`.  ``absolute`` is the name under which any
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

    ``spelled`` are the modules with calls spelled out that others make, ``written`` what was
    written out in each beside that, in this order, ``ignores`` what is to be left in each, and
    ``upgrade`` says whether names of retired models are replaced.
    """

    modules: Sequence[SourceModule]
    program: ProgramFacts
    spelled: Mapping[str, SpelledOut]
    written: Mapping[str, Sequence[WrittenOut | WrittenValues]]
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
    """Analyse modules, again each time that something in them could be written out.

    ``upgrade_models`` replaces names of retired models, unless a module is to be left from that.
    ``positions`` are those of the modules as they were parsed.
    """
    trees = {name: each.module for name, each in spelled.items()}
    modules = _modules(trees, sources, positions)
    ignores = _ignores(modules, sources)
    upgrade = upgrade_models and not any(
        each.selection.ignores(RETIRED.id) for each in ignores.values()
    )
    rules = with_successors(pack) if upgrade else pack
    program = analyse_program(modules, rules)
    reading = _Reading(sources, positions, rules, modules, program)
    values = _with_values(reading, ignores)
    spelled = _with_handed_on(reading, spelled)
    written = _with_dicts(reading)
    return Analysed(
        reading.modules,
        reading.program,
        spelled,
        {name: [each[name] for each in (values, written) if name in each] for name in spelled},
        _ignores(reading.modules, sources) if reading.again else ignores,
        upgrade,
    )


@dataclass(slots=True)
class _Reading:
    """The modules of a program as they were read last; ``again`` if that was not the first time."""

    sources: Mapping[str, Source]
    positions: Mapping[str, Positions]
    rules: RulePack
    modules: Sequence[SourceModule]
    program: ProgramFacts
    again: bool = False

    def read(self, trees: Mapping[str, cst.Module]) -> None:
        """Analyse the program anew, with other trees for some of its modules."""
        known = {module.name: module.index.module for module in self.modules}
        self.modules = _modules({**known, **trees}, self.sources, self.positions)
        self.program.forget()
        self.program = analyse_program(self.modules, self.rules)
        self.again = True


def _with_handed_on(
    reading: _Reading, spelled: Mapping[str, SpelledOut]
) -> Mapping[str, SpelledOut]:
    """Spell out the calls that functions of the program make of methods they are given."""
    if not any(gives_methods(each.index.calls, reading.rules) for each in reading.modules):
        return spelled
    facts = reading.program.modules
    handed = {name: found for name in spelled if (found := calls_handed_on(facts[name]))}
    read = {module.name: module.index.module for module in reading.modules}
    more = {
        name: SpelledOut(read[name], spelled[name].originals).with_more(found)
        for name, found in handed.items()
    }
    if more:
        reading.read({name: each.module for name, each in more.items()})
    return {**spelled, **more}


def _with_values(reading: _Reading, ignores: Mapping[str, Ignores]) -> Mapping[str, WrittenValues]:
    """Write out variables that hold exception classes or methods, and methods as lambdas."""
    written: dict[str, WrittenValues] = {}
    for module in reading.modules:
        index, facts = module.index, reading.program.modules[module.name]
        if ignores[module.name].anything:
            continue
        found = [*class_constants(facts)] if may_hold_classes(index, reading.rules) else []
        found += method_variables(facts) if may_hold_methods(index, reading.rules) else []
        named = gives_methods(index.calls, reading.rules) or may_hold_methods(index, reading.rules)
        methods = dict(called_methods(facts)) if named else {}
        if found or methods:
            written[module.name] = write_values(facts, found, methods)
    if written:
        reading.read({name: each.module for name, each in written.items()})
    return written


def _with_dicts(reading: _Reading) -> Mapping[str, WrittenOut]:
    """Write out the calls that are given dicts."""
    if not any(spreads_dicts(module.index.calls, reading.rules) for module in reading.modules):
        return {}
    every = {name: write_out(facts) for name, facts in reading.program.modules.items()}
    written = {name: each for name, each in every.items() if each.originals}
    if written:
        reading.read({name: each.module for name, each in written.items()})
    return written


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
