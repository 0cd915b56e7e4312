"""Code that uses google.genai is checked against the SDK that is installed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from genai_codemod.engine.result import SourceError
from genai_codemod.errors import CodemodError
from genai_codemod.library.options import Options
from genai_codemod.library.runs import AnyPath, as_paths
from genai_codemod.library.scope import Scoping
from genai_codemod.library.single import as_bytes
from genai_codemod.project.outcome import FileError
from genai_codemod.shim import surface
from genai_codemod.shim.static_checks.check import check_source, mentions_sdk
from genai_codemod.shim.static_checks.findings import Finding as Problem
from genai_codemod.sources.documents import DocumentError, is_document, open_document


class SdkError(CodemodError):
    """The google-genai to check against cannot be imported.

    Examples:
        >>> from genai_codemod import CodemodError, SdkError
        >>> issubclass(SdkError, CodemodError)
        True
    """


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file: the problems that were found in it, or why it could not be checked.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import verify_paths
        >>> _ = Path("broken.py").write_text("from google import genai\\nx = (\\n")
        >>> (checked,) = verify_paths("broken.py")
        >>> checked.problems, checked.error.line
        ((), 2)
    """

    path: Path
    problems: tuple[Problem, ...] = ()
    error: FileError | None = None


def verify_source(
    source: bytes | str, *, name: str | os.PathLike[str] = "module.py"
) -> tuple[Problem, ...]:
    """What the installed google-genai does not have, or refuses, of what one source uses.

    Nothing is run: names are followed to the SDK, which is asked whether it has them, takes these
    arguments, and accepts these values.  The source is a module, or a notebook or text if its
    ``name`` says so.

    Raises:
        SourceError: the source cannot be read.
        SdkError: google-genai cannot be imported.

    Examples:
        >>> from genai_codemod import verify_source
        >>> (problem,) = verify_source(
        ...     "from google import genai\\n"
        ...     "client = genai.Client()\\n"
        ...     "client.models.get_model(model='gemini-3.6-flash')\\n"
        ... )
        >>> problem.line, problem.check, problem.message
        (3, 'attribute', "Models has no attribute 'get_model'")
    """
    sdk_version()
    path = Path(name)
    try:
        checked = _checked_data(path, as_bytes(source, path))
    except DocumentError as error:
        raise SourceError(str(error), error.line or 1, error.column or 0) from error
    if checked.error is not None:
        said = checked.error
        raise SourceError(said.message, said.line or 1, said.column or 0, said.cell)
    return checked.problems


def verify_paths(
    paths: AnyPath | Iterable[AnyPath] = ".", options: Options | None = None
) -> Iterator[CheckedFile]:
    """Check the files and those in the folders, one after the other, as they are asked for.

    Of ``options``, and of settings, only what is passed over counts.  A file that cannot be read
    costs the others nothing: it has an ``error``.

    Raises:
        OptionError: there is no such path, or a pattern means nothing.
        SettingsError: a setting in a ``pyproject.toml`` is wrong.
        SdkError: google-genai cannot be imported.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import verify_paths
        >>> _ = Path("old.py").write_text("import google.generativeai as genai\\n")
        >>> for checked in verify_paths("."):
        ...     print(checked.path, [problem.check for problem in checked.problems])
        old.py ['legacy']
    """
    discovery = Scoping(options or Options()).of(as_paths(paths)).discovery
    sdk_version()
    unread = (CheckedFile(outcome.path, error=outcome.error) for outcome in discovery.errors)
    checked = map(_checked, discovery.files)
    return (each for part in (unread, checked) for each in part)


def sdk_version() -> str:
    """The version of the google-genai that code is checked against.

    Raises:
        SdkError: it cannot be imported.

    Examples:
        >>> from genai_codemod.tools import sdk_version
        >>> sdk_version().split(".")[0].isdecimal()
        True
    """
    try:
        return surface.version()
    except ImportError as error:
        raise SdkError(f"google-genai cannot be imported: {error}") from error


def _checked(path: Path) -> CheckedFile:
    try:
        data = path.read_bytes()
    except OSError as error:
        return CheckedFile(path, error=FileError(f"cannot read: {error.strerror or error}"))
    try:
        return _checked_data(path, data)
    except (SourceError, DocumentError) as error:
        return CheckedFile(path, error=FileError(str(error), error.line, error.column))
    except Exception as error:  # a mistake of the check must not cost the other files
        message = f"internal error: {type(error).__name__}: {error}; please report"
        return CheckedFile(path, error=FileError(message))


def _checked_data(path: Path, data: bytes) -> CheckedFile:
    """Check what a file holds; places in a notebook or a text are those in the file."""
    if not is_document(path):
        return CheckedFile(path, check_source(data, path))
    if not mentions_sdk(data):
        return CheckedFile(path)
    document = open_document(path, data)
    found: list[Problem] = []
    failed: FileError | None = None
    for number, module in enumerate(document.modules):
        try:
            problems = check_source(module, path)
        except SourceError as error:
            cell, line = document.place(number, error.line)
            failed = failed or FileError(str(error), line, error.column, cell=cell)
            continue
        for problem in problems:
            cell, line = document.place(number, problem.line)
            found.append(replace(problem, cell=cell, line=line))
    return CheckedFile(path, tuple(found), failed)
