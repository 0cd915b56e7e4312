from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from genai_codemod.engine.rule_packs.retired_models import RetiredModel
from genai_codemod.engine.rule_packs.rule_files import RuleFileError, load_pack

HEAD = "name: old\npackages: [old.sdk]\nmodel_prefix: models/\n"
TABLE = """\
- model: [one, two]
  date: 2025-01-31
  successor: three
  source: https://example.com/end
  review: look at it
- model: three
  undated: nobody says when
  successor: four
  source: https://example.com/end
- model: five
  date: 2025-01-31
  source: https://example.com/end
"""


def load(folder: Path, table: str) -> dict[str, RetiredModel]:
    (folder / "pack.yaml").write_text(HEAD)
    (folder / "retired_models.yaml").write_text(dedent(table))
    return dict(load_pack(folder).retired)


def test_a_table(tmp_path: Path) -> None:
    models = load(tmp_path, TABLE)
    assert sorted(models) == ["five", "one", "three", "two"]
    assert models["one"] == RetiredModel(
        name="one",
        source="https://example.com/end",
        date=date(2025, 1, 31),
        successor="four",
        review="look at it",
    )
    assert models["three"].undated == "nobody says when"
    assert models["five"].successor is None


def test_the_words_for_a_model(tmp_path: Path) -> None:
    models = load(tmp_path, TABLE)
    assert models["one"].fate == "model one is retired (shutdown: 2025-01-31): use four"
    assert models["three"].fate == "model three is retired: use four"
    assert models["five"].fate == (
        "model five is retired (shutdown: 2025-01-31): it has no successor"
    )


def test_a_pack_needs_no_table(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(HEAD)
    pack = load_pack(tmp_path)
    assert pack.retired_model("models/one") is None


ENTRY = "- {model: one, date: 2025-01-31, source: 'https://example.com'}\n"
WRONG = {
    "models: []": "1: the file must be a list",
    "- model: one\n  sucessor: two": (
        "2: unknown key 'sucessor' in the entry (did you mean 'successor'?)"
    ),
    "- {date: 2025-01-31, source: 'https://e.com'}": "1: the entry has no 'model'",
    "- {model: one, date: 2025-01-31}": "1: the entry has no 'source'",
    "- {model: one, source: 'https://e.com'}": (
        "1: an entry needs either 'date' or 'undated', the reason why not"
    ),
    "- {model: one, date: 2025-01-31, undated: why, source: 'https://e.com'}": (
        "1: an entry needs either 'date' or 'undated', the reason why not"
    ),
    "- model: one\n  date: spring\n  source: https://e.com": (
        "2: 'date' must be a date like 2025-09-29"
    ),
    "- model: one\n  date: 2025-02-30\n  source: https://e.com": (
        "2: 'date' must be a date like 2025-09-29"
    ),
    "- model: one\n  date: 2025-01-31\n  source: a mail": (
        "3: 'source' must be one word, not 'a mail'"
    ),
    "- model: one\n  date: 2025-01-31\n  source: mail": (
        "3: 'source' must be an https:// address, not 'mail'"
    ),
    "- model: one\n  date: 2025-01-31\n  source: https://e.com\n  review: look": (
        "4: 'review' needs a 'successor'"
    ),
    ENTRY + ENTRY: "2: duplicate model 'one' (first at retired_models.yaml:1)",
    "- {model: one, successor: one, date: 2025-01-31, source: 'https://e.com'}": (
        "1: model 'one' is its own successor in the end"
    ),
    "- model: one\n  date: [": "3: did not find expected node content",
}


@pytest.mark.parametrize("table", WRONG)
def test_a_wrong_table_is_one_line_with_its_place(tmp_path: Path, table: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        load(tmp_path, table)
    error = caught.value
    message = f"{error.file}:{error.line}: {error.problem}"
    assert "\n" not in message
    assert message.startswith(f"retired_models.yaml:{WRONG[table]}")


def test_the_parameter_that_takes_a_model_must_be_one(tmp_path: Path) -> None:
    rule = "- {rule: a.get, legacy: old.sdk.get(name), manual: do it, model: nmae}\n"
    (tmp_path / "rules.yaml").write_text(rule)
    with pytest.raises(RuleFileError, match=r"model: old.sdk.get has no 'nmae' \(did you mean"):
        load(tmp_path, TABLE)
