"""YAML values that know where they are, and say in one line what is wrong with them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from genai_codemod.engine.rule_packs.signature import Signature
from genai_codemod.errors import RuleFileError as RuleFileError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT_TAG = "tag:yaml.org,2002:str"
_INT_TAG = "tag:yaml.org,2002:int"
_BOOL_TAG = "tag:yaml.org,2002:bool"
# What people did who wonder at the words of the parser.
_HINTS = {
    "mapping values are not allowed in this context": (
        " (a text with a colon in it needs quotes, and keys of one rule begin in one column)"
    ),
    "found character that cannot start any token": " (spaces indent, tabs do not)",
    "found a tab character that violates indentation": " (spaces indent, tabs do not)",
}


def read_document(file: Traversable) -> Value:
    """The one document of a YAML file.

    Raises:
        RuleFileError: it is not valid YAML.
    """
    return read_yaml(file.name, file.read_bytes())


def read_yaml(name: str, data: bytes) -> Value:
    """The one document of a YAML text, which has a name for messages.

    Raises:
        RuleFileError: it is not valid YAML.
    """
    try:
        node = yaml.compose(data, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "not valid YAML"
        problem += _HINTS.get(problem, "")
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise RuleFileError(name, line, problem, column) from None
    except yaml.reader.ReaderError as error:
        line = data.count(b"\n", 0, error.position) + 1
        raise RuleFileError(name, line, f"not YAML text: {error.reason}") from None
    return Value(name, 1, "the file", node)


@dataclass(frozen=True, slots=True)
class Value:
    """A YAML node and where it is: the line of its key, if it has one; ``label`` names it.

    ``key_column`` is where that begins.
    """

    file: str
    line: int
    label: str
    node: yaml.Node | None
    key_column: int = 1

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def column(self) -> int:
        """Where the value begins, or its key, if it is on a line of its own."""
        mark = self.node.start_mark if self.node is not None else None
        here = mark is not None and mark.line + 1 == self.line
        return mark.column + 1 if here and mark is not None else self.key_column

    def error(self, problem: str) -> RuleFileError:
        return RuleFileError(self.file, self.line, problem, self.column)

    def key_error(self, problem: str) -> RuleFileError:
        """An error about the key rather than its value."""
        return RuleFileError(self.file, self.line, problem, self.key_column)

    def mapping(self) -> dict[str, Value]:
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"{self.label} must be a mapping, such as {{key: value}}")
        found: dict[str, Value] = {}
        for key, node in self.node.value:
            line, column = key.start_mark.line + 1, key.start_mark.column + 1
            if not isinstance(key, yaml.ScalarNode):
                raise RuleFileError(self.file, line, f"a key in {self.label} must be text", column)
            value = Value(self.file, line, repr(key.value), node, column)
            if key.value in found:
                raise value.key_error(f"duplicate key {key.value!r}")
            found[key.value] = value
        return found

    def sequence(self) -> list[Value]:
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"{self.label} must be a list")
        label = f"an entry of {self.label}"
        return [
            Value(self.file, node.start_mark.line + 1, label, node, node.start_mark.column + 1)
            for node in self.node.value
        ]

    def is_text(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == _TEXT_TAG

    def is_empty(self) -> bool:
        """Whether there is a key, and nothing after it."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.value == ""

    def text(self) -> str:
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error(f"{self.label} must be text")
        if self.node.tag != _TEXT_TAG:
            raise self.error(f"{self.label} must be text, not {self.node.value or 'nothing'}")
        text = self.node.value.strip()
        if not text or "\n" in text:
            raise self.error(f"{self.label} must be {'one line' if text else 'text, not empty'}")
        return str(text)

    def word(self) -> str:
        text = self.text()
        if " " in text:
            raise self.error(f"{self.label} must be one word, not {text!r}")
        return text

    def words(self) -> tuple[str, ...]:
        return tuple(each.word() for each in self.sequence())

    def callers(self) -> dict[str, str]:
        """Calls by one of their parameters, turned around: the parameter of each call."""
        return {
            call.word(): parameter
            for parameter, calls in self.mapping().items()
            for call in calls.sequence()
        }

    def dotted(self) -> str:
        text = self.text()
        if not all(part.isidentifier() for part in text.split(".")):
            raise self.error(f"{self.label} must be a dotted name, not {text!r}")
        return text

    def one_or_more(self) -> list[Value]:
        """A list of values, or one alone."""
        values = [self] if self.is_text() else self.sequence()
        if not values:
            raise self.error(f"{self.label} must not be empty")
        return values

    def names(self) -> tuple[str, ...]:
        return tuple(value.dotted() for value in self.one_or_more())

    def template(self) -> str:
        """A Python expression; Python's own parser is much faster than libcst's."""
        text = self.text()
        try:
            ast.parse(text, mode="eval")
        except (SyntaxError, ValueError) as error:
            why = error.msg if isinstance(error, SyntaxError) else error
            raise self.error(f"{self.label}: {text!r} is not a Python expression: {why}") from None
        return text

    def date(self) -> date:
        """A day, written as YAML and ISO 8601 have it: 2025-09-29."""
        if isinstance(self.node, yaml.ScalarNode):
            with suppress(ValueError):
                return date.fromisoformat(self.node.value)
        raise self.error(f"{self.label} must be a date like 2025-09-29")

    def program(self) -> str:
        """Lines of Python."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag != _TEXT_TAG:
            raise self.error(f"{self.label} must be a program")
        try:
            ast.parse(self.node.value)
        except (SyntaxError, ValueError) as error:
            why = error.msg if isinstance(error, SyntaxError) else error
            raise self.error(f"{self.label} is not valid Python: {why}") from None
        return str(self.node.value)

    def sentences(self) -> tuple[str, ...]:
        """One text, or a list of them."""
        if self.is_text():
            return (self.text(),)
        return tuple(value.text() for value in self.sequence())

    def flag(self) -> bool:
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag != _BOOL_TAG:
            raise self.error(f"{self.label} must be true or false")
        return self.node.value.lower() in ("true", "yes", "on")

    def texts(self) -> dict[str, str]:
        return {key: value.text() for key, value in self.mapping().items()}

    def templates(self) -> dict[str, str]:
        return {key: value.template() for key, value in self.mapping().items()}

    def constant(self) -> tuple[str, int | str]:
        """A name and its value, a whole number or text."""
        found = self.mapping()
        if len(found) != 1:
            raise self.error(f"{self.label} must have one key")
        ((key, value),) = found.items()
        node = value.node
        if isinstance(node, yaml.ScalarNode) and node.tag == _INT_TAG and node.value.isdecimal():
            return key, int(node.value)
        return key, value.text()

    def numbers(self) -> dict[int, str]:
        texts = self.mapping()
        for key, value in texts.items():
            if not key.isdecimal():
                raise value.error(f"{self.label} maps whole numbers, not {key!r}")
        return {int(key): value.text() for key, value in texts.items()}

    def signature(self) -> Signature:
        text = self.text()
        try:
            return Signature.parse(text)
        except ValueError as error:
            raise self.error(f"{self.label}: {error}") from None

    def fields(
        self, owner: str, allowed: Collection[str], required: Collection[str] = ()
    ) -> dict[str, Value]:
        """The values of a mapping that may have these keys, and must have some of them."""
        found = self.mapping()
        for key, value in found.items():
            if key not in allowed:
                raise value.key_error(f"unknown key {key!r} in {owner}{did_you_mean(key, allowed)}")
        for key in required:
            if key not in found:
                raise self.error(f"{owner} has no {key!r}")
        return found


def did_you_mean(name: str, known: Collection[str]) -> str:
    """The known name that was probably meant, in brackets, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    return f" (did you mean {near[0]!r}?)" if near else ""


Fields = dict[str, Callable[[Value], object]]


def read_fields(fields: Mapping[str, Value], schema: Fields) -> dict[str, Any]:
    """The values of the keys that a schema has, as it reads them."""
    return {key: schema[key](value) for key, value in fields.items() if key in schema}


def mapping_in(fields: Mapping[str, Value], key: str) -> dict[str, Value]:
    """The mapping under a key, which may be missing."""
    return fields[key].mapping() if key in fields else {}
