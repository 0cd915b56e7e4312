"""What a user's project looks like that uses every public name; type checkers read it.

It is never run: ``test_typed.py`` lets mypy and pyright check it against the wheel.
"""

# ruff: noqa: T201
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import genai_codemod
from genai_codemod import (
    CheckedFile,
    CodemodError,
    Comparison,
    ExecutorError,
    FileError,
    FileOutcome,
    Finding,
    FunctionFacts,
    LegacyUse,
    Migration,
    ModuleFacts,
    OptionError,
    Options,
    Problem,
    ProgramFacts,
    Progress,
    Proof,
    ProofError,
    ProofOptions,
    Reason,
    RuleEntry,
    RuleExample,
    RuleFileError,
    RulesError,
    Run,
    SdkError,
    SettingsError,
    Skipped,
    SourceError,
    Status,
    UnknownRuleError,
    analyse_paths,
    analyse_source,
    check_rules,
    explain_rule,
    list_rules,
    migrate_paths,
    migrate_source,
    prove,
    verify_paths,
    verify_source,
)
from genai_codemod.testing import (
    Case,
    Made,
    cases,
    check_case,
    check_comments,
    check_comparison,
    check_noop,
    check_parses,
    check_same,
    check_text,
    differing,
    lost_comments,
    make,
    told,
)
from genai_codemod.tools import (
    ALIASES,
    ALL_ANSWERS,
    ANSWERS,
    DEFAULT_MAIN,
    DEFAULT_SECONDS,
    GENERATED,
    KEYS,
    Answer,
    Answers,
    Change,
    Plan,
    Proofs,
    Recording,
    Recordings,
    Settings,
    carry_out,
    changes_of,
    count_markers,
    migrate_example,
    migrate_input,
    nearest_rules,
    plan_paths,
    prove_commit,
    prove_pair,
    record_program,
    sdk_version,
    settings_of,
    settings_of_run,
    shown,
)


def one_source(source: str) -> tuple[str, int]:
    """A source that is text, and what is left of it for a person."""
    try:
        migration: Migration = migrate_source(
            source, rules=["team-rules.yaml"], select=("files",), ignore=[], upgrade_models=True
        )
    except SourceError as error:
        return f"{error.line}:{error.column} {error.message} {error.cell}", 0
    findings: Sequence[Finding] = migration.findings
    statuses: list[Status] = [each.status for each in findings]
    after: bytes = migration.after
    return migration.diff("app.py") + migration.text, len(statuses) + len(after)


def files(folder: Path) -> Iterator[str]:
    """The lines of a report about files."""

    def progress(now: Progress) -> None:
        print(f"{now.done} of {now.total}, {now.size} bytes")

    names: list[str] = ["vertexai"]
    options = Options(
        rules=names, only_complete=True, exclude=("vendored",), timeout=DEFAULT_SECONDS
    )
    try:
        run: Run = migrate_paths([folder, "more.py"], options, write=True, progress=progress)
    except (SettingsError, ExecutorError, RulesError, RuleFileError) as error:
        yield str(error)
        return
    except OptionError as error:
        yield f"{error.option}: {error.message}"
        return
    for outcome in run:
        yield from file(outcome)
    skipped: tuple[Skipped, ...] = run.skipped
    yield f"{len(run)} {len(run.changed)} {len(run.errors)} {run.written} {len(skipped)}"
    entries: Mapping[str, RuleEntry] = run.rules
    yield from entries


def file(outcome: FileOutcome) -> Iterator[str]:
    """The lines about one file."""
    error: FileError | None = outcome.error
    held: Reason | None = outcome.held
    if error is not None:
        yield f"{outcome.path}:{error.line}: {error.message}"
    if held is not None:
        yield f"{held.place}: {held.message}"
    if outcome.changed and outcome.migration is not None:
        left = count_markers(outcome.migration.after)
        yield f"{outcome.diff} {left} {[each.rule for each in outcome.findings]}"
    if outcome.migration is not None and outcome.migration.skipped == GENERATED:
        yield outcome.note


def facts(source: bytes) -> str:
    """What is known of sources and files."""
    module: ModuleFacts = analyse_source(source, name="llm.py")
    functions: Mapping[str, FunctionFacts] = module.functions
    uses: tuple[LegacyUse, ...] = module.uses
    programs: list[ProgramFacts] = list(analyse_paths("src", Options()))
    lines = [each.line for each in uses] + [each.line for each in functions.values()]
    return json.dumps([lines, module.as_dict(), *(program.as_dict() for program in programs)])


def rules(name: str) -> str:
    """A rule as text."""
    try:
        entry: RuleEntry = explain_rule(name, ["team-rules.yaml"], folder=".")
    except UnknownRuleError as error:
        return f"{error.rule}: {', '.join(error.meant)}"
    tried: tuple[RuleExample, ...] = check_rules("team-rules.yaml")
    print([problem for each in tried for problem in each.problems])
    example: Migration = migrate_example(entry)
    return f"{entry.becomes or entry.manual} {example.text} {len(list_rules())}"


def checked(source: str) -> int:
    """How many problems there are in a source and in files."""
    try:
        problems: tuple[Problem, ...] = verify_source(source)
    except SdkError as error:
        print(error, sdk_version())
        return 0
    files: list[CheckedFile] = list(verify_paths(["src"]))
    return len(problems) + sum(len(each.problems) for each in files)


def proved() -> bool:
    """Whether two programs, and those of a commit, do the same."""
    options = ProofOptions(answers=("default", ALL_ANSWERS, *ANSWERS, *ALIASES), main=DEFAULT_MAIN)
    try:
        proofs: tuple[Proof, ...] = prove("before.py", Path("after.py"), options)
        commit: Proofs = prove_commit("HEAD", "src")
        pair: Proofs = prove_pair("before.py", "after.py")
        recorded: Recordings = record_program("after.py", options)
        print(pair.keys | recorded.keys, settings_of_run([Path("src")]).client_name)
        recordings: list[Recording] = [each for _, each in record_program("after.py").recordings]
    except (ProofError, CodemodError) as error:
        print(error)
        return False
    comparison: Comparison | None = proofs[0].comparison
    same = comparison is not None and comparison.equal and not differing(comparison)
    return same and all(each.holds() for each in commit.proofs) and bool(recordings)


def tested(folder: str) -> None:
    """Every case in a folder, checked at once and one by one."""
    for case in cases(folder, without=("slow",)):
        check_case(case, rules=[Path("team-rules.yaml")], prove=True)
        one_by_one(case, make(case.before, check=False))


def one_by_one(case: Case, made: Made) -> None:
    """All that holds of a case."""
    for check in (check_text, check_noop, check_comments, check_parses):
        check(case, made)
    for answer in case.answers:
        check_same(case, answer)
    (proof,) = prove(case.before, case.before)
    if proof.comparison is not None:
        check_comparison(case, "default", proof.comparison)
        print(told(proof.comparison))
    print(lost_comments(b"x = 1  # one\n", b"x = 1\n"), made.edits, len(made.findings))


def decided(folder: Path) -> Run:
    """What is left of a plan when everything but one change is refused."""
    plan: Plan = plan_paths(folder, Options())
    changes: list[Change] = changes_of(plan.outcomes)
    answers = Answers.of(plan.folder, {})
    answer: Answer = "no"
    answers.known.update({change.key: answer for change in changes[1:]})
    carried = carry_out(plan.outcomes, changes, changes[1:], [], plan.selections, plan.again)
    print(nearest_rules("uplod", list_rules()))
    return plan.finished(carried.outcomes, write=True)


def editor(text: bytes) -> bytes:
    """What an editor shows of a file that is not saved yet."""
    settings, never = settings_of(Path("app.py"))
    known: Settings = settings
    print([known.value(key) for key in KEYS], never, known.file and shown(known.file))
    outcome = migrate_input(Path("app.py"), text, Options())
    print(genai_codemod.__version__)
    return outcome.migration.after if outcome.migration else text
