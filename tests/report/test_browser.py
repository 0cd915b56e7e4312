"""The page in a browser: filters, keys, and that nothing overflows, in every width and colour."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.report.reports import example

from genai_codemod.report.formats import rendered

# A browser takes seconds to start; where there is none, these fail.
pytestmark = pytest.mark.thorough

NAMES = ("chromium", "chromium-browser", "google-chrome")


def browser() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, f"needs one of {', '.join(NAMES)}"
    return found


def run(page: str, script: str, folder: Path, *, width: int = 1280, dark: bool = False) -> Any:
    """The value of a script that runs in the page, after that has loaded."""
    inner = folder / "page.html"
    told = "document.body.innerHTML = '<output>' + escape(JSON.stringify(result)) + '</output>'"
    inner.write_text(
        page.replace("</body>", f"<script>let result; {{ {script} }} {told};</script></body>"),
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            browser(),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={width},900",
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            "--dump-dom",
            inner.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found = re.search("<output>(.*?)</output>", done.stdout)
    assert found, done.stdout[-500:]
    return json.loads(html.unescape(re.sub("%u([0-9A-F]{4})", _decoded, _unescaped(found[1]))))


def _unescaped(text: str) -> str:
    return re.sub("%([0-9A-F]{2})", _decoded, text)


def _decoded(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


PAGE = rendered(example(), "html")
PRESS = "const press = key => document.body.dispatchEvent("
PRESS += "new KeyboardEvent('keydown', {key, bubbles: true}));"
SHOWN = "const shown = () => all.filter(file => !file.hidden).map(file => file.id);"


def test_filters_choose_files_and_findings(tmp_path: Path) -> None:
    script = f"""{SHOWN}
    const found = {{all: shown()}};
    rule.value = "palm.chat"; rule.dispatchEvent(new Event("change")); found.rule = shown();
    found.findings = [...document.querySelectorAll(".findings [data-rule]")]
      .filter(each => !each.hidden).map(each => each.dataset.rule);
    folder.value = "src"; folder.dispatchEvent(new Event("change")); found.both = shown();
    found.links = [...document.querySelectorAll("nav li:not([hidden]) a")].map(link => link.hash);
    found.told = document.getElementById("shown").textContent;
    keys.Escape(); found.cleared = shown();
    person.click(); found.person = shown();
    result = found;"""
    found = run(PAGE, script, tmp_path)
    assert found["all"] == found["cleared"] == ["f0", "f1", "f2", "f3", "f4"]
    assert found["rule"] == ["f1", "f2"]
    assert set(found["findings"]) == {"palm.chat"}
    assert found["both"] == ["f1"]
    assert found["links"] == ["#f1"]
    assert found["told"] == "1 of 5 files"
    assert found["person"] == ["f0", "f1", "f2", "f3", "f4"]


def test_keys_move_fold_and_review(tmp_path: Path) -> None:
    script = f"""{PRESS}
    const at = () => document.querySelector(".file.current")?.id;
    const marked = () => document.querySelector("tr.at td.todo")?.textContent;
    const found = [];
    press("j"); found.push(at()); press("j"); found.push(at()); press("k"); found.push(at());
    press("o"); found.push(byId("f0").open); press("o"); found.push(byId("f0").open);
    press("n"); found.push(marked()); press("n"); found.push(at()); press("b"); found.push(at());
    press("b"); found.push(at());
    press("x"); found.push(at(), document.getElementById("shown").textContent);
    press("?"); found.push(help.open);
    result = found;"""
    assert run(PAGE, script, tmp_path) == [
        "f0", "f1", "f0", False, True, "# TODO(genai-codemod): look at it", "f1", "f0", "f4",
        "f4", "5 of 5 files, 1 reviewed", True,
    ]  # fmt: skip


def test_a_line_of_a_finding_leads_to_the_diff(tmp_path: Path) -> None:
    script = """fold.click();
    const link = document.querySelector("#f0 .where a"); link.click();
    const target = document.getElementById(link.hash.slice(1));
    result = [link.textContent, byId("f0").open, byId("f1").open, target.textContent];"""
    assert run(PAGE, script, tmp_path) == ["line 3", True, False, '3ask("`<b>|`")4ask("`<b>|`")']


def test_what_was_reviewed_is_kept_for_the_next_time(tmp_path: Path) -> None:
    first = 'boxes.get(byId("f1")).click(); result = byId("f1").open;'
    assert run(PAGE, first, tmp_path) is False
    again = "result = all.filter(file => boxes.get(file).checked).map(file => file.id);"
    assert run(PAGE, again, tmp_path) == ["f1"]


OVERFLOWS = """result = {
  page: document.documentElement.scrollWidth - innerWidth,
  colour: getComputedStyle(document.body).backgroundColor,
  parts: [...document.querySelectorAll("summary code, .findings li, td, .tile, .filters")]
    .filter(each => each.offsetParent)
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1).length,
  narrowest: Math.min(...[...document.querySelectorAll("td.code")]
    .filter(each => each.offsetParent).map(each => each.clientWidth)),
  loaded: performance.getEntriesByType("resource").length,
};"""


@pytest.mark.parametrize("width", [500, 800, 1280, 1800])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_is_wider_than_the_window(tmp_path: Path, width: int, dark: bool) -> None:
    report = example()
    deep = replace(report.files[0], path="a_long_folder_name/" * 9 + "file.py", before="x" * 3_000)
    page = rendered(replace(report, files=(deep, *report.files[1:])), "html")
    found = run(page, OVERFLOWS, tmp_path, width=width, dark=dark)
    assert found["page"] <= 0
    assert found["parts"] == 0
    assert found["narrowest"] > 250
    assert found["loaded"] == 0
    assert found["colour"] == ("rgb(15, 18, 23)" if dark else "rgb(246, 247, 249)")
