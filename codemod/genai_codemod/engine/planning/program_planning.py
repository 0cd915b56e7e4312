"""What is to be done to all modules of a program."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from genai_codemod.engine.analysis import Analysed, Source
from genai_codemod.engine.clients.lending import Surroundings, place_clients
from genai_codemod.engine.errors.restored import restore_exceptions
from genai_codemod.engine.imports.importing import Importing, offered
from genai_codemod.engine.imports.reexports import is_unfinished, needed_elsewhere
from genai_codemod.engine.objects.chats import Chats
from genai_codemod.engine.objects.companions import CompanionNames
from genai_codemod.engine.objects.object_plans import SettledObjects
from genai_codemod.engine.plan import Plan
from genai_codemod.engine.planning.halfway import Halfway
from genai_codemod.engine.planning.leaving import (
    Ignored,
    InseparableError,
    mixes,
    note_unknown_names,
)
from genai_codemod.engine.planning.left import LeftAlone
from genai_codemod.engine.planning.module_planning import ModulePlanner
from genai_codemod.engine.planning.reliance import Reliance


def planned(
    analysed: Analysed, sources: Mapping[str, Source], surroundings: Surroundings | None
) -> dict[str, ModulePlanner]:
    """The planners of the modules, with their plans.

    Raises:
        InseparableError: what is ignored cannot be told apart from the rest.
    """
    absolute = {name: each.absolute for name, each in sources.items() if each.absolute}
    ignored, halfway = Ignored(), Halfway()
    while True:
        planners = _planners(analysed, ignored, halfway)
        if surroundings is not None:
            _plan_uses(planners, absolute, surroundings)
        plans = [planner.plan for planner in planners.values()]
        same = ignored.add(analysed.program.whole, plans)
        if same and (surroundings is None or halfway.add(planners)):
            break
    if mixes(analysed.program.whole, plans, ignored):
        raise InseparableError
    for plan in plans:
        ignored.report(plan)
        note_unknown_names(plan)
    return planners


def _planners(analysed: Analysed, ignored: Ignored, halfway: Halfway) -> dict[str, ModulePlanner]:
    program = analysed.program
    objects = SettledObjects(program.whole, "Model")
    chats = Chats(program.whole, objects)
    causes = {**halfway.causes, **ignored.causes}
    left = LeftAlone(program.whole, objects, chats, causes, halfway.tests)
    companions = CompanionNames()
    plans: dict[cst.CSTNode, Plan] = {}
    return {
        module.name: ModulePlanner(
            module,
            program.modules[module.name],
            objects,
            chats,
            left,
            companions,
            plans,
            analysed.ignores[module.name],
        )
        for module in analysed.modules
    }


def _plan_uses(
    planners: Mapping[str, ModulePlanner],
    absolute: Mapping[str, str],
    surroundings: Surroundings,
) -> None:
    for planner in planners.values():
        planner.plan_calls(unseen=surroundings.unseen)
    parts = {name: planner.part for name, planner in planners.items()}
    left = next(iter(planners.values())).left
    imports = {name: planner.module.imports for name, planner in planners.items()}
    lenders = {name: planner.module.lenders for name, planner in planners.items()}
    inner = {name: offered(planner.module) for name, planner in planners.items()}
    importing = Importing(imports, absolute, lenders, inner)
    restore_exceptions(parts, importing, left, unseen=surroundings.unseen)
    for planner in planners.values():
        planner.plan_uses()
    remains = {name: planner.remains for name, planner in planners.items()}
    needed = needed_elsewhere(remains)
    reliance = Reliance(remains, importing)
    unfinished = any(map(is_unfinished, remains.values()))
    for name, planner in planners.items():
        planner.settle(
            needed=needed.get(name, set()),
            configures_here=reliance.here(name),
            configures_others=reliance.elsewhere(name),
            unfinished=unfinished,
        )
    placements = {name: planner.placement for name, planner in planners.items()}
    place_clients(placements, importing, surroundings)
