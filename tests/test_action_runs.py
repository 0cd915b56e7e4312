"""The whole action, step after step, with the event that GitHub would give it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.action_runner import Expression, Run, run_action

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
LEGACY = """import google.generativeai as genai

genai.configure(api_key="offline")
print(genai.GenerativeModel("gemini-3.6-flash").generate_content("Hello").text)
"""
PULL_REQUEST = {"pull_request": {"number": 7}, "action": "opened"}
# Without this, most of the time would go by with the check against the SDK.
QUICK = '[tool.genai-codemod]\nignore = ["sdk.refused"]\n'
PYTHON = f"""#!/bin/sh
if [ "$2" = pip ]; then echo "$*" >>"$CALLS"; exit 0; fi
PYTHONPATH="{ROOT / "codemod"}:{ROOT / "rules"}:$PYTHONPATH" exec "{sys.executable}" "$@"
"""
GH = """#!/bin/sh
echo "gh $* (token $GH_TOKEN)" >>"$CALLS"
case "$*" in *--paginate*) printf "$EARLIER" ;; esac
"""


class Platform:
    """A checkout and a machine for a job."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        self.temporary = folder / "temporary"
        self.programs = folder / "bin"
        for each in (self.checkout, self.temporary, self.programs):
            each.mkdir()
        for name, script in (("python-of-the-action", PYTHON), ("gh", GH)):
            (self.programs / name).write_text(script)
            (self.programs / name).chmod(0o755)
        subprocess.run(["git", "init", "-q"], cwd=self.checkout, check=True)
        (self.checkout / "pyproject.toml").write_text(QUICK)

    def run(self, event: dict[str, Any], earlier: str = "", **inputs: str) -> Run:
        event_file = self.temporary / "event.json"
        event_file.write_text(json.dumps(event))
        github = {"event": event, "repository": "a/b", "token": "of-the-job"}
        path = f"{self.programs}:/usr/local/bin:/usr/bin:/bin"
        return run_action(
            ACTION,
            inputs={name.replace("_", "-"): value for name, value in inputs.items()},
            github=github,
            used={"python": {"python-path": str(self.programs / "python-of-the-action")}},
            folder=self.checkout,
            environment={
                "PATH": path,
                "RUNNER_TEMP": str(self.temporary),
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_ACTIONS": "true",
                "GITHUB_EVENT_PATH": str(event_file),
                "GITHUB_STEP_SUMMARY": str(self.temporary / "summary"),
                "CALLS": str(self.temporary / "calls"),
                "EARLIER": earlier,
            },
        )

    @property
    def calls(self) -> list[str]:
        lines = (self.temporary / "calls").read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line.startswith("gh ")]


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return Platform(tmp_path)


def test_a_pull_request_gets_a_comment_and_the_job_fails(platform: Platform) -> None:
    (platform.checkout / "app.py").write_text(LEGACY)
    run = platform.run(PULL_REQUEST, comment="true")
    assert run.ran == ["python", "install", "migrate", "summary", "comment", "verdict"]
    assert run.failed == ["verdict"]
    assert "::error title=genai-codemod::" in run.printed
    outputs = run.outputs["action"]
    assert outputs["findings"] == "true"
    assert Path(outputs["sarif"]).exists()
    assert Path(outputs["markdown"]).parent == Path(outputs["reports"])
    assert [call.split(" (")[0].split(" ")[1:3] for call in platform.calls] == [
        ["api", "--paginate"],
        ["pr", "comment"],
    ]
    assert all(call.endswith("(token of-the-job)") for call in platform.calls)
    assert "+from google import genai" in (platform.temporary / "summary").read_text()
    assert (platform.checkout / "app.py").read_text() == LEGACY


def test_a_push_gets_no_comment_and_may_pass(platform: Platform) -> None:
    (platform.checkout / "app.py").write_text(LEGACY)
    run = platform.run(
        {"ref": "refs/heads/main"}, comment="true", fail_on_findings="false", format="markdown"
    )
    assert run.ran == ["python", "install", "migrate", "summary"]
    assert run.failed == []
    assert run.outputs["action"]["findings"] == "true"


def test_an_earlier_comment_is_renewed_when_all_is_done(platform: Platform) -> None:
    (platform.checkout / "app.py").write_text("print('Hello')\n")
    run = platform.run(PULL_REQUEST, "11\\n12\\n", comment="true", format="markdown")
    assert run.failed == []
    assert "issues/comments/11 " in platform.calls[-1]
    assert run.outputs["action"]["sarif"] == ""
    assert "nothing to migrate" in (platform.temporary / "summary").read_text()


def test_a_file_that_cannot_be_read_fails_the_job_and_is_in_the_comment(platform: Platform) -> None:
    (platform.checkout / "app.py").write_text(LEGACY + "(\n")
    run = platform.run(PULL_REQUEST, comment="true", format="markdown")
    assert run.failed == ["migrate"]
    assert run.ran[-2:] == ["summary", "comment"]
    assert "Could not be processed" in (platform.temporary / "summary").read_text()


def test_a_mistake_in_the_settings_fails_the_job(platform: Platform) -> None:
    (platform.checkout / "pyproject.toml").write_text("[tool.genai-codemod]\nselekt = []\n")
    run = platform.run(PULL_REQUEST, comment="true")
    assert run.failed == ["migrate"]
    assert run.ran == ["python", "install", "migrate"]
    assert "pyproject.toml:2: there is no setting 'selekt'" in run.printed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a.b == 'c' && !d", True),
        ("a.b != 'c' || nothing.at.all", ""),
        ("!(a.b == 'x') && a.b", "c"),
    ],
)
def test_expressions_mean_what_they_say(text: str, value: object) -> None:
    assert Expression(text, {"a": {"b": "c"}, "d": ""}).value() == value
