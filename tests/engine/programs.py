"""Programs of several modules, and what the codemod makes of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.checks import compiles

from genai_codemod.engine import load_pack
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.clients.client_names import CLIENT
from genai_codemod.engine.clients.lending import Surroundings
from genai_codemod.engine.migrate import migrate_program
from genai_codemod.engine.result import Migration, SourceError

SDK = "import google.generativeai as genai\n"
CONFIGURE = 'genai.configure(api_key="K")\n'
SETUP = SDK + CONFIGURE
PLAIN = 'genai.GenerativeModel("a")'
SET = 'genai.GenerativeModel("a", system_instruction="S")'
ASK = "def ask():\n    return model.generate_content('x')\n"
NO_NAMES: Mapping[str, str] = {}
NO_RELATIONS: Mapping[str, Mapping[str, str]] = {}
ALONE = Surroundings(configures=False, relies=False)


def results(
    files: dict[str, str],
    client_names: Mapping[str, str] = NO_NAMES,
    relations: Mapping[str, Mapping[str, str]] = NO_RELATIONS,
) -> dict[str, Migration | SourceError]:
    """Migrate modules that can import each other by their names.

    ``relations`` are what they have to do with each other beside that.
    """
    sources = {
        name: Source(
            text.encode(),
            {**_imports(text, files), **relations.get(name, {})},
            client_name=client_names.get(name, CLIENT),
        )
        for name, text in files.items()
    }
    return migrate_program(sources, load_pack(), ALONE)


def _imports(text: str, files: dict[str, str]) -> dict[str, str]:
    found = re.findall(r"(?:from|import) (\.?(\w+))", text)
    return {dotted: name for dotted, name in found if name in files}


def migrated(
    files: dict[str, str],
    client_names: Mapping[str, str] = NO_NAMES,
    relations: Mapping[str, Mapping[str, str]] = NO_RELATIONS,
) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, result in results(files, client_names, relations).items():
        assert isinstance(result, Migration), result
        compiles(result.after)
        found[name] = result.after.decode()
    return found


def squeezed(text: str) -> str:
    """A text without its line breaks and the commas in front of closing brackets."""
    return re.sub(r",?\s*([)\]}])", r"\1", re.sub(r"([(\[{])\s+", r"\1", " ".join(text.split())))
