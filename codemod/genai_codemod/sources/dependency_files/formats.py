"""Which files are dependency files, and of what kind each is."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

Kind = Literal[
    "commands",
    "conda",
    "ini",
    "lock",
    "pipfile",
    "pixi",
    "pyproject",
    "python",
    "requirements",
    "script",
    "yaml",
]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of dependency file.

    ``names`` is a regular expression that matches the file's name, or the end of its path if there
    is a slash in it.  ``is_manifest`` says whether such a file makes a project of the folder that
    it is in.  ``command`` brings a lock file up to date.
    """

    names: str
    kind: Kind
    is_manifest: bool = False
    command: str = ""


def _format(names: str, kind: Kind, *, is_manifest: bool = False, command: str = "") -> Format:
    return Format(rf"(?:^|/)(?:{names})$", kind, is_manifest, command)


# The first that matches counts.
FORMATS = (
    _format(r"poetry\.lock", "lock", command="poetry lock"),
    _format(r"uv\.lock|[^/]+\.py\.lock", "lock", command="uv lock"),
    _format(r"Pipfile\.lock", "lock", command="pipenv lock"),
    _format(r"pdm\.lock", "lock", command="pdm lock"),
    _format(r"pixi\.lock", "lock", command="pixi lock"),
    _format(r"pylock\.(?:[^/]+\.)?toml", "lock", command="uv export or pip lock"),
    _format(r"[^/]*conda-lock\.ya?ml", "lock", command="conda-lock"),
    _format(r"pyproject\.toml", "pyproject", is_manifest=True),
    _format(r"uv\.toml|tox\.toml|hatch\.toml", "pyproject"),
    _format(r"pixi\.toml", "pixi", is_manifest=True),
    _format(r"Pipfile", "pipfile", is_manifest=True),
    _format(r"setup\.cfg", "ini", is_manifest=True),
    _format(r"tox\.ini", "ini"),
    _format(r"setup\.py", "python", is_manifest=True),
    _format(r"noxfile\.py", "python"),
    _format(
        r"[^/]*requirements?[^/]*\.(?:txt|in|pip)|[^/]*requirements?/[^/]+\.(?:txt|in|pip)",
        "requirements",
        is_manifest=True,
    ),
    _format(r"[^/]*constraints?[^/]*\.(?:txt|in)", "requirements"),
    _format(r"[^/]*environment[^/]*\.ya?ml|conda[^/]*\.ya?ml", "conda", is_manifest=True),
    _format(r"[^/]+\.ya?ml", "yaml"),
    _format(
        r"[^/]*(?:Dockerfile|Containerfile)[^/]*|[^/]+\.(?:sh|bash|zsh|bat|cmd|ps1|mk|just)"
        r"|(?:GNU)?Makefile|Justfile|Procfile|devcontainer\.json|Jenkinsfile|Earthfile",
        "commands",
    ),
)


_ANY = re.compile("|".join(each.names for each in FORMATS), re.IGNORECASE)


REQUIREMENTS = next(each for each in FORMATS if each.kind == "requirements")
# A module that says itself what it needs; its name does not show that.
SCRIPT = Format(r"(?!)", "script")
_INCLUDED = re.compile(
    rb"^[ \t]*(?:-r|-c|--requirement|--constraint)[ \t=]*([^\s#;\"']+)", re.MULTILINE
)


def included_files(data: bytes) -> list[str]:
    """The names of the files that a requirements file takes in, seen from its own folder."""
    return [os.fsdecode(name) for name in _INCLUDED.findall(data)]


def is_script(data: bytes) -> bool:
    """Whether a module says in a comment what it needs."""
    return b"# /// script" in data


_MODULES = frozenset({"setup.py", "noxfile.py"})


def format_of(path: PurePath) -> Format | None:
    """The format of a file, by its name, or None if it is no dependency file."""
    # Most files are modules, and hardly any of them list packages.
    if path.name.endswith((".py", ".pyi")) and path.name not in _MODULES:
        return None
    name = path.as_posix()
    if _ANY.search(name) is None:
        return None
    return next((each for each in FORMATS if re.search(each.names, name, re.IGNORECASE)), None)
