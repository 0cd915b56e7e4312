"""YAML files: conda's environments, lists of packages for other tools, and commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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

# Keys that lists of requirements have: in environments of conda, hooks of pre-commit, cog.yaml.
_LISTS = frozenset({"pip", "additional_dependencies", "python_packages", "pip_packages"})
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
    try:
        lists = list(_lists(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column) if mark is not None else (1, 0)
        message = f"not valid YAML: {getattr(error, 'problem', None) or error}"
        raise SourceError(message, line, column) from error
    wanted = {"dependencies", *_LISTS}
    return [each for key, value in lists if key in wanted for each in _listed_in(text, value)]


def find_in_yaml(text: str) -> list[Listed]:
    """The commands in a YAML file, and its lists of packages if it can be read as YAML."""
    commands = find_in_commands(text)
    try:
        lists = list(_lists(text))
    except yaml.YAMLError:
        # What is a template for YAML has commands all the same.
        return commands
    in_one_line = [value for _, value in lists if value.flow_style]
    found = [_fixed_by_comma(each) if _lies_in(each, in_one_line) else each for each in commands]
    for key, value in lists:
        if key in _LISTS:
            found += _listed_in(text, value)
    return found


def _lies_in(listed: Listed, sequences: Iterable[yaml.SequenceNode]) -> bool:
    return any(
        node.start_mark.index <= listed.start < node.end_mark.index
        for sequence in sequences
        for node in sequence.value
        if isinstance(node, yaml.ScalarNode) and not node.style
    )


def _fixed_by_comma(listed: Listed) -> Listed:
    """A command in ``[a, b]`` without quotes: a comma in it would end it."""
    if not any("," in edit.text.rstrip(",") for edit in listed.replaced):
        return listed
    return replace(listed, fixed="a comma would end the command")


def _lists(text: str) -> Iterator[tuple[str, yaml.SequenceNode]]:
    """The lists in all documents, each with its key."""
    seen: set[int] = set()
    waiting: list[yaml.Node | None] = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if isinstance(value, yaml.SequenceNode) and isinstance(key, yaml.ScalarNode):
                    yield key.value, value
                waiting.append(value)
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


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
