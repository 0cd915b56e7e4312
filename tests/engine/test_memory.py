"""What is known of a program goes at once, without Python looking for garbage."""

from __future__ import annotations

import gc

import libcst as cst

from genai_codemod.engine import load_pack, migrate_source

LEGACY = b"""import google.generativeai as genai
genai.configure(api_key="k")
print(genai.GenerativeModel("gemini-1.5-flash").generate_content("Hi").text)
"""


def modules() -> int:
    return sum(each.__class__ is cst.Module for each in gc.get_objects())


def test_the_tree_of_a_module_goes_with_its_migration() -> None:
    pack = load_pack()
    assert migrate_source(LEGACY, pack).changed  # what is kept for all modules is made now
    gc.collect()
    before = modules()
    gc.disable()
    try:
        migrate_source(LEGACY, pack)
        assert modules() == before
    finally:
        gc.enable()
