"""Files in a folder, and the programs that they make."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from genai_codemod.project.programs import Program, group_files

LEGACY = "import google.generativeai as genai\n"
USES = "model.generate_content('x')\n"
CONFIGURES = LEGACY + "genai.configure(api_key='K')\n"


class Folder:
    """Files below a folder, and the programs that they make."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, files: dict[str, str]) -> dict[Path, bytes]:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return {self.root / name: text.encode() for name, text in files.items()}

    def group(self, files: dict[str, str], roots: Iterable[Path] = ()) -> list[Program]:
        written = self.write(files)
        legacy = {path: data for path, data in written.items() if b"generativeai" in data}
        others = {path: data for path, data in written.items() if path not in legacy}
        return group_files(
            legacy,
            others,
            may_use=lambda data: b"generate_content" in data,
            may_read=lambda data: b".text" in data,
            reads_answers=lambda data: b".candidates" in data,
            may_get=lambda data: b"(model)" in data,
            roots=list(roots),
        )

    def names(self, program: Program) -> list[str]:
        return [path.relative_to(self.root).as_posix() for path in program.files]

    def programs(self, files: dict[str, str]) -> list[list[str]]:
        return sorted(self.names(program) for program in self.group(files))

    def imports(self, files: dict[str, str], importer: str) -> dict[str, str]:
        """What a file names, for a program of all files."""
        programs = self.group({name: LEGACY + text for name, text in files.items()})
        found = next(p.imports for p in programs if self.root / importer in p.files)
        targets = found[self.root / importer]
        return {name: path.relative_to(self.root).as_posix() for name, path in targets.items()}
