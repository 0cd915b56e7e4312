from pathlib import Path

from genai_codemod.engine.result import Finding, Migration
from genai_codemod.report.summary import render, summarise
from genai_codemod.report.terminal import Look

MIGRATIONS = [
    Migration(
        b"a",
        b"b",
        (
            Finding(1, 0, "files.upload", "rewritten"),
            Finding(2, 0, "files.upload", "rewritten"),
            Finding(3, 0, "chat.start", "review", "look at the history"),
        ),
        edits=3,
    ),
    Migration(b"c", b"d", (Finding(1, 0, "tuning.create", "manual", "no counterpart"),), edits=1),
    Migration(b"e", b"e"),
]


def test_the_numbers() -> None:
    summary = summarise(MIGRATIONS, files=10, errors=1, markers=2)
    assert (summary.files, summary.changed, summary.errors) == (10, 2, 1)
    assert (summary.rewritten, summary.markers) == (3, 2)
    assert summary.by_rule["files.upload"] == {"rewritten": 2}
    assert summary.by_rule["chat.start"] == {"review": 1}


def test_the_text() -> None:
    summary = summarise(MIGRATIONS, files=10, errors=1, markers=2)
    assert render(summary, [Path("src"), Path("my tests")], written=True) == (
        "Changed 2 of 10 files: 3 places rewritten.\n"
        "\n"
        "  chat.start     1 to review\n"
        "  files.upload   2 rewritten\n"
        "  tuning.create  1 by hand\n"
        "\n"
        "2 places are left for you, each marked.\n"
        "1 file could not be processed, see above.\n"
        "\n"
        "Next:\n"
        "  list what is left  grep -rn 'TODO(genai-codemod)' src 'my tests'\n"
        "  understand it      genai-codemod explain RULE\n"
        "  check it           genai-codemod verify src 'my tests'\n"
    )


NOTED = Migration(
    b"a",
    b"a",
    (
        Finding(1, 0, "model.retired", "note", "model one is retired: use two"),
        Finding(2, 0, "model.retired", "note", "model one is retired: use two"),
        Finding(3, 0, "model.retired", "note", "model six is retired"),
    ),
)


def test_notes_are_counted_apart() -> None:
    summary = summarise([NOTED], files=1, errors=0, markers=0)
    assert (summary.rewritten, summary.by_rule, NOTED.markers) == (0, {}, 0)
    assert render(summary, [Path()], written=True) == (
        "Nothing to change in 1 file.\n"
        "\n"
        "Noted, and left as it is (--upgrade-models replaces names that reach a call):\n"
        "  model one is retired: use two, 2 places\n"
        "  model six is retired, 1 place\n"
    )


def test_the_offer_to_upgrade_is_not_made_twice() -> None:
    summary = summarise([NOTED], files=1, errors=0, markers=0)
    text = render(summary, [Path()], written=True, upgrade_models=True)
    assert "Noted, and left as it is:\n" in text


def test_the_text_of_a_run_that_wrote_nothing() -> None:
    text = render(summarise(MIGRATIONS, files=3, errors=0, markers=1), [Path()], written=False)
    assert text.startswith("Would change 2 of 3 files: 3 places rewritten.\n")
    assert "1 place would be left for you" in text


def test_what_to_do_after_a_run_that_wrote_nothing() -> None:
    text = render(summarise(MIGRATIONS, files=3, errors=0, markers=1), [Path("a")], written=False)
    assert text.endswith(
        "Next:\n"
        "  migrate            genai-codemod migrate a\n"
        "  or decide on each  genai-codemod migrate -i a\n"
    )


def test_what_comes_next_needs_the_same_rules() -> None:
    summary = summarise(MIGRATIONS, files=3, errors=0, markers=1)
    rules = ["team rules.yaml", "acme"]
    planned = render(summary, [Path("a")], rules=rules, written=False)
    assert "  genai-codemod migrate --rules 'team rules.yaml' --rules acme a\n" in planned
    assert "  genai-codemod migrate -i --rules 'team rules.yaml' --rules acme a\n" in planned
    done = render(summary, [Path("a")], rules=rules, written=True)
    assert "  genai-codemod explain --rules 'team rules.yaml' --rules acme RULE\n" in done


def test_git_shows_what_changed() -> None:
    summary = summarise(MIGRATIONS, files=3, errors=0, markers=0)
    assert "git diff" in render(summary, [Path()], written=True, in_git=True)
    assert "git diff" not in render(summary, [Path()], written=True)


def test_it_fits_on_a_screen_however_much_there_is() -> None:
    findings = [
        Finding(line, 0, f"area{line % 9}.rule{line}", "rewritten") for line in range(1, 400)
    ]
    notes = [Finding(line, 0, "note", "note", f"note {line}") for line in range(1, 40)]
    migration = Migration(b"a", b"b", (*findings, *notes), edits=1)
    summary = summarise([migration], files=10, errors=1, markers=3, held=2, silent=1)
    for width in (40, 80, 120, 200):
        text = render(summary, [Path()], written=True, in_git=True, look=Look(width=width))
        assert text.count("\n") <= (40 if width == 40 else 34)
        paragraphs = text.partition("Next:")[0]
        assert all(len(line) <= width for line in paragraphs.splitlines())
    assert "  area0  44 rewritten\n" in text
    assert "  and 34 more notes (-v)\n" in text


def test_nothing_to_do() -> None:
    text = render(summarise([], files=1, errors=0, markers=0), [Path()], written=True)
    assert text == "Nothing to change in 1 file.\n"
