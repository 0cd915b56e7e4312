"""What the check says about a place in the code."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that the installed SDK does not have, or refuses.

    ``line`` counts from 1 and ``column``, in characters, from 0.  ``check`` names the kind of
    mistake in a word; ``suggestion`` says what to write instead, where that is known.  ``cell``
    (from 1) is set in notebooks, and ``line`` counts from its beginning.

    Examples:
        >>> from genai_codemod import verify_source
        >>> (problem,) = verify_source("from google import genai\\ngenai.configure()\\n")
        >>> problem.line, problem.check, problem.suggestion
        (2, 'attribute', 'make a client: client = genai.Client(api_key=...)')
    """

    line: int
    column: int
    check: str
    message: str
    suggestion: str = ""
    cell: int | None = None


# A check calls this with the place, the kind of mistake, the message and the suggestion.
Report = Callable[[ast.AST, str, str, str], None]
