"""Write a small rule pack into a folder, for the tests of how packs are read."""

from pathlib import Path
from textwrap import dedent

HEAD = """
name: old
packages: [old.sdk, old.low]
aliases:
  old.sdk.a: old.sdk
  old.sdk.types.inner: old.sdk.types
"""


def write(folder: Path, **texts: str) -> Path:
    for name, text in ({"pack": HEAD} | texts).items():
        (folder / f"{name}.yaml").write_text(dedent(text).removeprefix("\n"), encoding="utf-8")
    return folder
