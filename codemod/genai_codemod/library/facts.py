"""What is known of a program before anything is changed: small, frozen and serialisable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Kinds = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class LegacyUse:
    """A place in which code meets the legacy SDK: a call of it, or a name or attribute of it.

    ``line`` counts from 1 and ``column`` from 0; ``name`` is the full legacy name, and ``rule`` the
    id of the rule for it, where there is one.  ``function`` is the innermost function or method
    around it, by its qualified name, and empty at the top of the module.

    Examples:
        >>> from genai_codemod import analyse_source
        >>> source = "import google.generativeai as genai\\ngenai.configure(api_key=KEY)\\n"
        >>> use = analyse_source(source).uses[0]
        >>> use.line, use.name, use.rule
        (2, 'google.generativeai.configure', 'client.configure')
    """

    line: int
    column: int
    name: str
    rule: str | None = None
    function: str = ""


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """A function or method: what its parameters are given, and what it returns.

    Both are said in words: the name of a kind that the rules declare (``Model``, ``Chat``), of a
    Python type (``str``), of a class of the program, the full name of what is imported, or
    ``unknown``.  What cannot be anything, because nobody calls the function, is empty.

    Examples:
        >>> from genai_codemod import analyse_source
        >>> source = '''
        ... import google.generativeai as genai
        ... def model(name):
        ...     return genai.GenerativeModel(name)
        ... model("gemini-3.6-flash")
        ... '''
        >>> function = analyse_source(source).functions["model"]
        >>> function.parameters, function.returns
        ({'name': ('str',)}, ('Model',))
    """

    line: int
    parameters: Mapping[str, Kinds] = field(default_factory=dict)
    returns: Kinds = ()


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """One module: its legacy ``imports``, what it ``exports``, its functions, and who configures.

    ``name`` is its path, or what it was called.  ``imports`` maps local names to the full names
    of what is legacy; ``exports`` each name of the module to what it can be, in the words of
    ``FunctionFacts``; ``uses`` are all places that meet the legacy SDK, in order, and
    ``configures`` those of them that configure it.

    Examples:
        >>> from genai_codemod import analyse_source
        >>> facts = analyse_source(
        ...     "import google.generativeai as genai\\n"
        ...     "MODEL = genai.GenerativeModel('gemini-3.6-flash')\\n"
        ... )
        >>> facts.imports, facts.exports["MODEL"]
        ({'genai': 'google.generativeai'}, ('Model',))
        >>> facts.as_dict()["exports"]["MODEL"]
        ['Model']
    """

    name: str
    imports: Mapping[str, str] = field(default_factory=dict)
    exports: Mapping[str, Kinds] = field(default_factory=dict)
    functions: Mapping[str, FunctionFacts] = field(default_factory=dict)
    uses: tuple[LegacyUse, ...] = ()
    configures: tuple[LegacyUse, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as values that JSON has."""
        found: dict[str, Any] = _plain(asdict(self))
        return found


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """Modules that belong together, by their names, and the imports among them.

    ``imports`` maps the name of each module to those of the program's modules that it imports.

    Examples:
        >>> import json
        >>> from pathlib import Path
        >>> from genai_codemod import analyse_paths
        >>> _ = Path("llm.py").write_text(
        ...     "import google.generativeai as genai\\n"
        ...     "MODEL = genai.GenerativeModel('gemini-3.6-flash')\\n"
        ... )
        >>> _ = Path("app.py").write_text("from llm import MODEL\\nMODEL.generate_content('Hi')\\n")
        >>> (program,) = analyse_paths(".")
        >>> program.imports["app.py"], program.modules["app.py"].exports["MODEL"]
        (('llm.py',), ('Model',))
        >>> json.dumps(program.as_dict())[:13]
        '{"modules": {'
    """

    modules: Mapping[str, ModuleFacts]
    imports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    """Why modules of the program could not be read, by their names."""

    def as_dict(self) -> dict[str, Any]:
        """The same as values that JSON has."""
        found: dict[str, Any] = _plain(asdict(self))
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
