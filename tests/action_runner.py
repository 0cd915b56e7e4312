"""As much of a runner of GitHub as it takes to run the steps of a composite action."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TOKEN = re.compile(r"\s*(?:'([^']*)'|([\w.-]+(?:\(\))?)|(==|!=|&&|\|\||!|\(|\)))")
_IN_TEXT = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


class Expression:
    """An expression of a workflow: names, texts, ``==``, ``!=``, ``!``, ``&&`` and ``||``."""

    def __init__(self, text: str, names: Mapping[str, Any]) -> None:
        self._tokens = [match.groups() for match in _TOKEN.finditer(text)]
        assert "".join(match[0] for match in _TOKEN.finditer(text)).strip() == text.strip(), text
        self._names = names

    def value(self) -> Any:
        found = self._either()
        assert not self._tokens
        return found

    def _either(self) -> Any:
        found = self._both()
        while self._took("||"):
            other = self._both()
            found = found or other
        return found

    def _both(self) -> Any:
        found = self._equal()
        while self._took("&&"):
            other = self._equal()
            found = found and other
        return found

    def _equal(self) -> Any:
        found = self._single()
        if self._took("=="):
            return found == self._single()
        if self._took("!="):
            return found != self._single()
        return found

    def _single(self) -> Any:
        if self._took("!"):
            return not self._single()
        if self._took("("):
            found = self._either()
            assert self._took(")")
            return found
        text, name, _ = self._tokens.pop(0)
        return text if name is None else self._named(name)

    def _named(self, name: str) -> Any:
        found: Any = self._names
        for part in name.split("."):
            found = found.get(part, "") if isinstance(found, Mapping) else ""
        return found

    def _took(self, sign: str) -> bool:
        if self._tokens and self._tokens[0][2] == sign:
            self._tokens.pop(0)
            return True
        return False


@dataclass
class Run:
    """What became of the steps: which ran, in order, what they wrote, and whether all went well."""

    ran: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    printed: str = ""


def run_action(
    action: Mapping[str, Any],
    *,
    inputs: Mapping[str, str],
    github: Mapping[str, Any],
    used: Mapping[str, Mapping[str, str]],
    folder: Path,
    environment: Mapping[str, str],
) -> Run:
    """Run the steps in a folder.  ``used`` are the outputs of those that are actions themselves."""
    given = {name: str(each.get("default", "")) for name, each in action["inputs"].items()}
    run = Run()
    names: dict[str, Any] = {"github": github, "runner": {"temp": environment["RUNNER_TEMP"]}}
    names["inputs"] = {name: _filled(value, names) for name, value in {**given, **inputs}.items()}
    for step in action["runs"]["steps"]:
        names |= {"cancelled()": False, "success()": not run.failed, "failure()": bool(run.failed)}
        names["steps"] = {step: {"outputs": each} for step, each in run.outputs.items()}
        if not _wanted(step.get("if"), names):
            continue
        run.ran.append(step["id"])
        if "uses" in step:
            run.outputs[step["id"]] = dict(used[step["id"]])
        else:
            _run_step(step, names, run, folder, environment)
    names["steps"] = {step: {"outputs": each} for step, each in run.outputs.items()}
    run.outputs["action"] = {
        name: _filled(each["value"], names) for name, each in action["outputs"].items()
    }
    return run


def _wanted(condition: str | None, names: Mapping[str, Any]) -> bool:
    """Without a function that says otherwise, a step is for when all went well before."""
    if condition is None:
        return bool(names["success()"])
    text = condition.strip().removeprefix("${{").removesuffix("}}")
    said = bool(Expression(text, names).value())
    asks = re.search(r"(cancelled|always|failure)\(\)", text) is not None
    return said and (asks or bool(names["success()"]))


def _run_step(
    step: Mapping[str, Any],
    names: Mapping[str, Any],
    run: Run,
    folder: Path,
    environment: Mapping[str, str],
) -> None:
    output = Path(environment["RUNNER_TEMP"]) / f"output-{step['id']}"
    output.touch()
    variables = {name: _filled(value, names) for name, value in step.get("env", {}).items()}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**os.environ, **environment, **variables, "GITHUB_OUTPUT": str(output)},
        capture_output=True,
        text=True,
        check=False,
    )
    run.printed += done.stdout + done.stderr
    lines: Sequence[str] = output.read_text(encoding="utf-8").splitlines()
    run.outputs[step["id"]] = dict(line.split("=", 1) for line in lines)
    if done.returncode:
        run.failed.append(step["id"])


def _filled(text: str, names: Mapping[str, Any]) -> str:
    return _IN_TEXT.sub(lambda found: str(Expression(found[1], names).value()), text)
