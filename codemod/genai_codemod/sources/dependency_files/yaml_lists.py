"""YAML files: conda's environments, lists of packages for other tools, and commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import yaml

from genai_codemod.engine.result import SourceError
from genai_codemod.sources.dependency_files.bracketed import Item, find_in_items
from genai_codemod.sources.dependency_files.install_commands import find_in_commands
from genai_codemod.sources.dependency_files.listing import Edit, Group, Listed, newline_at
from genai_codemod.sources.dependency_files.packages import (
    BOUND,
    SUCCESSOR,
    is_legacy,
    is_of_interest,
)
from genai_codemod.sources.dependency_files.requirement import (
    FROM_ADDRESS,
    Requirement,
    requirement_at,
)
from genai_codemod.sources.dependency_files.specifiers import renewed
from genai_codemod.sources.dependency_files.yaml_nodes import Keyed, keyed_nodes

# Keys that lists of requirements have: in environments of conda, hooks of pre-commit, cog.yaml.
_LISTS = frozenset({"pip", "additional_dependencies", "python_packages", "pip_packages"})
_CONDA = _LISTS | {"dependencies"}
_LIST_KEY = re.compile("|".join(_LISTS))
# Keys, and ends of keys, of what is run: in workflows, pipelines, containers and playbooks.
_RUN_NAMES = (
    r"[\w.-]*(?:run|script|command|cmd|shell|bash|sh|pwsh|powershell|setup|install|build|entrypoint"
    r"|args|exec|steps?|tasks?|pip)s?"
)
_RUN = re.compile(_RUN_NAMES, re.IGNORECASE)
_RUN_KEY = re.compile(
    rf"""(?:^|[\s{{,.\-"'])(?:{_RUN_NAMES})["']?[ \t]*:(?:\s|$)""", re.IGNORECASE | re.MULTILINE
)
_CHANNEL = re.compile(r"(?:[\w./-]+::)?")
# conda separates a version by a blank, too, and has a build after it.
_VERSION = re.compile(r"(?P<gap>[ \t]+)(?P<version>[\d*][^\s\"'#]*)")
_BUILD = re.compile(r"(?:=|[ \t]+)[\w*]+")
_REST_OF_LINE = re.compile(r"[ \t]*(?P<comment>#[^\n]*)?\r?(?:\n|\Z)")


def find_in_environment(text: str) -> list[Listed]:
    """What an environment of conda lists, for conda and for pip.

    Raises:
        SourceError: the text is not YAML.
    """
    if "dependencies" not in text:
        return find_in_yaml(text)
    try:
        nodes = keyed_nodes(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column) if mark is not None else (1, 0)
        message = f"not valid YAML: {getattr(error, 'problem', None) or error}"
        raise SourceError(message, line, column) from error
    return [each for keyed in nodes if keyed.key in _CONDA for each in _in_list(text, keyed)]


def find_in_yaml(text: str) -> list[Listed]:
    """The commands that a YAML file has run, and the lists of packages of tools.

    What only holds text, such as a recorded answer of a server, stays as it is.
    """
    if not has_commands(text) and not _LIST_KEY.search(text):
        return []
    try:
        nodes = keyed_nodes(text)
    except yaml.YAMLError:
        # What is a template for YAML has commands all the same.
        return find_in_commands(text)
    return [each for keyed in nodes for each in _in_node(text, keyed)]


def has_commands(text: str) -> bool:
    """Whether a YAML file has keys for what is to be run."""
    return _RUN_KEY.search(text) is not None


def _in_node(text: str, keyed: Keyed) -> Iterator[Listed]:
    runs = _RUN.fullmatch(keyed.key) is not None
    if keyed.key in _LISTS or (runs and _is_command(keyed.node)):
        yield from _in_list(text, keyed)
    elif runs and isinstance(keyed.node, yaml.ScalarNode):
        found = find_in_commands(text, keyed.start, keyed.end)
        ends_at_comma = keyed.in_flow and not keyed.node.style
        yield from map(_fixed_by_comma, found) if ends_at_comma else found


def _is_command(node: yaml.Node) -> bool:
    """``[pip, install, name]``: a command in words."""
    if not isinstance(node, yaml.SequenceNode):
        return False
    return any(isinstance(item, yaml.ScalarNode) and item.value == "install" for item in node.value)


def _fixed_by_comma(listed: Listed) -> Listed:
    """A command in ``[a, b]`` without quotes: a comma in it would end it."""
    if not any("," in edit.text.rstrip(",") for edit in listed.replaced):
        return listed
    return replace(listed, fixed="a comma would end the command")


def _in_list(text: str, keyed: Keyed) -> Iterator[Listed]:
    if isinstance(keyed.node, yaml.SequenceNode):
        yield from _listed_in(text, keyed.node)


def _listed_in(text: str, sequence: yaml.SequenceNode) -> Iterator[Listed]:
    group = sequence.start_mark.index
    scalars = [node for node in sequence.value if isinstance(node, yaml.ScalarNode)]
    if sequence.flow_style:
        items = [
            Item(
                node.start_mark.index, node.end_mark.index, 1 if getattr(node, "style", None) else 0
            )
            for node in sequence.value
        ]
        yield from find_in_items(text, items, group, _without_commas)
    else:
        for node in scalars:
            listed = _block_item(text, node, group)
            if listed is not None:
                yield listed


def _without_commas(requirement: Requirement) -> str:
    """The requirement of the successor, in a list whose items a comma ends."""
    return re.sub(rf">=\s*{BOUND},\s*<\s*\d+", f"~={BOUND}", requirement.renewed())


def _block_item(text: str, node: yaml.ScalarNode, group: Group) -> Listed | None:
    """An item on a line of its own: ``- name=1.0  # comment``."""
    start, end = node.start_mark.index, node.end_mark.index
    quote = 1 if node.style in ("'", '"') else 0
    channel = _CHANNEL.match(text, start + quote, end - quote)
    assert channel is not None
    requirement = requirement_at(text, channel.end(), end - quote)
    if requirement is None or not is_of_interest(requirement.name):
        return None
    rest = text[requirement.end : end - quote]
    version = _VERSION.fullmatch(rest) if not requirement.specifier else None
    specifier = version["version"] if version else requirement.specifier
    common = (start, requirement.name, specifier, group)
    if version or _BUILD.fullmatch(rest):
        written, rest = f"{SUCCESSOR}{renewed(specifier)}", ""
    elif rest.strip() and not rest.lstrip().startswith(";"):
        return Listed(*common, fixed=FROM_ADDRESS) if is_legacy(requirement.name) else None
    else:
        written = requirement.renewed()
    changed = Edit(requirement.start, end - quote, written + rest)
    line = text.rfind("\n", 0, start) + 1
    after = _REST_OF_LINE.match(text, end)
    if after is None or text[line:start].strip() != "-":
        return Listed(*common, replaced=(changed,), removed=(changed,), beside=())
    removed = Edit(line, after.end(), "")
    if after["comment"]:
        removed = Edit(line + text[line:start].index("-"), after.start("comment"), "")
    copy = f"{text[start : requirement.start]}{written}{rest}{text[end - quote : end]}"
    beside = Edit(start, start, f"{copy}{newline_at(text, end)}{text[line:start]}")
    marker = "".join(rest.split())
    return Listed(*common, replaced=(changed,), removed=(removed,), beside=(beside,), marker=marker)
