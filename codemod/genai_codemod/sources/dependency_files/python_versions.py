"""Which releases of Python a file lets a project run on, where the new SDK needs a later one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import Version

from genai_codemod.sources.dependency_files.packages import OLDEST_PYTHON
from genai_codemod.sources.dependency_files.specifiers import allows_any

_PYTHONS = re.compile(
    r"""^[ \t]*(?:
        (?:requires-python|python_requires)[ \t]*[=:][ \t]*["']?(?P<required>[^"'\r\n]+)
      | python[ \t]*=[ \t]*["'](?P<poetry>[^"'\r\n]+)["']
      | python_(?:full_)?version[ \t]*=[ \t]*["'](?P<pipenv>[\d.]+)["']
      | -[ \t]+["']?python[ \t]*(?P<conda>[=<>~!][^"'\#\r\n]*)
      | FROM[ \t]+\S*\bpython:(?P<image>\d+\.\d+)
    )""",
    re.MULTILINE | re.VERBOSE,
)
_TOO_OLD = tuple(Version(f"3.{minor}.99") for minor in range(8, OLDEST_PYTHON.minor))


def too_old_pythons(text: str) -> Iterator[int]:
    """Where a text says that the project runs on a Python that is too old for the new SDK."""
    for found in _PYTHONS.finditer(text):
        exact = found["pipenv"] or found["image"]
        specifier = f"={exact}" if exact else found[found.lastgroup or 0]
        if allows_any(specifier, _TOO_OLD):
            yield found.start(found.lastgroup or 0)
