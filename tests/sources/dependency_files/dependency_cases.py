"""The dependency files of the fixtures folder, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import yaml
from tests.fixtures.cases import FIXTURES

from genai_codemod.engine.result import Migration
from genai_codemod.sources.dependency_files.formats import SCRIPT, Format, format_of
from genai_codemod.sources.dependency_files.planning import REPLACE_ALL, Needs
from genai_codemod.sources.dependency_files.rewriting import migrate_dependency_file


@dataclass(frozen=True)
class DependencyCase:
    """A folder with a file before and after, and a case.yaml.

    That says ``about`` what it is, the name of the ``file``, which file the old SDK is
    ``needed_by`` still, and the ``notes`` that there are, each with its line.
    """

    name: str
    fields: dict[str, Any]
    before: bytes
    after: bytes

    @property
    def file_format(self) -> Format:
        return format_of(PurePath(self.fields["file"])) or SCRIPT

    @property
    def needs(self) -> Needs:
        needed_by = self.fields.get("needed_by")
        return Needs(legacy=needed_by) if needed_by else REPLACE_ALL

    def migrate(self, data: bytes) -> Migration:
        return migrate_dependency_file(data, self.file_format, self.needs)


def _case(folder: Path) -> DependencyCase:
    fields = yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8"))
    (before,) = folder.glob("before*")
    after = folder / before.name.replace("before", "after")
    return DependencyCase(folder.name, fields, before.read_bytes(), after.read_bytes())


DEPENDENCY_CASES = {
    folder.name: _case(folder) for folder in sorted((FIXTURES / "dependencies").iterdir())
}
