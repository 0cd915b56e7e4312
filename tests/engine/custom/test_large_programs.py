"""Rules of one's own in programs of very many files: objects are followed from file to file."""

from __future__ import annotations

from pathlib import Path

import pytest

from genai_codemod import Options, Run, migrate_paths
from genai_codemod.project import programs
from genai_codemod.project.parts import Room

RULES = """
- rule: acme.connect
  legacy: acme.llm.connect(url)
  becomes: acme.ai.Session(url)
  returns: Session
- kind: Session
  methods:
    - rule: acme.ask
      legacy: ask(prompt)
      becomes: self.complete(input=prompt)
"""
SESSIONS = (
    "from acme import llm\n\nsession = llm.connect('u')\n\n\ndef make():\n    return session\n"
)
BASE = "class Base:\n    def __init__(self, inner):\n        self.inner = inner\n"
SERVICE = """
import requests
from app.base import Base
from app.sessions import make, session

def run(given):
    requests.ask("not this")
    return session.ask("a"), make().ask("b"), given.ask("c")

class Service(Base):
    def answer(self):
        return self.inner.ask("d")
"""
MAIN = "from acme import llm\n{imports}\nmine = llm.connect('m')\n{calls}"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of more files than are read together."""
    monkeypatch.setattr(programs, "_ROOM", Room(8, 100_000))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "team.yaml").write_text(RULES)
    app = tmp_path / "app"
    app.mkdir()
    write(app / "__init__.py", "")
    write(app / "base.py", BASE)
    write(app / "sessions.py", SESSIONS)
    numbers = range(10)
    for number in numbers:
        write(app / f"service{number}.py", SERVICE)
    imports = "".join(f"from app import service{number}\n" for number in numbers)
    calls = "".join(
        f"service{number}.run(mine)\nservice{number}.Service(mine).answer()\n" for number in numbers
    )
    write(app / "main.py", MAIN.format(imports=imports, calls=calls))
    return app


def write(path: Path, text: str) -> None:
    path.write_text(text)


def run(*, only_complete: bool = False) -> Run:
    options = Options(rules=["team.yaml"], jobs=1, only_complete=only_complete)
    return migrate_paths("app", options, write=True)


def test_objects_are_followed_from_file_to_file(project: Path) -> None:
    found = run()
    assert not found.errors
    assert {finding.status for outcome in found for finding in outcome.findings} == {"rewritten"}
    for service in project.glob("service*.py"):
        assert service.read_text().count(".complete(") == 4
        assert service.read_text().count(".ask(") == 1


def test_what_comes_from_too_far_away_is_noted(project: Path) -> None:
    for number in range(9):
        write(project / f"step{number}.py", f"from app.step{number + 1} import far  # acme.llm\n")
    write(project / "step9.py", "from app.sessions import session as far  # acme.llm\n")
    write(project / "first.py", "from app.step0 import far  # acme.llm\n\nprint(far.ask('e'))\n")
    (outcome,) = (each for each in run() if each.path.name == "first.py")
    (finding,) = outcome.findings
    assert (finding.rule, finding.status, finding.line) == ("acme.ask", "note", 3)
    assert "far away" in finding.message
    assert not outcome.changed


def test_what_belongs_together_is_held_together(project: Path) -> None:
    write(project / "service9.py", SERVICE + "print(session.ask(*input()))\n")
    before = {path: path.read_bytes() for path in project.iterdir()}
    found = run(only_complete=True)
    assert {path: path.read_bytes() for path in project.iterdir()} == before
    assert sum(outcome.held is not None for outcome in found) == 12
