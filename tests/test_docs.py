"""The documentation: it can be built, and says what the code says."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest
from docs.build import filled, rule_pages, rule_section
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from genai_codemod import settings
from genai_codemod.cli.main import COMMANDS
from genai_codemod.engine import load_pack
from genai_codemod.engine.rule_packs.catalogue import Entry
from genai_codemod.report import all_rules as all_rules_module
from genai_codemod.report.formats import FORMATS

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "pages"
RULES = all_rules_module.all_rules(load_pack())
# What the pages show, and nothing else, so that the site is built in seconds.
FEW = {
    rule: RULES[rule]
    for rule in ("count.settings-not-counted", "internals.batch-size", "model.create", "palm.chat")
}


def page(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")


def build_site(folder: Path) -> None:
    """Build the documentation; with a warning it fails."""
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True))


def test_the_site_is_built_without_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_module("genai_codemod.library.rule_list")  # which must not keep the few
    monkeypatch.setattr(all_rules_module, "all_rules", lambda _: FEW)
    build_site(tmp_path)
    shown = (tmp_path / "rules" / "internals.html").read_text(encoding="utf-8")
    assert 'id="internals.batch-size"' in shown
    text = html.unescape(re.sub("<[^>]*>", "", shown))
    assert "-for start in range(0, len(texts), EMBEDDING_MAX_BATCH_SIZE):" in text
    assert "+for start in range(0, len(texts), 100):" in text
    library = (tmp_path / "reference" / "library.html").read_text(encoding="utf-8")
    shown = html.unescape(re.sub("<[^>]*>", "", library))
    assert "Migrate one source: a module, or a notebook" in shown
    assert "migrate_source(source: bytes | str" in re.sub(r"\s+", " ", shown).replace("( ", "(")


@pytest.mark.thorough
def test_the_site_is_built_with_every_rule(tmp_path: Path) -> None:
    build_site(tmp_path)
    texts = [file.read_text(encoding="utf-8") for file in (tmp_path / "rules").glob("*.html")]
    for rule in RULES:
        assert any(f'id="{rule}"' in text for text in texts)


def test_a_link_to_nothing_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.md").write_text("[nothing](nothing.md)")
    (tmp_path / "mkdocs.yml").write_text("site_name: a\ndocs_dir: pages\nplugins: []\n")
    with pytest.raises(Abort):
        build(load_config(str(tmp_path / "mkdocs.yml"), strict=True))


def test_every_rule_has_a_section(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docs.build.example", lambda _: "")
    pages: Mapping[str, str] = dict(rule_pages(RULES))
    for rule in RULES:
        area = rule.partition(".")[0]
        assert f"\n## {rule} {{ #{rule} }}\n" in pages[f"rules/{area}.md"]
        assert f"[{rule}]({area}.md#{rule})" in pages["rules/index.md"]


def test_a_section_says_all_that_is_known_and_shows_the_example() -> None:
    entry = RULES["files.upload"]
    section = rule_section(entry)
    assert f"`{entry.legacy[0]}`" in section
    assert f"`{entry.becomes}`" in section
    assert "resumable is dropped" in section
    assert f"]({entry.guide})" in section
    assert '-file = genai.upload_file("notes.txt", display_name="Notes")' in section
    assert "+file = client.files.upload(" in section


def test_prose_means_nothing_to_markdown() -> None:
    section = rule_section(Entry("a.b", about="an __init__ of list[int] <here> `there`"))
    assert r"An \_\_init\_\_ of list\[int\] &lt;here&gt; \`there\`." in section


@pytest.mark.parametrize(
    "placeholder", ["help nothing", "example nothing.here", "readme Nothing", "example text.both"]
)
def test_a_placeholder_for_nothing_is_an_error(placeholder: str) -> None:
    with pytest.raises(LookupError):
        filled(f"{{{{ {placeholder} }}}}")


def test_the_help_of_every_command_is_shown() -> None:
    for command in COMMANDS:
        assert f"{{{{ help {command} }}}}" in page("reference/commands.md")
    assert "--[no-]only-complete" in filled("{{ help migrate }}")


def test_every_setting_and_every_form_is_described() -> None:
    for key in settings.KEYS:
        assert f"| `{key}` |" in page("reference/settings.md")
    for form in FORMATS:
        assert f"| `{form}` |" in page("reference/reports.md")


def test_the_settings_that_are_shown_are_right(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", page("reference/settings.md"), re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(shown)
    assert settings.read_settings(tmp_path / "pyproject.toml", lambda _: RULES)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_of_the_repository_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]*)\)", text) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_differences_are_those_of_the_readme() -> None:
    assert "The text of a blocked answer is `None`" in filled(page("guide/differences.md"))


def test_the_steps_to_a_rule_show_that_rule() -> None:
    text = page("contributing/add-a-rule.md")
    (shown,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    folder = ROOT / "rules" / "genai_codemod_rules" / "google_generativeai"
    assert shown in (folder / "internals.yaml").read_text(encoding="utf-8")
