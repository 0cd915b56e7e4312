from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_codemod.engine.result import Finding, Migration
from genai_codemod.sources.documents import DocumentError
from genai_codemod.sources.markup import open_markdown, open_rst
from genai_codemod.sources.sessions import parse_session

PIECES = st.sampled_from(
    ["", "text", "```", "```python", "~~~~", "- ```py", "> ```sh", ">", "  x = 1", "x = (", "x = 1",
     ">>> x", "... y", "- a", "..", "Code::", ".. code:: python", "   :linenos:", "\t!ls", "\r"]
)  # fmt: skip


@given(st.lists(PIECES), st.sampled_from([open_markdown, open_rst]))
def test_a_text_in_which_nothing_changes_stays_byte_for_byte(lines: list[str], opened) -> None:  # type: ignore[no-untyped-def]
    data = "\n".join(lines).encode()
    document = opened(data)
    assert document.restored([None] * len(document.modules)).after == data


def changed(text: str, old: str, new: str) -> str:
    """A text after its only program has changed in one place."""
    document = open_markdown(text.encode())
    (module,) = document.modules
    after = module.replace(old.encode(), new.encode())
    assert after != module
    return document.restored([Migration(module, after, edits=1)]).after.decode()


def test_a_quoted_list_keeps_its_marks() -> None:
    text = "> 1. Do:\n>    ```python\n>    a = 1\n>\n>    b = 2\n>    ```\n"
    assert changed(text, "b = 2", "b = 2\nc = 3") == text.replace("2\n", "2\n>    c = 3\n", 1)


def test_line_ends_of_windows_stay() -> None:
    text = "```py\r\na = 1\r\nb = 2\r\n```\r\n"
    assert changed(text, "a = 1", "a = 0\nz = 0") == text.replace("a = 1", "a = 0\r\nz = 0")


def test_a_longer_fence_can_hold_a_shorter_one() -> None:
    text = '````python\na = """\n```\n"""\nb = 1\n````\n'
    assert changed(text, "b = 1", "b = 2") == text.replace("b = 1", "b = 2")


def test_findings_have_the_line_in_the_file() -> None:
    document = open_markdown(b"text\n\n```python\na = 1\nb = 2\n```\n")
    (module,) = document.modules
    finding = Finding(2, 0, "x", "note")
    migration = document.restored([Migration(module, module, (finding,))])
    assert [each.line for each in migration.findings] == [5]


def test_blocks_after_a_second_import_are_another_program() -> None:
    block = "```python\nimport google.generativeai as genai\n```\n```python\nx = 1\n```\n"
    first, second = open_markdown((block * 2).encode()).modules
    assert first.count(b"generativeai") == second.count(b"generativeai") == 1
    assert b"x = 1" in first
    assert b"x = 1" in second


def test_what_is_not_utf8_is_an_error() -> None:
    with pytest.raises(DocumentError, match="cannot be decoded"):
        open_rst(b"caf\xe9")


def test_a_session_gets_prompts_for_new_statements() -> None:
    session = parse_session("Say:\n  >>> a = [\n  ...     1]\n  >>> b\n  1\n")
    assert session is not None
    assert session.codes == ["a = [\n    1]\n", "b\n"]
    new = session.rendered(["a = [\n    2]\nif a:\n    a.pop()\n", "b\n"])
    assert new == (
        "Say:\n  >>> a = [\n  ...     2]\n  >>> if a:\n  ...     a.pop()\n  >>> b\n  1\n"
    )


def test_empty_prompts_at_the_end_of_an_example_stay() -> None:
    session = parse_session(">>> for a in b:\n...     c\n... \n1\n")
    assert session is not None
    new = session.rendered([code.replace("c", "d") for code in session.codes])
    assert new == ">>> for a in b:\n...     d\n... \n1\n"


def test_imports_of_the_old_sdk_outside_of_blocks_are_noted() -> None:
    text = b"<pre>\nimport google.generativeai as genai\n</pre>\n```python\nx = 1\n```\n"
    document = open_markdown(text)
    migration = document.restored([None] * len(document.modules))
    assert [(each.rule, each.line) for each in migration.findings] == [("text.left", 2)]
    assert migration.after == text


def test_a_quotation_ends_the_block_in_it() -> None:
    text = "> ```python\n> a = 1\nand\n\n```python\nb = 2\n```\n"
    assert changed(text, "a = 1", "a = 3") == text.replace("a = 1", "a = 3")
    assert changed(text, "b = 2", "b = 3") == text.replace("b = 2", "b = 3")
