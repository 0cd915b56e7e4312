"""What the codemod makes of programs that name retired models, and what it says about them."""

from __future__ import annotations

from textwrap import dedent

from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.engine.result import Finding, Migration

PACK = load_pack()


def migrate(program: str, *, upgrade_models: bool = False) -> Migration:
    source = "import google.generativeai as genai\n" + dedent(program)
    return migrate_source(source.encode(), PACK, upgrade_models=upgrade_models)


def named(migration: Migration) -> list[Finding]:
    return [finding for finding in migration.findings if finding.rule == "model.retired"]
