"""Whether a program goes on with None where an error ended it.

An error that nobody handles ends a program.  None may end it as well, a moment later, or be shown
to somebody in its place; but it can also be stored, sent or tested, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.values import Atom, Function, Symbol, present
from genai_codemod.engine.rule_packs.signature import named_parameters, parameter_of
from genai_codemod.engine.syntax.parts import names_in
from genai_codemod.engine.syntax.uses import is_searched

# What is told of None by an error: ``text.strip()``, ``text()``, ``text[0]``, ``with text:``.
_FAILING = frozenset({"attribute", "callee", "item", "entered"})
_FAILING_FUNCTIONS = frozenset(
    {"builtins.len", "builtins.int", "builtins.float", "builtins.sorted", "builtins.sum",
     "json.loads", "ast.literal_eval"}
)  # fmt: skip
_DISPLAYS = frozenset({"builtins.print", "IPython.display.display", "IPython.display.Markdown"})
# What gives back the result of the coroutine that it is given.
_WAITING = frozenset({"asyncio.run", "asyncio.wait_for"})
_DEEPEST = 5


def goes_on(facts: Facts, node: cst.CSTNode, depth: int = 0) -> bool:
    """Whether something can be done with None at ``node`` without an error, and nobody sees it."""
    if depth > _DEEPEST:
        return True
    use = facts.use(node)
    if use.role in _FAILING or use.role == "dropped" or is_searched(use):
        return False
    match use.parent:
        case cst.FormattedStringExpression():
            return not _is_seen(facts, facts.index.parents[use.parent])
        case cst.BinaryOperation(operator=cst.Modulo()):
            return not _is_seen(facts, use.parent)
        case cst.IfExp(test=test) if test is not node:
            return goes_on(facts, use.parent, depth + 1)
        case cst.Await():
            return goes_on(facts, use.parent, depth + 1)
        case cst.BinaryOperation() | cst.AugAssign():
            return False
        case cst.Arg() as argument:
            return _argument_goes_on(facts, argument, depth + 1)
        case cst.Return():
            calls = facts.callers.of(facts.enclosing(use.parent, cst.FunctionDef))
            return not calls or any(goes_on(facts, call, depth + 1) for call in calls)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as name)]):
            return any(goes_on(facts, read, depth + 1) for read in reads_of(facts, name))
    return True


def _argument_goes_on(facts: Facts, argument: cst.Arg, depth: int) -> bool:
    """Whether the function that is given None neither refuses nor shows it."""
    call = facts.index.parents[argument]
    if not isinstance(call, cst.Call):
        return True
    functions = present(facts.value(call.func))
    if functions and all(isinstance(each, Function) for each in functions):
        return any(_parameter_goes_on(facts, each, call, argument, depth) for each in functions)
    names = _called(facts, call)
    if names and names <= _WAITING:
        return goes_on(facts, call, depth)
    return not (names and names <= _FAILING_FUNCTIONS) and not _shows(facts, call)


def _parameter_goes_on(
    facts: Facts, function: Atom, call: cst.Call, argument: cst.Arg, depth: int
) -> bool:
    """Whether a function of the program goes on with None as an argument of a call."""
    if not isinstance(function, Function) or not isinstance(function.node, cst.FunctionDef):
        return True
    name = parameter_of(function, call, argument)
    named = (each.name for each in named_parameters(function.node))
    parameter = next((each for each in named if each.value == name), None)
    reads = list(reads_of(facts, parameter)) if parameter is not None else []
    return not reads or any(goes_on(facts, each, depth) for each in reads)


def _is_seen(facts: Facts, text: cst.CSTNode) -> bool:
    """Whether somebody is shown a text that tells of None where it stands."""
    use = facts.use(text)
    return use.role == "argument" and _shows(facts, facts.index.parents[use.parent])


def _shows(facts: Facts, call: cst.CSTNode) -> bool:
    """Whether a call shows its arguments to somebody, and does not write them to a file."""
    shows = bool(names := _called(facts, call)) and names <= _DISPLAYS
    return shows and not any(
        each.keyword is not None and each.keyword.value == "file"
        for each in cst.ensure_type(call, cst.Call).args
    )


def _called(facts: Facts, call: cst.CSTNode) -> set[str]:
    """The names of the functions that are called, with one that is empty for any other."""
    atoms = present(facts.value(call.func)) if isinstance(call, cst.Call) else frozenset()
    return {atom.name if isinstance(atom, Symbol) else "" for atom in atoms}


def reads_of(facts: Facts, name: cst.Name) -> Iterator[cst.Name]:
    """Where a variable is read, in the function that it belongs to or in one inside of that."""
    scope = facts.index.scope(name).binding_scope(name.value)
    for other in names_in(scope.node if scope is not None else facts.module):
        is_bound = isinstance(facts.index.parents[other], cst.AssignTarget | cst.Param)
        if other.value == name.value and not is_bound:
            if facts.index.scope(other).binding_scope(name.value) is scope:
                yield other
