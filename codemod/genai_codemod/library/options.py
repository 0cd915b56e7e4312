"""What a caller asks of a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is asked of a run, over what the settings of the files say.

    None and empty stand for nothing, and so for what is said in ``[tool.genai-codemod]``:

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
        >>> options = Options(only_complete=True, exclude=("vendored/",), jobs=2)
        >>> options.only_complete, options.upgrade_models
        (True, None)
    """

    rules: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    upgrade_models: bool | None = None
    only_complete: bool | None = None
    client_name: str | None = None
    changed: str | None = None
    jobs: int | None = None
    executor: str | None = None
    timeout: float | None = None
