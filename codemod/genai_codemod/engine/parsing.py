"""Bytes to a syntax tree, with one clear error for whatever cannot be read."""

from __future__ import annotations

import ast
import io
import re
import tokenize

import libcst as cst

from genai_codemod.engine.result import SourceError

# CPython refuses more; far beyond it LibCST's parser runs out of stack and ends the process.
DEEPEST = 200
_BRACKETS = re.compile(rb"[()\[\]{}]")


def parse_module(data: bytes) -> cst.Module:
    """Parse a module and make sure that it can be written back unchanged.

    Raises:
        SourceError: it cannot be decoded, parsed or reproduced, or is nested too deeply.
    """
    if _depth(data) > DEEPEST and _really_deep(data):
        raise SourceError("is nested too deeply")
    try:
        module = cst.parse_module(data)
        same = module.bytes == data
    except cst.ParserSyntaxError as error:
        line, column = _position(data, error)
        raise SourceError(error.message.partition("\n")[0], line, column) from None
    except RecursionError:
        raise SourceError("is nested too deeply") from None
    except (SyntaxError, LookupError, ValueError) as error:
        raise SourceError(f"cannot be decoded: {error}") from None
    if not same:
        raise SourceError("cannot be written back byte for byte")
    return module


def _position(data: bytes, error: cst.ParserSyntaxError) -> tuple[int, int]:
    """Where the error is; the tokenizer of LibCST does not say it, Python's does."""
    try:
        ast.parse(data)
    except SyntaxError as found:
        return found.lineno or 1, max((found.offset or 1) - 1, 0)
    except (ValueError, RecursionError, MemoryError):
        pass
    return error.raw_line, error.raw_column


def _depth(data: bytes) -> int:
    """How deep brackets are nested, those in strings and comments counted too."""
    deepest = depth = 0
    for match in _BRACKETS.finditer(data):
        depth += 1 if match.group() in b"([{" else -1
        deepest = max(deepest, depth)
    return deepest


def _really_deep(data: bytes) -> bool:
    """The same by tokens; whatever cannot be tokenized is not worth the risk."""
    deepest = depth = 0
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.OP and token.string in "([{":
                depth += 1
            elif token.type == tokenize.OP and token.string in ")]}":
                depth -= 1
            deepest = max(deepest, depth)
    except (SyntaxError, tokenize.TokenError, ValueError):
        return True
    return deepest > DEEPEST
