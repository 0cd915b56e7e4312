"""Modules that import what uses the SDK only through others: which may read what its calls give."""

from __future__ import annotations

import re
import sys

# What hardly anything but an answer has, or a request takes.
_OF_ANSWERS = re.compile(
    rb"\.(?:candidates|prompt_feedback|usage_metadata|finish_reason|safety_ratings"
    rb"|function_calls?)\b|\b(?:generation_config|safety_settings)[ \t]*="
)
# What answers have and other things do, too, unless one of these libraries gives them.
_TEXTS = re.compile(rb"\.(?:text|parts|state\.name)\b|\.resolve\(\)|\.state[ \t]*[!=]=")
_WITH_TEXTS = re.compile(
    rb"^[ \t]*(?:import|from)[ \t]+(?:aiogram|aiohttp|bs4|curl_cffi|discord|docx|email|fitz|html"
    rb"|httpx|lxml|pathlib|playwright|pptx|pyparsing|PyQt\d|PySide\d|pyrogram|requests\w*|scrapy"
    rb"|selenium|slack_\w+|spacy|starlette|telebot|telegram|telethon|tkinter|urllib3?|xml)\b"
    rb"|\b(?:requests|session)\.(?:get|post|put|request)[ \t]*\(",
    re.MULTILINE,
)
_FAILING = rb"(?:Value|Index|Attribute|Type)Error\b"
_HANDLING = re.compile(rb"\bexcept\b[^\n]*?\b" + _FAILING)
# What handles errors for a function, or for what stands in a ``with`` statement.
_HANDLING_FOR = re.compile(
    rb"(?:suppress|retry\w*|on_exception|error_?handler|exception_handler)\([^\n]*?\b" + _FAILING
)
_TRIED = re.compile(rb"^([ \t]*)try:[^\n]*\n((?:\1[ \t]+[^\n]*\n|[ \t]*\n)+)", re.MULTILINE)
_IMPORTED = re.compile(
    rb"^[ \t]*(?:from[ \t]+(\.*\w*)[\w.]*[ \t]+)?import[ \t]+(\([^)]*\)|[^\n#]*)", re.MULTILINE
)
_MADE = re.compile(
    rb"^[ \t]*(?:self\.)?(\w+)[ \t]*=[ \t]*(?:await[ \t]+)?(\w+)(?=[(.])", re.MULTILINE
)
_NAME = re.compile(rb"(\w+)[ \t]*(?:,|$|\)|\n)")
# Libraries that give no answers: much of what is tried uses one of them.
_OTHERS = frozenset(
    {
        "PIL", "boto3", "bs4", "click", "django", "dotenv", "fastapi", "flask", "httpx",
        "matplotlib", "numpy", "pandas", "psycopg2", "pydantic", "pymongo", "pytest", "redis",
        "requests", "rich", "scipy", "sklearn", "sqlalchemy", "torch", "tqdm", "transformers",
        "yaml",
    }
)  # fmt: skip


def reads_answers(data: bytes) -> bool:
    """Whether a module names what answers hold, or what requests are given beside a prompt.

    Or it may read their texts, or handle what is raised where an answer is read.
    """
    if _OF_ANSWERS.search(data) is not None or _HANDLING_FOR.search(data) is not None:
        return True
    if _TEXTS.search(data) is not None and _WITH_TEXTS.search(data) is None:
        return True
    return _HANDLING.search(data) is not None and _tries_imported(data)


def _tries_imported(data: bytes) -> bool:
    """Whether a ``try`` statement names something that is not from Python's own library."""
    names = _imported(data)
    if not names:
        return False
    names |= {made for made, origin in _MADE.findall(data) if origin in names}
    return any(
        not names.isdisjoint(re.findall(rb"\w+", match[2])) for match in _TRIED.finditer(data)
    )


def _imported(data: bytes) -> set[bytes]:
    """The names that imports bind, but for those of what comes with Python."""
    found: set[bytes] = set()
    for module, names in _IMPORTED.findall(data):
        top = module or re.split(rb"\W", names.strip(), maxsplit=1)[0]
        if top.decode("ascii", "replace") not in sys.stdlib_module_names | _OTHERS:
            found.update(_NAME.findall(names))
    return found
