"""Programs are run offline, and what they send before and after a change is compared."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from genai_codemod.errors import OptionError
from genai_codemod.library.options import freeze
from genai_codemod.library.program_keys import program_keys
from genai_codemod.library.runs import AnyPath, as_paths
from genai_codemod.report.secrets import masked
from genai_codemod.shim.commits import changed_programs
from genai_codemod.shim.proof import Pair, Program, Proof, proofs, run
from genai_codemod.shim.recording import Options as Recorded
from genai_codemod.shim.recording import ProofError, Recording
from genai_codemod.shim.server import ANSWERS, answer_named
from genai_codemod.shim.warm_recorder import WarmRecorder

DEFAULT_MAIN = "main.py"
ALL_ANSWERS = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOptions:
    """How programs are run offline, and what the canned server answers them.

    - ``answers``: what the model answers, one run for each; ``all`` stands for every answer,
    - ``call``: a function, or ``Class.method`` of a test case, that is called after the import,
    - ``main``: what runs where a program is a folder,
    - ``arguments``, ``stdin`` (a file) and ``environment`` (further variables): what it is given,
    - ``python``: the interpreter, rather than the one that runs this,
    - ``before_python``: that of the program before the change, which may need an older SDK,
    - ``timeout``: how many seconds a program has.

    Examples:
        >>> from genai_codemod import ProofOptions
        >>> ProofOptions(answers=("default", "blocked-prompt"), timeout=20).main
        'main.py'
    """

    answers: Sequence[str] = ("default",)
    call: str | None = None
    main: str = DEFAULT_MAIN
    arguments: Sequence[str] = ()
    stdin: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    python: str | None = None
    before_python: str | None = None
    timeout: float = 60.0

    def __post_init__(self) -> None:
        freeze(self, "answers", "arguments")

    def chosen_answers(self) -> tuple[str, ...]:
        """The names of the answers, each once.

        Raises:
            OptionError: there is no such answer.
        """
        if ALL_ANSWERS in self.answers:
            return ANSWERS
        try:
            return tuple(dict.fromkeys(map(answer_named, self.answers))) or ("default",)
        except ValueError as error:
            raise OptionError(str(error)) from error

    def recorded(self) -> Recorded:
        """The same in the words of what records a program."""
        return {
            "call": self.call,
            "stdin": self.stdin,
            "env": self.environment,
            "python": interpreter(self.python) or sys.executable,
            "timeout": self.timeout,
            "argv": self.arguments,
        }


@dataclass(frozen=True, slots=True)
class Proofs:
    """Proofs, the names of programs that are ``gone``, and the ``keys`` that may be shown in them.

    Examples:
        >>> from genai_codemod.tools import Proofs
        >>> Proofs(()).gone
        ()
    """

    proofs: tuple[Proof, ...]
    gone: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Recordings:
    """What a program did, for each answer, and the ``keys`` that may be shown in that.

    Examples:
        >>> from genai_codemod.tools import Recordings
        >>> Recordings("app.py", ()).program
        'app.py'
    """

    program: str
    recordings: tuple[tuple[str, Recording], ...]
    keys: frozenset[str] = frozenset()


def prove(
    before: AnyPath, after: AnyPath, options: ProofOptions | None = None
) -> tuple[Proof, ...]:
    """Run two programs offline, each on its real SDK, and compare what they would send.

    Both are Python files, notebooks, Markdown or reStructuredText, or folders; they are executed,
    in a copy of their folder, without network and without a key.  There is a proof for each
    answer: ``holds()`` says whether the same requests are sent, and ``comparison`` what differs;
    of a program that could not be run, ``error`` says why.  The legacy SDK comes with
    ``pip install 'genai-codemod[prove]'``.

    Raises:
        OptionError: there is no such program or answer.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod import migrate_source, prove
        >>> source = (
        ...     "import google.generativeai as genai\\n"
        ...     "print(genai.GenerativeModel('gemini-3.6-flash').generate_content('Hi').text)\\n"
        ... )
        >>> _ = Path("before.py").write_text(source)
        >>> _ = Path("after.py").write_text(migrate_source(source).text)
        >>> (proof,) = prove("before.py", "after.py")
        >>> proof.holds(), proof.comparison.request_count
        (True, 1)
    """
    return prove_pair(before, after, options).proofs


def prove_pair(before: AnyPath, after: AnyPath, options: ProofOptions | None = None) -> Proofs:
    """The same as ``prove``, with what has to be kept out of sight.

    Raises:
        OptionError: there is no such program or answer.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.tools import prove_pair
        >>> _ = Path("app.py").write_text('API_KEY = "AIza' + "b" * 35 + '"\\nx = (\\n')
        >>> len(prove_pair("app.py", "app.py").keys)
        1
    """
    options = options or ProofOptions()
    pair = Pair(program_at(Path(before), options.main), program_at(Path(after), options.main))
    return _proved([pair], options)


def prove_commit(
    commit: str, paths: AnyPath | Iterable[AnyPath] = (), options: ProofOptions | None = None
) -> Proofs:
    """Prove the working tree of a repository against a commit.

    Of files, each is a program; of folders, or the current one without paths, each file that used
    the legacy SDK at the commit and differs.  Each runs in a copy of the whole repository.

    Raises:
        OptionError: there is no such path, answer or commit, or no repository.

    Examples:
        >>> from genai_codemod import OptionError
        >>> from genai_codemod.tools import prove_commit
        >>> try:
        ...     prove_commit("HEAD", "nothing.py")
        ... except OptionError as error:
        ...     print(error)
        no such file or folder: nothing.py
    """
    options = options or ProofOptions()
    given = as_paths(paths)
    for path in given:
        if not path.exists():
            raise OptionError(f"no such file or folder: {path}")
    with tempfile.TemporaryDirectory(prefix="genai-codemod-") as folder:
        try:
            changed = changed_programs(commit, given, Path(folder))
        except OSError as error:
            raise OptionError(f"cannot copy the repository: {error}") from error
        return replace(_proved(changed.pairs, options), gone=changed.gone)


def record_program(path: AnyPath, options: ProofOptions | None = None) -> Recordings:
    """Run a program offline; each answer with what the program sent, printed and ended with.

    Raises:
        OptionError: there is no such program or answer.
        ProofError: the program could not be run.

    Examples:
        >>> from pathlib import Path
        >>> from genai_codemod.tools import record_program
        >>> _ = Path("program.py").write_text("print('no request')\\n")
        >>> [(answer, recording)] = record_program("program.py").recordings
        >>> answer, recording.stdout, recording.requests
        ('default', 'no request\\n', ())
    """
    options = options or ProofOptions()
    program = program_at(Path(path), options.main)
    answers = options.chosen_answers()
    keys = program_keys([program], options.recorded())
    found = []
    try:
        with warm_recorder() as record:
            for answer in answers:
                asked: Recorded = {**options.recorded(), "answer": answer}
                found.append((answer, run(program, record, **asked)))
    except ProofError as error:
        raise ProofError(masked(str(error), keys)) from error
    return Recordings(program.shown, tuple(found), keys)


def program_at(path: Path, main: str) -> Program:
    """The program that a path means: the file itself, or what runs in a folder.

    Raises:
        OptionError: there is none.
    """
    if not path.is_dir():
        if not path.exists():
            raise OptionError(f"no such file or folder: {path}")
        return Program(path, str(path))
    program = path / main
    if not program.is_file():
        raise OptionError(f"{path} has no {main}: name another with --main")
    return Program(program, str(program), tree=path, start=path)


def interpreter(given: str | None) -> str | None:
    """An interpreter as it can be started in any folder."""
    found = given and (shutil.which(given) or given)
    return found and (str(Path(found).absolute()) if Path(found).name != found else found)


@contextmanager
def warm_recorder() -> Iterator[Callable[..., Recording]]:
    """What records programs, and keeps the SDKs ready from one to the next."""
    with WarmRecorder() as recorder:
        yield recorder.record


def _proved(given: Sequence[Pair], options: ProofOptions) -> Proofs:
    python = interpreter(options.before_python)
    pairs = [replace(pair, before=replace(pair.before, python=python)) for pair in given]
    answers, asked = options.chosen_answers(), options.recorded()
    keys = program_keys([each for pair in pairs for each in (pair.before, pair.after)], asked)
    with warm_recorder() as record:
        return Proofs(tuple(proofs(pairs, answers, record, **asked)), keys=keys)
