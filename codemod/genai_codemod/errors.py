"""The errors that a caller of the library can meet, but for those that belong to a part of it."""

from __future__ import annotations


class CodemodError(Exception):
    """Something that a caller can put right; its text is one line for the user.

    ``SourceError``, ``SettingsError``, ``OptionError``, ``ExecutorError`` and ``ProofError`` are
    the kinds of it, and say what was wrong.

    Examples:
        >>> from genai_codemod import CodemodError, migrate_paths
        >>> try:
        ...     migrate_paths("no/such/folder")
        ... except CodemodError as error:
        ...     print(error)
        no such file or folder: no/such/folder
    """


class OptionError(CodemodError):
    """A path, a pattern, a commit or the name of a rule that was given, and that is wrong.

    ``option`` is the name of the field of ``Options``, where it is one of those.

    Examples:
        >>> from genai_codemod import OptionError, Options, migrate_paths
        >>> try:
        ...     migrate_paths(".", Options(select=("chats",)))
        ... except OptionError as error:
        ...     print(error.option, error.message, sep=": ")
        select: there is no rule 'chats' (did you mean chat?)
    """

    def __init__(self, message: str, option: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.option = option

    def __str__(self) -> str:
        return f"{self.option}: {self.message}" if self.option else self.message


class RulesError(CodemodError, LookupError):
    """Rules that cannot be found or loaded.

    Examples:
        >>> from genai_codemod import CodemodError, RulesError
        >>> issubclass(RulesError, CodemodError)
        True
    """


class RuleFileError(CodemodError, ValueError):
    """A file of rules that cannot be used: the file, the place, and what is wrong there.

    ``line`` and ``column`` count from 1; ``problem`` is the text without the place.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import RuleFileError, list_rules
        >>> _ = Path("team-rules.yaml").write_text("rules: no list\\n")
        >>> try:
        ...     rules = list_rules(["team-rules.yaml"])
        ... except RuleFileError as error:
        ...     print(error.file, error.line, error.column)
        team-rules.yaml 1 8
    """

    def __init__(self, file: str, line: int, problem: str, column: int = 1) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.problem = " ".join(problem.split())
        super().__init__(f"{file}:{line}:{column}: {self.problem}")

    def __reduce__(self) -> tuple[type[RuleFileError], tuple[str, int, str, int]]:
        return type(self), (self.file, self.line, self.problem, self.column)
