"""What the documentation takes from the code itself, each time that it is built.

A hook of MkDocs: a page for each area of rules, with examples that are migrated now, and in the
other pages these placeholders on lines of their own:

- ``{{ help COMMAND }}``: the help of a command,
- ``{{ pack NAME }}``: a table of what the rules of another pack do,
- ``{{ example RULE }}``: the example of a rule and what becomes of it, as a diff,
- ``{{ readme HEADING }}``: a section of the README,
- ``{{ schema }}``: the JSON schema of reports,
- ``{{ tolerances }}``: what the comparison of requests forgives,
- ``{{ library MODULE }}``: the public names of a module, from their docstrings.
"""

from __future__ import annotations

import html
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.resources import files as resources
from itertools import groupby
from pathlib import Path

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from pygments.formatters import HtmlFormatter

from genai_codemod.cli.main import group
from genai_codemod.engine import load_pack, migrate_source
from genai_codemod.engine.rule_packs.catalogue import Entry, catalogue
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.report.all_rules import all_rules
from genai_codemod.report.diff import changed_lines
from genai_codemod.shim.tolerances import TOLERANCES

ROOT = Path(__file__).parents[1]
_PLACEHOLDER = re.compile(
    r"^\{\{ (help|example|pack|readme|schema|tolerances|library) ?(.*?) \}\}$", re.MULTILINE
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of rules and the colours of code."""
    for name, text in rule_pages(all_rules(load_pack())):
        files.append(File.generated(config, name, content=text))
    colours = HtmlFormatter(style="default").get_style_defs(".highlight")
    files.append(File.generated(config, "highlight.css", content=colours))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Fill in the placeholders of a page."""
    return filled(markdown)


def filled(markdown: str) -> str:
    """A text with what its placeholders stand for.

    Raises:
        LookupError: there is no such command, rule or section.
    """
    fill: dict[str, Callable[[str], str]] = {
        "help": help_text,
        "example": lambda rule: example(all_rules(load_pack())[rule]),
        "pack": pack_table,
        "readme": readme_section,
        "schema": lambda _: schema(),
        "library": library,
        "tolerances": lambda _: tolerances(),
    }
    return _PLACEHOLDER.sub(lambda match: fill[match[1]](match[2]), markdown)


def rule_pages(rules: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    """The paths and the Markdown of an overview and of a page for each area."""
    areas = {
        area: list(entries)
        for area, entries in groupby(sorted(rules.values(), key=_order), key=_area)
    }
    yield "rules/index.md", _overview(areas)
    for area, entries in areas.items():
        sections = [rule_section(entry) for entry in entries]
        yield f"rules/{area}.md", "\n\n".join([f"# Rules: {area}", *sections]) + "\n"


def rule_section(entry: Entry) -> str:
    """All that is known about a rule, under a heading that links can name."""
    parts = [
        f"## {entry.rule} {{ #{entry.rule} }}",
        prose(_sentence(entry.about)) if entry.about else "",
        _list("Legacy", [f"`{name}`" for name in entry.legacy]),
        _list("New", [f"`{entry.becomes}`"] if entry.becomes else []),
        _list("By hand", [prose(entry.manual)] if entry.manual else []),
        _list("What differs", [prose(text) for text in entry.differs]),
        f"[Google's guide]({entry.guide})" if entry.guide else "",
        example(entry) if entry.program else "",
    ]
    return "\n\n".join(part for part in parts if part)


def example(entry: Entry) -> str:
    """The example of a rule, migrated now, as a diff that shows both programs in full.

    Raises:
        LookupError: it has none.
    """
    if entry.program is None:
        raise LookupError(f"{entry.rule} has no example")
    return _migrated(entry.program)


@cache
def _migrated(program: str) -> str:
    migration = migrate_source(program.encode(), load_pack())
    if not migration.changed:
        return _fence("python", program)
    return _fence("diff", changed_lines(migration.before, migration.after).decode())


def help_text(command: str) -> str:
    """The help of a command, or of the whole tool without a name.

    Raises:
        LookupError: there is no such command.
    """
    context = click.Context(group, info_name="genai-codemod")
    if not command:
        return _fence("text", group.get_help(context))
    found: click.Command | None = group
    for name in command.split():
        found = found.get_command(context, name) if isinstance(found, click.Group) else None
        if found is None:
            raise LookupError(f"there is no command {command!r}")
        context = click.Context(found, context, info_name=name)
    assert found is not None
    return _fence("text", found.get_help(context))


def pack_table(name: str) -> str:
    """What becomes of each legacy name that a pack has a rule for.

    Raises:
        LookupError: there is no such pack.
    """
    module = f"genai_codemod_rules.{name.replace('-', '_')}"
    try:
        rules: RulePack = import_module(module).load()
    except ModuleNotFoundError:
        raise LookupError(f"there are no rules {name!r}") from None
    shared = {rule.id for rule in rules.exceptions.values()}
    rows = [
        f"| {'<br>'.join(f'`{each}`' for each in entry.legacy)} | {_answer(entry)} "
        f"| {'<br>'.join(map(prose, entry.differs))} |"
        for entry in sorted(catalogue(rules).values(), key=lambda entry: entry.legacy)
        if entry.legacy and entry.rule not in shared
    ]
    return "\n".join((f"| {name} | becomes | differs |", "| --- | --- | --- |", *rows))


def _answer(entry: Entry) -> str:
    if entry.manual is not None:
        return f"by hand: {prose(entry.manual)}"
    code = f"`{entry.becomes}`" if entry.becomes else ""
    return code.replace("|", "\\|") or prose(entry.about or "the same")


def readme_section(heading: str) -> str:
    """The text under a heading of the README.

    Raises:
        LookupError: it has no such heading.
    """
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(
        rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.DOTALL | re.MULTILINE
    )
    if found is None:
        raise LookupError(f"the README has no section {heading!r}")
    return found[1].strip()


def schema() -> str:
    """The JSON schema of reports."""
    file = resources("genai_codemod.report.formats") / "schema.json"
    return _fence("json", file.read_text(encoding="utf-8"))


def library(module: str) -> str:
    """What a module offers: functions, then classes, then errors, each from its docstring.

    Raises:
        LookupError: the module says nothing about a name.
    """
    public = import_module(module)
    names = sorted((name for name in public.__all__), key=lambda name: _turn(getattr(public, name)))
    return "\n\n".join(_entry(name, getattr(public, name)) for name in names if name[0] != "_")


def _turn(value: object) -> int:
    """Which part of a page something belongs to."""
    if inspect.isfunction(value):
        return 0
    return 1 + (inspect.isclass(value) and issubclass(value, Exception))


def _entry(name: str, value: object) -> str:
    """A name with the directive that mkdocstrings fills in, or with its value."""
    if not (inspect.isfunction(value) or inspect.isclass(value)):
        return f"### {name}\n\n{_fence('python', f'{name} = {value!r}')}"
    if not value.__doc__:
        raise LookupError(f"{name} has no docstring")
    return (
        f"::: {value.__module__}.{value.__qualname__}\n"
        f"    options:\n      heading: {name}\n      toc_label: {name}\n      heading_level: 3"
    )


def tolerances() -> str:
    """What the comparison of requests forgives, and why, as a list."""
    return "\n".join(f"- `{each.name}`: {prose(each.reason)}" for each in TOLERANCES)


def prose(text: str) -> str:
    """Text that means nothing to Markdown."""
    return re.sub(r"([\\`*_\[\]{}])", r"\\\1", html.escape(text, quote=False))


def _overview(areas: Mapping[str, Sequence[Entry]]) -> str:
    rows = [
        f"| [{area}]({area}.md) | "
        + ", ".join(f"[{each.rule}]({area}.md#{each.rule})" for each in entries)
        + " |"
        for area, entries in areas.items()
    ]
    count = sum(map(len, areas.values()))
    return "\n".join(
        (
            "# Rules",
            "",
            f"There are {count} rules. Each is shown with what it replaces, what differs "
            "afterwards, and an example that was migrated when this page was built. A marker in "
            "the code ends with the id of its rule in brackets, which `genai-codemod explain` "
            "takes, too.",
            "",
            "The part before the dot is an area. `--select`, `--ignore` and `# genai-codemod: "
            "ignore[...]` take areas as well as rules.",
            "",
            "| area | rules |",
            "| --- | --- |",
            *rows,
            "",
        )
    )


def _area(entry: Entry) -> str:
    return entry.rule.partition(".")[0]


def _order(entry: Entry) -> tuple[str, str]:
    return _area(entry), entry.rule


def _sentence(text: str) -> str:
    ended = text if text.endswith((".", "!", "?")) else f"{text}."
    return ended[0].upper() + ended[1:]


def _list(title: str, items: Sequence[str]) -> str:
    return "\n".join([f"**{title}**", "", *(f"- {item}" for item in items)]) if items else ""


def _fence(language: str, text: str) -> str:
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=2) + 1)
    return f"{max(ticks, '```', key=len)}{language}\n{text.rstrip()}\n{max(ticks, '```', key=len)}"
