"""What holds for every source that can be migrated."""

from __future__ import annotations

from tests.checks import compiles, unbound_names, unmarked_legacy_names

from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.engine.result import Migration
from genai_codemod.testing import lost_comments

IMPORT = b"import google.generativeai as genai\n"


def migrated(source: bytes) -> Migration:
    return migrate_source(source, load_pack())


def assert_sound(source: bytes) -> bytes:
    """The migrated source, with everything checked that holds for all of them."""
    migration = migrated(source)
    after = migration.after
    assert migration.before == source
    compiles(after)
    assert lost_comments(source, after) == []
    assert unbound_names(after) <= unbound_names(source)
    assert unmarked_legacy_names(after) == []
    again = migrated(after)
    assert again.after == after
    assert again.edits == 0
    return after
