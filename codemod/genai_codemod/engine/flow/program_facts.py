"""What analysis found in a program: in all of its modules together, and in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.program_index import ProgramIndex, SourceModule
from genai_codemod.engine.flow.statements import analyse
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """The facts of a program: of all modules together, and of each by its name."""

    whole: Facts
    modules: Mapping[str, Facts]

    def forget(self) -> None:
        """Let go of all that was found, once nobody asks any more; see :meth:`Facts.forget`."""
        for facts in {self.whole, *self.modules.values()}:
            facts.forget()


def analyse_program(modules: Sequence[SourceModule], pack: RulePack) -> ProgramFacts:
    """Analyse the modules of a program, following values from one to another."""
    interpreter = analyse(modules, pack)
    if len(modules) == 1:
        facts = Facts(modules[0].index, interpreter, interpreter.values)
        return ProgramFacts(facts, {modules[0].name: facts})
    index = ProgramIndex([module.index for module in modules])
    whole = Facts(index, interpreter, interpreter.values)
    each = {
        module.name: Facts(
            module.index,
            interpreter,
            {
                node: value
                for node, value in interpreter.by_module[module.name].items()
                if node in module.index
            },
            whole,
        )
        for module in modules
    }
    whole.by_module = {facts.module: facts for facts in each.values()}
    return ProgramFacts(whole, each)


def analyse_module(module: cst.Module, pack: RulePack) -> Facts:
    """Analyse a module that stands alone."""
    return analyse_program([SourceModule("", SyntaxIndex(module))], pack).whole
