"""Runs the cells of a document as a notebook does: with ``await`` and ``display`` at hand."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import importlib.util
import inspect
import os
import sys
from pathlib import Path
from types import ModuleType


def execute_cells(program: Path) -> ModuleType:
    """Execute a file that was made of cells as the main program."""
    _stand_in_for_colab()
    module = ModuleType("__main__")
    # Nothing is shown but what is printed, so both versions of a notebook print what they show.
    module.__dict__.update(display=print, __file__=str(program))
    sys.modules["__main__"] = module
    code = compile(
        program.read_bytes(),
        str(program),
        "exec",
        flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
        dont_inherit=True,
    )
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(_awaited(code, module.__dict__))
    else:
        exec(code, module.__dict__)
    return module


async def _awaited(code: object, names: dict[str, object]) -> None:
    await eval(code, names)  # type: ignore[arg-type]


def _stand_in_for_colab() -> None:
    """Colab outside of it: each secret is the key that this process has, and no drive is there."""
    with contextlib.suppress(ModuleNotFoundError):
        if importlib.util.find_spec("google.colab") is not None:
            return
    colab = ModuleType("google.colab")
    userdata, drive = ModuleType("google.colab.userdata"), ModuleType("google.colab.drive")
    userdata.__dict__["get"] = lambda name: os.environ.get(name, os.environ["GOOGLE_API_KEY"])
    drive.__dict__["mount"] = lambda *_, **__: None
    colab.__dict__.update(userdata=userdata, drive=drive)
    sys.modules.update({module.__name__: module for module in (colab, userdata, drive)})
