"""Scripts that say in a comment what they need: ``# /// script`` (PEP 723)."""

from __future__ import annotations

import re

from genai_codemod.engine.result import SourceError
from genai_codemod.sources.dependency_files.listing import Listed
from genai_codemod.sources.dependency_files.toml import find_in_tables
from genai_codemod.sources.dependency_files.toml_places import places

# The last line that could end a block ends it.
_BLOCK = re.compile(
    r"^\ufeff?# /// script[ \t]*\r?\n(?P<content>(?:#(?: [^\n]*|\r?)\n)+)# ///[ \t]*\r?$",
    re.MULTILINE,
)
_COMMENT_SIGN = re.compile(r"^#", re.MULTILINE)
_NOT_LINE_ENDS = re.compile(r"[^\r\n]")


def find_in_script(text: str) -> list[Listed]:
    """What the block at the head of a script lists; one that is not TOML lists nothing."""
    block = _BLOCK.search(text)
    if block is None:
        return []
    # The same places for the same things, with blanks for all that is not TOML.
    before = _NOT_LINE_ENDS.sub(" ", text[: block.start("content")])
    try:
        tables = places(before + _COMMENT_SIGN.sub(" ", block["content"]))
    except SourceError:
        return []
    return find_in_tables(text, tables, arrays=("dependencies",))
