"""Several rule packs in one run: each takes what the one before it gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from genai_codemod.engine import load_pack
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.result import Migration, SourceError
from genai_codemod.engine.rule_packs.rule_files import load_pack as load_folder
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.several import migrate_with

HEAD = """
name: old-asking
packages: [acme.asking]
successor: google-genai
successor_module: google.genai
"""
RULES = """
- rule: asking.count
  legacy: acme.asking.count(text)
  becomes: client.models.count_tokens(model="m", contents=text)
- rule: asking.hire
  legacy: acme.asking.hire(name)
  manual: ask a person.
"""
BOTH = """\
import google.generativeai as genai
from acme import asking

genai.configure(api_key="k")
print(genai.upload_file("a.txt").uri)
print(asking.count("two words"))
asking.hire("Ada")
"""


@pytest.fixture
def asking(tmp_path: Path) -> RulePack:
    (tmp_path / "pack.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    return load_folder(tmp_path)


def migrated(text: str, *packs: RulePack) -> Migration:
    (result,) = migrate_with({"": Source(text.encode())}, packs).values()
    assert isinstance(result, Migration)
    return result


def test_both_packs_work_on_one_file(asking: RulePack) -> None:
    after = migrated(BOTH, load_pack(), asking).after.decode()
    assert 'client.files.upload(file="a.txt")' in after
    assert '_client.models.count_tokens(model="m", contents="two words")' in after
    assert "asking.count" not in after


def test_findings_have_the_places_of_the_original(asking: RulePack) -> None:
    found = {each.rule: each for each in migrated(BOTH, load_pack(), asking).findings}
    lines = BOTH.splitlines()
    assert "upload_file" in lines[found["files.upload"].line - 1]
    assert "count" in lines[found["asking.count"].line - 1]
    assert "hire" in lines[found["asking.hire"].line - 1]


def test_a_second_run_changes_nothing(asking: RulePack) -> None:
    once = migrated(BOTH, load_pack(), asking).after.decode()
    assert once != BOTH
    assert migrated(once, load_pack(), asking).after.decode() == once


def test_what_names_no_package_is_the_same_object(asking: RulePack) -> None:
    result = migrated("import os\n", load_pack(), asking)
    assert result.after is result.before


def test_a_file_that_cannot_be_read_leaves_the_others(asking: RulePack) -> None:
    sources = {"good": Source(BOTH.encode()), "bad": Source(b"import acme.asking\nx = (\n")}
    results = migrate_with(sources, (load_pack(), asking))
    assert isinstance(results["bad"], SourceError)
    good = results["good"]
    assert isinstance(good, Migration)
    assert b"count_tokens" in good.after


def test_a_comment_may_name_a_rule_of_the_other_pack(tmp_path: Path) -> None:
    from dataclasses import replace

    (tmp_path / "pack.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    asking = load_folder(tmp_path)
    pack = replace(load_pack(), beside=(asking,))
    text = BOTH.replace("genai.configure", "# genai-codemod: ignore[asking.hire]\ngenai.configure")
    assert "ignore.unknown" not in {each.rule for each in migrated(text, pack).findings}
    assert "ignore.unknown" in {each.rule for each in migrated(text, load_pack()).findings}
