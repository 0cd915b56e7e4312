"""How each kind of dependency file is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from genai_codemod.sources.dependency_files.formats import Kind
from genai_codemod.sources.dependency_files.ini import find_in_ini
from genai_codemod.sources.dependency_files.inline_scripts import find_in_script
from genai_codemod.sources.dependency_files.install_commands import find_in_commands
from genai_codemod.sources.dependency_files.listing import Listed
from genai_codemod.sources.dependency_files.python_lists import find_in_python
from genai_codemod.sources.dependency_files.requirement_lines import find_in_requirements
from genai_codemod.sources.dependency_files.toml import (
    find_in_pipfile,
    find_in_pixi,
    find_in_pyproject,
)
from genai_codemod.sources.dependency_files.yaml_lists import find_in_environment, find_in_yaml

Find = Callable[[str], Sequence[Listed]]

# All but the lock files, which are not edited.
FINDERS: Mapping[Kind, Find] = {
    "commands": find_in_commands,
    "conda": find_in_environment,
    "ini": find_in_ini,
    "pipfile": find_in_pipfile,
    "pixi": find_in_pixi,
    "pyproject": find_in_pyproject,
    "python": find_in_python,
    "requirements": find_in_requirements,
    "script": find_in_script,
    "yaml": find_in_yaml,
}
