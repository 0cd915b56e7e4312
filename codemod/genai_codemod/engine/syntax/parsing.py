"""Bytes to a syntax tree, with one clear error for whatever cannot be read."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from dataclasses import dataclass

import libcst as cst

from genai_codemod.engine.result import SourceError
from genai_codemod.engine.syntax.encodings import encoding_of
from genai_codemod.engine.syntax.nesting import check_nesting
from genai_codemod.engine.syntax.positions import Positions
from genai_codemod.engine.syntax.quick_nodes import make_quick, without_checks
from genai_codemod.engine.syntax.reproduction import Original, original_of

make_quick()
_MOST_ROUNDS = 5
_LONGEST_MESSAGE = 200


@dataclass(frozen=True, slots=True)
class Parsed:
    """A module as a tree, and what makes the original out of it again."""

    tree: cst.Module
    original: Original
    positions: Positions


def parse_module(data: bytes) -> Parsed:
    """Parse a module and make sure that it can be written back unchanged.

    Raises:
        SourceError: it cannot be decoded, parsed or reproduced, or is nested too deeply.
    """
    if (place := data.find(b"\0")) >= 0:
        raise SourceError("contains a null byte", *_line_and_column(data, place))
    try:
        encoding = encoding_of(data)
        check_nesting(data.decode(encoding))
        positions, held = _settled(data, encoding)
    except cst.ParserSyntaxError as error:
        line, column = _position(data, error)
        raise SourceError(_short(error.message), line, column) from None
    except RecursionError:
        raise SourceError("is nested too deeply") from None
    except UnicodeDecodeError as error:
        message = f"cannot be decoded: {error.reason}, in {error.encoding}"
        place = data.find(error.object) + error.start
        raise SourceError(message, *_line_and_column(data, place)) from None
    except (SyntaxError, LookupError, ValueError) as error:
        raise SourceError(_short(f"cannot be decoded: {error}")) from None
    return Parsed(positions.module, original_of(data, held), positions)


def _settled(data: bytes, encoding: str) -> tuple[Positions, bytes]:
    """A tree that gives back what it is made from, and that: all of the data, or nearly."""
    config = cst.PartialParserConfig(encoding=encoding)
    for _ in range(_MOST_ROUNDS):
        text = data.decode(encoding)
        with without_checks():
            module = cst.parse_module(text, config)
        # What is written to compare it also tells where each node begins.
        positions = Positions(module)
        held = positions.code.encode(module.encoding)
        if held == data:
            return positions, held
        data = held
    raise SourceError("cannot be written back byte for byte")


def _short(message: str) -> str:
    """The first line of a message, which may quote all of a file."""
    return textwrap.shorten(message.partition("\n")[0], _LONGEST_MESSAGE, placeholder="...")


def refused_by_python(data: bytes) -> SourceError | None:
    """What Python says against a source, if it does not take all that LibCST reads."""
    error = _python_error(data)
    return None if error is None else SourceError(_short(error.msg), *_place(error))


def _position(data: bytes, error: cst.ParserSyntaxError) -> tuple[int, int]:
    """Where the error is; the tokenizer of LibCST does not say it, Python's does."""
    found = _python_error(data)
    return _place(found) if found is not None else (error.raw_line, error.raw_column)


def _python_error(data: bytes) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(data)
    except SyntaxError as found:
        return found
    except (ValueError, RecursionError, MemoryError):
        pass
    return None


def _place(error: SyntaxError) -> tuple[int, int]:
    return error.lineno or 1, max((error.offset or 1) - 1, 0)


def _line_and_column(data: bytes, place: int) -> tuple[int, int]:
    lines = re.split(rb"\r\n|\r|\n", data[:place])
    return len(lines), len(lines[-1])
