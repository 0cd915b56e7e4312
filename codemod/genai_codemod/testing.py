"""A kit to test rules with: programs before and after, as files beside each other.

With pytest, all that a test of rules needs is::

    import pytest
    from genai_codemod.testing import cases, check_case

    @pytest.mark.parametrize("case", cases("tests/rules"), ids=str)
    def test_rules(case):
        check_case(case, rules=["team-rules.yaml"])

:func:`cases` says what such a folder holds.  What does not hold is an ``AssertionError`` that says
where, with the difference; nothing here needs pytest.
"""

from __future__ import annotations

import difflib
import io
import os
import re
import shutil
import tempfile
import tokenize
import warnings
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from genai_codemod import (
    Comparison,
    Finding,
    Options,
    ProofOptions,
    migrate_paths,
    migrate_source,
    prove,
)
from genai_codemod.engine.syntax.comments import is_pragma
from genai_codemod.library.cases import AnyPath, Case, cases

__all__ = [
    "Case",
    "Made",
    "cases",
    "check_case",
    "check_comments",
    "check_comparison",
    "check_noop",
    "check_parses",
    "check_same",
    "check_text",
    "differing",
    "lost_comments",
    "make",
    "told",
]

# A failing test shows its own line and the difference, and not the code here.
__tracebackhide__ = True
_UNSEEN = shutil.ignore_patterns("__pycache__", ".*")
# Nobody's rules are about how the SDK is called in a comment, and ours may say its new name.
_SDK = re.compile(r"\bgoogle([.-])generativeai\b")


@dataclass(frozen=True, slots=True)
class Made:
    """What a migration made of a file, or of the files of a folder by their names in it.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.testing import make
        >>> _ = Path("before.py").write_text("print('no legacy code')\\n")
        >>> made = make("before.py")
        >>> made.edits, made.before == made.after, list(made.after)
        (0, True, ['before.py'])
    """

    before: Mapping[str, bytes]
    after: Mapping[str, bytes]
    edits: int
    findings: tuple[Finding, ...] = ()


def make(path: AnyPath, rules: Iterable[AnyPath] = (), *, check: bool = True) -> Made:
    """Migrate a file, or the files of a folder together; what is on the disk stays as it is.

    ``rules`` are further ones, by the names of installed packs or the paths of files; ``check``
    is that of ``migrate_source``.

    Raises:
        CodemodError: a file cannot be migrated, or the rules not be loaded.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.testing import make
        >>> _ = Path("before.py").write_text("import google.generativeai as genai\\n")
        >>> make("before.py").after
        {'before.py': b''}
    """
    source, names = Path(path), tuple(os.fspath(rule) for rule in rules)
    if source.is_dir():
        return _made_of_folder(source, names)
    data = source.read_bytes()
    migration = migrate_source(data, rules=names, name=source.name, check=check)
    return Made(
        {source.name: data},
        {source.name: migration.after},
        migration.edits,
        tuple(migration.findings),
    )


def check_case(
    case: Case,
    rules: Iterable[AnyPath] = (),
    *,
    prove: bool = False,
    before_python: str | None = None,
) -> None:
    """Check all of a case: see the other functions here; with ``prove`` also that it does the same.

    ``before_python`` is the interpreter of the program before, where that needs an older SDK.

    Raises:
        AssertionError: something does not hold.
        CodemodError: a file cannot be migrated, or the rules not be loaded.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.testing import cases, check_case
        >>> Path("delete").mkdir()
        >>> _ = Path("delete/before.py").write_text(
        ...     "import google.generativeai as genai\\ngenai.delete_file('files/f')\\n"
        ... )
        >>> _ = Path("delete/after.py").write_text(
        ...     "from google import genai\\nclient = genai.Client()\\n"
        ...     "client.files.delete(name='files/f')\\n"
        ... )
        >>> for case in cases("."):
        ...     check_case(case)
    """
    names = [os.fspath(rule) for rule in rules]
    made = make(case.before, names)
    if case.after is None:
        check_noop(case, made)
        return
    check_text(case, made)
    check_noop(case, make(case.after, names))
    check_comments(case, made)
    check_parses(case, made)
    for answer in case.answers if prove else ():
        check_same(case, answer, before_python=before_python)


def check_text(case: Case, made: Made) -> None:
    """Make sure that what was made is what the case shows, byte for byte.

    Raises:
        AssertionError: it is not, and this is the difference.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.testing import Case, check_text, make
        >>> for name in ("before.py", "after.py"):
        ...     _ = Path(name).write_text("x = 1\\n")
        >>> check_text(Case("same", Path("before.py"), Path("after.py")), make("before.py"))
    """
    assert case.after is not None, f"{case} has nothing after"
    expected, after = _contents(case.after), made.after
    if case.after.is_file():  # each has a name of its own
        after = dict(zip(expected, after.values(), strict=True))
    missing, more = expected.keys() - after.keys(), after.keys() - expected.keys()
    assert not missing, f"{case}: there is no {', '.join(sorted(missing))} after the migration"
    assert not more, f"{case}: {case.after.name} has no {', '.join(sorted(more))}"
    for name, data in expected.items():
        if after[name] != data:  # the difference says it all, without the bytes of both
            raise AssertionError(f"{case}:\n{_difference(name, data, after[name])}")


def check_noop(case: Case, made: Made) -> None:
    """Make sure that nothing was changed, and nothing even edited.

    Raises:
        AssertionError: something was.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.testing import Case, check_noop, make
        >>> _ = Path("other.py").write_text("x = 1\\n")
        >>> check_noop(Case("other", Path("other.py"), None), make("other.py"))
    """
    for name, data in made.before.items():
        if made.after[name] != data:
            shown = _difference(name, data, made.after[name])
            raise AssertionError(f"{case} must stay as it is:\n{shown}")
    assert not made.edits, f"{case} must stay as it is: {made.edits} edits that change nothing"


def check_comments(case: Case, made: Made) -> None:
    """Make sure that every comment is still there.

    Raises:
        AssertionError: some are not.

    Examples:
        >>> from genai_codemod.testing import Case, Made, check_comments
        >>> from pathlib import Path
        >>> made = Made({"a.py": b"x  # kept\\n"}, {"a.py": b"y  # kept\\n"}, 1)
        >>> check_comments(Case("kept", Path("a.py"), None), made)
    """
    for name, before in _modules(made.before):
        lost = lost_comments(before, made.after.get(name, b""))
        assert not lost, f"{case}: {name} has lost comments: {'; '.join(lost)}"


def check_parses(case: Case, made: Made) -> None:
    """Make sure that what was made is Python.

    Raises:
        AssertionError: it is not.

    Examples:
        >>> from genai_codemod.testing import Case, Made, check_parses
        >>> from pathlib import Path
        >>> check_parses(Case("fine", Path("a.py"), None), Made({}, {"a.py": b"x = 1\\n"}, 1))
    """
    for name, after in _modules(made.after):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                compile(after, name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            raise AssertionError(f"{case}: {name} is no Python: {error}") from error


def check_same(case: Case, answer: str = "default", *, before_python: str | None = None) -> None:
    """Run both programs of a case offline, and make sure that they do the same.

    ``before_python`` is the interpreter of the program before, where that needs an older SDK.

    Raises:
        AssertionError: they do not, or one cannot be run.
        OptionError: there is no such answer.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import migrate_source
        >>> from genai_codemod.testing import Case, check_same
        >>> source = "import google.generativeai as genai\\ngenai.delete_file('files/f')\\n"
        >>> before, after = Path("before.py"), Path("after.py")
        >>> _ = before.write_text(source), after.write_text(migrate_source(source).text)
        >>> check_same(Case("delete", before, after))
    """
    assert case.after is not None, f"{case} has nothing after"
    options = ProofOptions(answers=(answer,), before_python=before_python)
    (proof,) = prove(case.before, case.after, options)
    assert proof.comparison is not None, f"{case}: {proof.error}"
    check_comparison(case, answer, proof.comparison)


def check_comparison(case: Case, answer: str, comparison: Comparison) -> None:
    """Make sure that two programs did the same, but for what ``differs`` in the case excuses.

    What is excused must differ.  A program that fails proves nothing, even when both fail alike;
    but where the answer is an error, or no text, both may end with an exception.

    Raises:
        AssertionError: something else differs, or less.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import Comparison
        >>> from genai_codemod.testing import Case, check_comparison
        >>> comparison = Comparison((), (), 1, "", "", "-before\\n+after")
        >>> case = Case("loud", Path("a.py"), Path("b.py"), {"differs": {"output": "it shouts"}})
        >>> check_comparison(case, "default", comparison)
    """
    assert comparison.request_count, f"{case}: a program that sends nothing proves nothing"
    found, excused = differing(comparison), case.excuses(answer)
    if answer != "default" and comparison.same_ending:
        found -= {"ending"} - excused
    said = f"differs: {_listed(found)}; excused: {_listed(excused)}"
    assert found == excused, f"{case}, answer {answer}: {said}\n{told(comparison)}"


def differing(comparison: Comparison) -> set[str]:
    """What is not the same of two programs: of ``requests``, ``output`` and ``ending``.

    An exception that ends a program differs from anything.

    Examples:
        >>> from genai_codemod import Comparison
        >>> from genai_codemod.testing import differing
        >>> differing(Comparison((), (), 1, "", "KeyError: 1", ""))
        {'ending'}
    """
    same = {
        "requests": comparison.same_requests,
        "output": comparison.same_output,
        "ending": not comparison.ending_before and not comparison.ending_after,
    }
    return {name for name, holds in same.items() if not holds}


def told(comparison: Comparison) -> str:
    """All differences of two programs, for the message of a failing test.

    Examples:
        >>> from genai_codemod import Comparison
        >>> from genai_codemod.testing import told
        >>> print(told(Comparison((), (), 1, "", "", "-before\\n+after")).splitlines()[0])
        -before
    """
    return "\n".join(
        (
            *(f"{each.title}\n{each.diff}" for each in comparison.differences),
            comparison.output_diff,
            f"endings: {comparison.ending_before or 'normal'}",
            f"         {comparison.ending_after or 'normal'}",
            *comparison.notes,
        )
    )


def lost_comments(before: bytes, after: bytes) -> list[str]:
    """The comments of a module that are fewer after than before.

    What tells a checker something about its line, such as ``# noqa``, goes with that line.

    Raises:
        SyntaxError: one of them is no Python.

    Examples:
        >>> from genai_codemod.testing import lost_comments
        >>> lost_comments(b"x = 1  # one\\n", b"x = 1\\n")
        ['# one']
    """
    return sorted((_comments(before) - _comments(after)).elements())


def _made_of_folder(folder: Path, rules: tuple[str, ...]) -> Made:
    rules = tuple(str(Path(rule).absolute()) if Path(rule).exists() else rule for rule in rules)
    with tempfile.TemporaryDirectory(prefix="genai-codemod-") as place:
        copy = Path(place) / folder.resolve().name
        shutil.copytree(folder, copy, ignore=_UNSEEN)
        run = migrate_paths(copy, Options(rules=rules, jobs=1), write=True)
        for outcome in run.errors:
            assert outcome.error is not None
            raise AssertionError(f"{outcome.path.relative_to(copy)}: {outcome.error.message}")
        return Made(
            _contents(folder),
            _contents(copy),
            sum(outcome.migration.edits for outcome in run if outcome.migration),
            tuple(finding for outcome in run for finding in outcome.findings),
        )


def _contents(path: Path) -> dict[str, bytes]:
    """The files of a folder by their names in it, or the one file."""
    if path.is_file():
        return {path.name: path.read_bytes()}
    return {
        file.relative_to(path).as_posix(): file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }


def _modules(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    return ((name, data) for name, data in files.items() if name.endswith((".py", ".pyi")))


def _comments(source: bytes) -> Counter[str]:
    return Counter(
        _SDK.sub(r"google\1genai", token.string.rstrip())
        for token in tokenize.tokenize(io.BytesIO(source).readline)
        if token.type == tokenize.COMMENT and not is_pragma(token.string)
    )


def _difference(name: str, expected: bytes, made: bytes) -> str:
    right, wrong = (
        data.decode("utf-8", "backslashreplace").splitlines(keepends=True)
        for data in (expected, made)
    )
    return "".join(difflib.unified_diff(right, wrong, f"{name} in the case", f"{name} as made"))


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"
