"""A report in the form that people, platforms and programs read.

Each module has a function that takes a :class:`genai_codemod.report.model.Report` and gives text.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_codemod.report.model import Report

TEXT = "text"
# By the name that --format takes, besides that of the text; imported when it is chosen.
FORMATS = {
    "json": "json_report",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "markdown": "markdown",
    "html": "html",
}


def rendered(report: Report, name: str) -> str:
    """The report in one of the ``FORMATS``."""
    module = import_module(f"{__name__}.{FORMATS[name]}")
    text: str = module.render(report)
    return text
