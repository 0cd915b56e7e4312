"""The action for GitHub: its scripts, run as a job would, in a repository of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from genai_codemod.report.formats import FORMATS

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ACTION["runs"]["steps"]}
RECIPE = (ROOT / "docs" / "pages" / "recipes" / "github.md").read_text(encoding="utf-8")
LEGACY = """import google.generativeai as genai

genai.configure(api_key="offline")
print(genai.GenerativeModel("gemini-3.6-flash").generate_content("Hello").text)
"""
NOTED = '#!/bin/sh\nprintf "%s\\n" "$*" >>"$CALLS"\n'


@dataclass(frozen=True)
class Job:
    """What a job has: a checkout, a folder for temporary files, and programs of its own."""

    checkout: Path
    temporary: Path

    def run(self, step: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script of a step in the way of GitHub."""
        variables = {
            **os.environ,
            "PATH": f"{self.temporary / 'bin'}:{os.environ['PATH']}",
            "PYTHON": sys.executable,
            "PYTHONPATH": f"{ROOT / 'codemod'}:{ROOT / 'rules'}",
            "PYTHONSAFEPATH": "1",
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(self.temporary / "output"),
            "GITHUB_STEP_SUMMARY": str(self.temporary / "summary"),
            "CALLS": str(self.temporary / "calls"),
            **environment,
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]["run"]],
            cwd=self.checkout,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def migrate(self, paths: str, form: str) -> subprocess.CompletedProcess[str]:
        return self.run("migrate", INPUT_PATHS=paths, INPUT_FORMAT=form)

    def program(self, name: str, script: str) -> Path:
        """Put a program in front of the others of its name."""
        file = self.temporary / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(script)
        file.chmod(0o755)
        return file

    @property
    def outputs(self) -> dict[str, str]:
        lines = (self.temporary / "output").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def calls(self) -> list[str]:
        return (self.temporary / "calls").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def job(tmp_path: Path) -> Job:
    made = Job(tmp_path / "checkout", tmp_path / "temporary")
    made.checkout.mkdir()
    made.temporary.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=made.checkout, check=True)
    return made


def test_reports_are_written_and_nothing_changes(job: Job) -> None:
    (job.checkout / "old code.py").write_text(LEGACY)
    # The settings of the checkout count; without this one, most of the time would go by with the
    # check against the SDK.
    (job.checkout / "pyproject.toml").write_text('[tool.genai-codemod]\nignore = ["sdk.refused"]\n')
    # What is in a checkout is not what the tool imports.
    (job.checkout / "yaml.py").write_text("raise SystemExit('imported')\n")
    done = job.migrate("old code.py\nyaml.py\n", "markdown sarif")
    assert done.returncode == 0, done.stderr
    outputs = job.outputs
    assert outputs["findings"] == "true"
    assert {Path(outputs[name]).parent for name in ("markdown", "sarif")} == {
        Path(outputs["reports"])
    }
    (run,) = json.loads(Path(outputs["sarif"]).read_text(encoding="utf-8"))["runs"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert {place["artifactLocation"]["uri"] for place in places} == {"old%20code.py"}
    assert (job.checkout / "old code.py").read_text() == LEGACY

    assert job.run("summary", MARKDOWN=outputs["markdown"]).returncode == 0
    summary = (job.temporary / "summary").read_text(encoding="utf-8")
    assert "It would change **1 file**" in summary
    assert "+from google import genai" in summary


def test_nothing_to_migrate_is_no_finding(job: Job) -> None:
    (job.checkout / "new.py").write_text("print('Hello')\n")
    assert job.migrate(".", "markdown").returncode == 0
    assert job.outputs["findings"] == "false"
    assert "sarif" not in job.outputs


def test_an_error_fails_the_step(job: Job) -> None:
    done = job.migrate("nowhere", "markdown")
    assert done.returncode == 2
    assert "nowhere" in done.stderr


def test_a_crash_is_no_finding(job: Job) -> None:
    python = job.program("python-of-the-action", "#!/bin/sh\nexit 1\n")
    done = job.run("migrate", INPUT_PATHS=".", INPUT_FORMAT="markdown", PYTHON=str(python))
    assert done.returncode == 1


def test_the_folder_of_the_action_is_installed_apart(job: Job) -> None:
    python = job.program("python-of-the-action", NOTED)
    assert job.run("install", PYTHON=str(python)).returncode == 0
    (call,) = job.calls
    assert call.startswith("-m pip install ")
    assert call.endswith(f"--target {job.temporary}/genai-codemod {ROOT}")
    assert STEPS["migrate"]["env"]["PYTHONPATH"].endswith("/genai-codemod")


def comment(job: Job, *, earlier: str, findings: str) -> list[str]:
    """The calls of ``gh`` for a comment, where it finds ``earlier`` ones."""
    report = job.temporary / "report.markdown"
    report.write_text("### The report\n")
    job.program("gh", f'{NOTED}case "$*" in *--paginate*) printf "{earlier}" ;; esac\n')
    done = job.run("comment", NUMBER="7", GH_REPO="a/b", MARKDOWN=str(report), FINDINGS=findings)
    assert done.returncode == 0, done.stderr
    body = job.temporary / "genai-codemod-comment.md"
    assert body.read_text(encoding="utf-8") == "<!-- genai-codemod -->\n### The report\n"
    return job.calls[1:]


def test_a_comment_is_made(job: Job) -> None:
    (call,) = comment(job, earlier="", findings="true")
    assert call == f"pr comment 7 --body-file {job.temporary}/genai-codemod-comment.md"


@pytest.mark.parametrize("findings", ["true", "false"])
def test_an_earlier_comment_is_renewed(job: Job, findings: str) -> None:
    (call,) = comment(job, earlier="11\\n12\\n", findings=findings)
    assert "--method PATCH repos/a/b/issues/comments/11 " in call
    assert call.endswith(f"-F body=@{job.temporary}/genai-codemod-comment.md")


def test_nothing_to_say_is_no_comment(job: Job) -> None:
    assert comment(job, earlier="", findings="false") == []


def test_the_verdict_fails_the_step(job: Job) -> None:
    assert STEPS["verdict"]["if"] == (
        "inputs.fail-on-findings == 'true' && steps.migrate.outputs.findings == 'true'"
    )
    done = job.run("verdict")
    assert done.returncode == 1
    assert done.stdout.startswith("::error ")


def test_no_script_holds_what_others_wrote() -> None:
    """Values come as variables: in a script, a path could be a command."""
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")


def test_what_is_named_exists() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    assert set(re.findall(r"steps\.([\w-]+)", text)) <= set(STEPS)
    assert set(ACTION["inputs"]["format"]["default"].split()) <= set(FORMATS)


def test_the_recipe_uses_what_the_action_has() -> None:
    workflow = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", RECIPE, re.DOTALL)[0])
    steps = workflow["jobs"]["check"]["steps"]
    (used,) = [step for step in steps if step.get("id") == "genai-codemod"]
    assert set(used["with"]) <= set(ACTION["inputs"])
    assert workflow["permissions"]["pull-requests"] == "write"
    assert workflow["permissions"]["security-events"] == "write"
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"`{name}`" in RECIPE
