"""What a caller asks of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is asked of a run, over what the settings of the files say.

    None and empty stand for nothing, and so for what is said in ``[tool.genai-codemod]``.  Lists
    will do for tuples, and a text alone for one of them:

    - ``exclude``: further patterns, as in ``.gitignore``, of what is passed over;
      ``force_exclude``: also where a file is named itself,
    - ``rules``: further rules, by the names of installed packs, or the paths of files,
    - ``select`` and ``ignore``: the ids of rules, or areas of rules, that are carried out and that
      are not,
    - ``client_name``: what the client is called that is written, where that is free,
    - ``upgrade_models``: whether names of retired models become those of their successors,
    - ``only_complete``: whether files stay as they are that belong together with one which would
      need a person,
    - ``changed``: a commit of git; only files that differ from it are changed,
    - ``jobs``: how many processes there are at most, without it one for each core;
      ``executor``: the scheduler of a Dask cluster instead, as ``dask://HOST:PORT``,
    - ``timeout``: how many seconds the migration of files that belong together may take, without
      it 60; 0 for any number.

    Examples:
        >>> from genai_codemod import Options
        >>> options = Options(only_complete=True, exclude=["vendored/"], jobs=2)
        >>> options.only_complete, options.upgrade_models, options.exclude
        (True, None, ('vendored/',))
    """

    rules: Sequence[str] = ()
    exclude: Sequence[str] = ()
    force_exclude: bool = False
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    upgrade_models: bool | None = None
    only_complete: bool | None = None
    client_name: str | None = None
    changed: str | None = None
    jobs: int | None = None
    executor: str | None = None
    timeout: float | None = None

    def __post_init__(self) -> None:
        freeze(self, "rules", "exclude", "select", "ignore")


def freeze(options: object, *names: str) -> None:
    """Make tuples of attributes that were given as lists or as one text, in a frozen object."""
    for name in names:
        given: str | Iterable[str] = getattr(options, name)
        frozen = (given,) if isinstance(given, str) else tuple(given)
        object.__setattr__(options, name, frozen)
