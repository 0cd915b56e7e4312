"""Which SDK a program imports before it does anything that the import could notice."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SDKS = (
    "google.generativeai", "google.genai", "openai", "vertexai.generative_models", "vertexai",
)  # fmt: skip
_SOMETHING_ELSE = ""


def first_sdk(program: Path, root: Path) -> str | None:
    """The SDK, when only imports of other libraries and plain definitions come before it."""
    reader = _Reader(tuple(dict.fromkeys((program.parent, root))))
    for step in reader.steps(program, root):
        for sdk in SDKS:
            if f"{step}.".startswith(f"{sdk}."):
                return sdk
        if step == _SOMETHING_ELSE:
            return None
    return None


@dataclass(frozen=True)
class _Reader:
    """Follows the imports of a program, in the order in which they happen.

    A step is the name of a library's module that is imported, or `_SOMETHING_ELSE`.
    """

    folders: Sequence[Path]
    seen: set[Path] = field(default_factory=set)

    def steps(self, program: Path, root: Path) -> Iterator[str]:
        """All steps of a program, with those of the packages that it is in."""
        package = ""
        if (program.parent / "__init__.py").exists():
            package = ".".join(program.parent.relative_to(root).parts)
            yield from self._import(package)
        yield from self._file(program, package)

    def _file(self, path: Path, package: str) -> Iterator[str]:
        if path in self.seen:
            return
        self.seen.add(path)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                statements = ast.parse(path.read_bytes()).body
        except (SyntaxError, ValueError):
            yield _SOMETHING_ELSE
            return
        for statement in statements:
            yield from self._statement(statement, package)

    def _statement(self, statement: ast.stmt, package: str) -> Iterator[str]:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                yield from self._import(alias.name)
        elif isinstance(statement, ast.ImportFrom):
            yield from self._import_from(statement, package)
        elif isinstance(statement, ast.Try):
            # What comes second depends on whether the first import fails.
            yield from self._statement(statement.body[0], package)
            yield _SOMETHING_ELSE
        elif not _is_plain(statement):
            yield _SOMETHING_ELSE

    def _import_from(self, statement: ast.ImportFrom, package: str) -> Iterator[str]:
        parts = [statement.module] if statement.module else []
        if statement.level:
            around = package.split(".")
            parts = around[: len(around) - statement.level + 1] + parts
        module = ".".join(parts)
        yield from self._import(module)
        for alias in statement.names:
            name = f"{module}.{alias.name}"
            if self._local_folder(module) is None or self._local_file(name) is not None:
                yield from self._import(name)

    def _import(self, name: str) -> Iterator[str]:
        if self._local_folder(name) is None:
            yield name
            return
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            module = ".".join(parts[:count])
            path = self._local_file(module)
            if path is None:
                # A folder without an initialisation, or nothing at all.
                yield _SOMETHING_ELSE
                return
            inner = path.name == "__init__.py"
            yield from self._file(path, module if inner else module.rpartition(".")[0])

    def _local_folder(self, name: str) -> Path | None:
        """The folder of the program's own in which a module is looked for."""
        top = name.partition(".")[0]
        for folder in self.folders:
            if (folder / top).is_dir() or (folder / f"{top}.py").exists():
                return folder
        return None

    def _local_file(self, name: str) -> Path | None:
        folder = self._local_folder(name)
        if folder is None:
            return None
        path = folder.joinpath(*name.split("."))
        for file in (path / "__init__.py", path.with_name(f"{path.name}.py")):
            if file.is_file():
                return file
        return None


def _is_plain(statement: ast.stmt) -> bool:
    """Whether it only gives names to constants and functions, and so may come sooner or later."""
    if isinstance(statement, ast.Assign):
        return all(isinstance(each, ast.Name) for each in statement.targets) and _is_literal(
            statement.value
        )
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        calls = (ast.Call, ast.Await, ast.NamedExpr)
        evaluated = [statement.args, *([statement.returns] if statement.returns else [])]
        return not statement.decorator_list and not any(
            isinstance(node, calls) for each in evaluated for node in ast.walk(each)
        )
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _is_literal(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError):
        return False
    return True
