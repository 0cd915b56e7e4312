"""One source, of which nothing is read from the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from genai_codemod.engine.clients.client_names import CLIENT
from genai_codemod.engine.rule_packs.rule_sources import with_default
from genai_codemod.engine.rule_packs.selection import ALL, Selection
from genai_codemod.library.runs import migrate_program, relevance, seconds, with_scope
from genai_codemod.library.scope import (
    InForce,
    Scoping,
    added_packs,
    check_client_name,
    check_names,
    named_sources,
    rule_ids,
)
from genai_codemod.project.budget import Budgeted
from genai_codemod.project.completeness import hold_incomplete
from genai_codemod.project.outcome import FileOutcome
from genai_codemod.project.runner import migrate_alone
from genai_codemod.report.key_findings import with_keys_noted
from genai_codemod.sources.dependency_files.formats import format_of
from genai_codemod.sources.documents import is_document
from genai_codemod.sources.python import is_relevant

if TYPE_CHECKING:
    from genai_codemod.engine.result import Migration
    from genai_codemod.library.options import Options
    from genai_codemod.project.executors import Migrate

_NEEDS_ITS_PROJECT = (
    "lists of packages are migrated with their project only, so this stays as it is"
)


def migrate_source(
    source: bytes | str,
    *,
    rules: Iterable[str] = (),
    name: str | os.PathLike[str] = "module.py",
    client_name: str = CLIENT,
    upgrade_models: bool = False,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    check: bool = True,
) -> Migration:
    """Migrate one source: a module, or a notebook or text if its ``name`` says so.

    Nothing is read, written or printed, and no settings are in force.  ``rules`` are further ones,
    by the names of installed packs or the paths of files; ``select`` and ``ignore`` name rules, or
    areas of rules, that are carried out and that are not.  ``client_name`` is what the client is
    called that is written, and ``upgrade_models`` also replaces the names of retired models.
    ``check`` says whether what was written is checked against the installed google-genai, whose
    import takes half a second; what that refuses gets a marker.

    Text is encoded as its coding comment says, or as UTF-8; ``Migration.text`` is text again.
    A source without legacy code comes back as it is, without being parsed.

    Raises:
        SourceError: the source cannot be read; it says where, and why.
        OptionError: there is no such rule, or no such further rules, or the client cannot be called
            so.
        RulesError: further rules cannot be loaded.
        RuleFileError: a file of rules is wrong.

    Examples:
        >>> from genai_codemod import migrate_source
        >>> migration = migrate_source(
        ...     "import google.generativeai as genai\\n"
        ...     "print(genai.GenerativeModel('gemini-3.6-flash').generate_content('Hi').text)\\n"
        ... )
        >>> print(migration.text, end="")
        from google import genai
        client = genai.Client()
        print(client.models.generate_content(model='gemini-3.6-flash', contents='Hi').text)
        >>> [(each.line, each.rule, each.status) for each in migration.findings]
        [(2, 'generate.content', 'rewritten'), (2, 'model.create', 'rewritten')]
    """
    from genai_codemod.engine.result import Migration, SourceError

    path = Path(name)
    data = as_bytes(source, path)
    check_client_name(client_name)
    sources = with_default(named_sources(rules))
    selection = Selection(tuple(select) or (ALL,), tuple(ignore))
    check_names("select", selection.select, lambda: rule_ids(sources))
    check_names("ignore", selection.ignore, lambda: rule_ids(sources))
    migrate = partial(
        migrate_program,
        rules=sources,
        usual=InForce(selection, upgrade_models, client_name=client_name),
        check=check,
    )
    relevant = partial(is_relevant, added=added_packs(sources), upgrade_models=upgrade_models)
    outcome = with_keys_noted(_alone(path, data, migrate, relevant))
    if outcome.error is not None:
        said = outcome.error
        raise SourceError(said.message, said.line or 1, said.column or 0, said.cell)
    return outcome.migration or Migration(data, data, skipped=outcome.note or None)


def migrate_input(name: Path, data: bytes, options: Options) -> FileOutcome:
    """What becomes of a file that is not read from the disk, under the settings for its name.

    Raises:
        OptionError: an option is wrong.
        SettingsError: a setting in a ``pyproject.toml`` is wrong.
        RuleFileError: a file of rules is wrong.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import Options
        >>> from genai_codemod.tools import migrate_input
        >>> outcome = migrate_input(Path("app.py"), b"import google.generativeai\\n", Options())
        >>> outcome.changed, outcome.migration.after
        (True, b'')
    """
    scope = Scoping(options).of_input(name)

    relevant = relevance(scope) if scope.discovery.files else lambda _: False
    outcome = _alone(name, data, Budgeted(with_scope(scope), seconds(options, scope)), relevant)
    return with_keys_noted(hold_incomplete([outcome], scope.wants_all)[0])


def _alone(
    path: Path, data: bytes, migrate: Migrate, is_relevant: Callable[[bytes], bool]
) -> FileOutcome:
    # What a dependency file must list is seen in the code beside it.
    if path.suffix != ".py" and format_of(path) is not None:
        return FileOutcome(path, note=_NEEDS_ITS_PROJECT)
    return migrate_alone(path, data, migrate, is_relevant=is_relevant)


def as_bytes(source: bytes | str, path: Path) -> bytes:
    """A source that may be text as bytes, in the encoding that it says it has.

    Raises:
        SourceError: there is no such encoding, or it lacks a character of the text.
    """
    if isinstance(source, bytes):
        return source
    from genai_codemod.engine.result import SourceError
    from genai_codemod.engine.syntax.encodings import encoded

    try:
        return source.encode() if is_document(path) else encoded(source)
    except (SyntaxError, UnicodeEncodeError) as error:
        raise SourceError(f"cannot be encoded: {error}") from error
