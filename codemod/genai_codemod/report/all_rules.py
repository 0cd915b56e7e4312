"""The rules of a pack and the findings that are made about files, by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from genai_codemod.engine.rule_packs.catalogue import Entry, catalogue

if TYPE_CHECKING:
    from genai_codemod.engine.rule_packs.rule_pack import RulePack

_ABOUT = {
    "changes.later": "a change that was left for later when genai-codemod migrate -i asked",
    "code.broken": "a cell or block that should be Python and is not; it is left as it is",
    "code.magic": "a command of a notebook that runs code of its own; it is left as it is",
    "dependencies.added": "the new package is listed beside the old one, which is still needed",
    "dependencies.brought-along": "the old package is installed because another one needs it",
    "dependencies.kept": "the old package is still needed, so it stays listed",
    "dependencies.locked": "a lock file names the old package: let its tool write it anew",
    "dependencies.named": "the old package is named where nothing can be exchanged",
    "dependencies.python": "the new package needs a newer Python than the project asks for",
    "dependencies.replaced": "the new package is listed instead of the old one",
    "dependencies.too-old": "the new package is listed in a release that is too old",
    "secrets.key": "a key stands in the code: read it from the environment, and revoke this one",
    "text.left": "a text imports the old SDK where no block of Python is, and is left as it is",
    "text.chronicle": "a list of changes tells what was, and is left as it is",
    "text.both": "a text that shows both SDKs tells how to migrate, and is left as it is",
}


def all_rules(*packs: RulePack) -> Mapping[str, Entry]:
    """What can be explained, sorted by id; the first pack says what a finding of all means."""
    found = {rule: entry for pack in reversed(packs) for rule, entry in catalogue(pack).items()}
    others = {rule: Entry(rule, about=about) for rule, about in _ABOUT.items()}
    return dict(sorted({**found, **others}.items()))
