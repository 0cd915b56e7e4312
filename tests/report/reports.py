"""One run with everything in it that a report can show."""

from __future__ import annotations

import json
from pathlib import Path

from genai_codemod.engine.result import Finding, Migration
from genai_codemod.engine.rule_packs.catalogue import Entry
from genai_codemod.project.outcome import FileError, FileOutcome, Reason
from genai_codemod.report.model import Report, make_report
from genai_codemod.report.summary import summarise

KEY = "AIza" + "Sy0123456789abcdefghijklmnopqrstuvw"
GUIDE = "https://ai.google.dev/gemini-api/docs/migrate"
RULES = {
    "generate.content": Entry(
        "generate.content",
        about="Content is generated.",
        becomes="client.models.generate_content(model=model, contents=contents)",
        differs=("An answer that was blocked has no text.",),
        guide=GUIDE,
    ),
    "palm.chat": Entry("palm.chat", manual="the PaLM API is gone."),
    "unused.rule": Entry("unused.rule"),
}
LEGACY = f'import google.generativeai as genai\ngenai.configure(api_key="{KEY}")\nask("`<b>|`")\n'
MIGRATED = (
    f'from google import genai\nclient = genai.Client(api_key="{KEY}")\n'
    '# TODO(genai-codemod): look at it\nask("`<b>|`")\n'
)
PLAIN = "from google.generativeai import chat\r\n\r\nchat()\r\n"
MARKED = "# TODO(genai-codemod): by hand\r\n" + PLAIN


def notebook(*cells: str) -> bytes:
    """A notebook with a text before its cells of code."""
    code = [{"cell_type": "code", "source": cell.splitlines(True)} for cell in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "# Try"}, *code]}).encode()


OUTCOMES = (
    FileOutcome(
        Path("src/app.py"),
        Migration(
            LEGACY.encode(),
            MIGRATED.encode(),
            (
                Finding(1, 0, "generate.content", "rewritten", guide=GUIDE),
                Finding(3, 4, "generate.content", "review", f"look at {KEY}, <b> & `x` | y"),
            ),
            edits=2,
        ),
    ),
    FileOutcome(
        Path("src/chat:1, old.py"),
        Migration(
            PLAIN.encode(),
            MARKED.encode(),
            (Finding(3, 0, "palm.chat", "manual", "the PaLM API is gone: 100%"),),
            edits=1,
        ),
    ),
    FileOutcome(
        Path("notes/try.ipynb"),
        Migration(
            notebook("import google.generativeai as genai", 'genai.chat(prompt="<Hello>")'),
            notebook(
                "import google.generativeai as genai",
                '# TODO(genai-codemod): by hand\ngenai.chat(prompt="<Hello>")',
            ),
            (Finding(1, 0, "palm.chat", "manual", "by hand", cell=2),),
            edits=1,
        ),
    ),
    FileOutcome(
        Path("src/held.py"),
        Migration(b"", b""),
        held=Reason(Path("src/app.py"), 3, "look at it"),
    ),
    FileOutcome(Path("src/broken.py"), error=FileError("invalid syntax\x07", 7, 2)),
    FileOutcome(Path("src/fine.py"), Migration(b"x = 1\n", b"x = 1\n")),
    FileOutcome(Path("src/unread.py")),
)


def example(*, written: bool = False) -> Report:
    migrations = [outcome.migration for outcome in OUTCOMES if outcome.migration]
    summary = summarise(migrations, files=len(OUTCOMES), errors=1, markers=3, held=1)
    return make_report(OUTCOMES, summary, RULES, written=written, version="1.2.3")
