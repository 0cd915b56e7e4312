"""Facts are read from sources and files, by what the engine finds out about them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst

from genai_codemod.engine.clients.configured import configurations
from genai_codemod.engine.flow.facts import Facts
from genai_codemod.engine.flow.program_facts import analyse_program
from genai_codemod.engine.flow.program_index import SourceModule
from genai_codemod.engine.flow.values import (
    Awaitable,
    Bound,
    Class,
    Container,
    Function,
    Generator,
    Instance,
    Module,
    Object,
    Plain,
    Symbol,
    Unbound,
    Value,
    Written,
)
from genai_codemod.engine.result import SourceError
from genai_codemod.engine.rule_packs.packs import load_pack
from genai_codemod.engine.syntax.module_syntax import SyntaxIndex
from genai_codemod.engine.syntax.parsing import parse_module
from genai_codemod.library.facts import FunctionFacts, Kinds, LegacyUse, ModuleFacts, ProgramFacts
from genai_codemod.library.options import Options
from genai_codemod.library.scope import Scoping
from genai_codemod.library.single import as_bytes
from genai_codemod.project.dependencies import is_code
from genai_codemod.project.programs import Program, group_files
from genai_codemod.project.reading import Inputs
from genai_codemod.pytest_fixtures import nearest_first, without_relations
from genai_codemod.sources.far_readers import reads_answers
from genai_codemod.sources.python import (
    is_relevant,
    may_call_legacy,
    may_get_objects,
    may_read_answers,
    may_use_objects,
)

if TYPE_CHECKING:
    from genai_codemod.engine.rule_packs.rule_pack import RulePack
    from genai_codemod.library.runs import AnyPath


def analyse_source(
    source: bytes | str, *, name: str | os.PathLike[str] = "module.py"
) -> ModuleFacts:
    """The facts of one module, which is changed by nothing.

    Raises:
        SourceError: it cannot be read.

    Examples:
        >>> from genai_codemod import analyse_source
        >>> facts = analyse_source(
        ...     "import google.generativeai as genai\\n"
        ...     "def setup():\\n"
        ...     "    genai.configure(api_key='...')\\n"
        ... )
        >>> [(each.line, each.function) for each in facts.configures]
        [(3, 'setup')]
    """
    path = Path(name)
    data = as_bytes(source, path)
    facts = _facts(Program({path: data}), load_pack(), {path: parse_module(data).tree})
    return facts.modules[str(path)]


def analyse_paths(
    paths: AnyPath | Iterable[AnyPath] = ".", options: Options | None = None
) -> Iterator[ProgramFacts]:
    """The facts of the programs in files and folders: of modules that belong together.

    Only programs with legacy code come; they are read one after the other, as they are asked for.
    A module that cannot be read is named in the ``errors`` of its program.

    Raises:
        OptionError: there is no such path, commit or rule, or a pattern means nothing.
        SettingsError: a setting in a ``pyproject.toml`` is wrong.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import analyse_paths
        >>> _ = Path("app.py").write_text("import google.generativeai as genai\\n")
        >>> _ = Path("other.py").write_text("print('no legacy code')\\n")
        >>> [sorted(program.modules) for program in analyse_paths(["app.py", "other.py"])]
        [['app.py']]
    """
    from genai_codemod.library.runs import as_paths

    scope = Scoping(options or Options()).of(as_paths(paths))
    discovery = scope.discovery
    inputs = Inputs(is_relevant, may_use_objects, discovery.named, discovery.silent)
    for path in filter(is_code, discovery.files):
        inputs.read(path)
    programs = group_files(
        inputs.contents,
        inputs.others,
        may_use=may_use_objects,
        may_read=may_read_answers,
        reads_answers=reads_answers,
        may_call=may_call_legacy,
        may_get=may_get_objects,
        roots=scope.roots,
    )
    return map(_read, programs)


def _read(program: Program) -> ProgramFacts:
    trees: dict[Path, cst.Module] = {}
    errors: dict[str, str] = {}
    for path, data in program.files.items():
        try:
            trees[path] = parse_module(data).tree
        except SourceError as error:
            errors[str(path)] = f"line {error.line}: {error.message}"
    if not trees:
        return ProgramFacts({}, errors=errors)
    return _facts(program, load_pack(), trees, errors)


def _facts(
    program: Program,
    pack: RulePack,
    trees: Mapping[Path, cst.Module],
    errors: Mapping[str, str] | None = None,
) -> ProgramFacts:
    imports = {
        path: {
            dotted: str(target)
            for dotted, target in program.imports.get(path, {}).items()
            if target in trees
        }
        for path in trees
    }
    modules = [
        SourceModule(
            str(path),
            SyntaxIndex(tree),
            without_relations(imports[path]),
            path.name == "__init__.py",
            lenders=nearest_first(imports[path]),
        )
        for path, tree in trees.items()
    ]
    found = analyse_program(modules, pack)
    return ProgramFacts(
        {module.name: _module(module, found.modules[module.name]) for module in modules},
        {str(path): tuple(sorted(set(named.values()))) for path, named in imports.items()},
        errors or {},
    )


def _module(module: SourceModule, facts: Facts) -> ModuleFacts:
    tree = module.index.module
    uses = tuple(sorted(set(_uses(facts))))
    calls = {facts.index.position(call.func) for call in configurations(facts)}
    return ModuleFacts(
        module.name,
        {
            name: full
            for name, (source, inner) in sorted(module.index.imported.items())
            if facts.pack.is_legacy(full := ".".join(filter(None, (source, inner))))
        },
        {
            name: _words(facts.interpreter.load(("name", tree, name)))
            for name in sorted(module.scope.names)
        },
        dict(sorted(_functions(facts))),
        uses,
        tuple(use for use in uses if (use.line, use.column) in calls),
    )


def _uses(facts: Facts) -> Iterator[LegacyUse]:
    rules = {call.func: next(iter(rules), None) for call, rules in facts.bindings.items()}
    for call, found in facts.bindings.items():
        for rule in found:
            yield _use(facts, call.func, rule.legacy.name, rule.id)
    for node, name in facts.legacy_symbols():
        if node not in rules:
            known = facts.pack.names.get(name)
            yield _use(facts, node, name, known.id if known else None)


def _use(facts: Facts, node: cst.CSTNode, name: str, rule: str | None) -> LegacyUse:
    line, column = facts.index.position(node)
    function = facts.enclosing(node, cst.FunctionDef)
    around = _qualified(facts, function) if isinstance(function, cst.FunctionDef) else ""
    return LegacyUse(line, column, name, rule, around)


def _functions(facts: Facts) -> Iterator[tuple[str, FunctionFacts]]:
    load = facts.interpreter.load
    for function in facts.index.nodes(cst.FunctionDef):
        parameters = (
            each.name.value
            for each in (
                *function.params.posonly_params,
                *function.params.params,
                *function.params.kwonly_params,
            )
        )
        yield (
            _qualified(facts, function),
            FunctionFacts(
                facts.index.position(function)[0],
                {name: _words(load(("param", function, name))) for name in parameters},
                _words(load(("return", function))),
            ),
        )


def _qualified(facts: Facts, definition: cst.FunctionDef | cst.ClassDef) -> str:
    names = [definition.name.value]
    names += [
        around.name.value
        for around in facts.index.ancestors(definition)
        if isinstance(around, cst.FunctionDef | cst.ClassDef)
    ]
    return ".".join(reversed(names))


def _words(value: Value) -> Kinds:
    """What a value can be, sorted; what was not assigned on some path says nothing."""
    return tuple(sorted({_word(atom) for atom in value if not isinstance(atom, Unbound | Written)}))


def _word(atom: object) -> str:
    match atom:
        case Symbol(name) | Module(name):
            return name
        case Instance(kind):
            return kind
        case Plain(name):
            return name
        case Object(node):
            return node.name.value
        case Class():
            return "class"
        case Function() | Bound():
            return "function"
        case Container(site):
            return type(site).__name__.lower()
        case Awaitable():
            return "awaitable"
        case Generator():
            return "generator"
        case _:
            return "unknown"
