"""Outside of what is edited, every byte stays, whatever the file looks like."""

import codecs
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.sources.dependency_files.dependency_cases import DEPENDENCY_CASES, DependencyCase

from genai_codemod.engine.result import SourceError
from genai_codemod.sources.dependency_files.finders import FINDERS
from genai_codemod.sources.dependency_files.formats import FORMATS, Format
from genai_codemod.sources.dependency_files.planning import REPLACE_ALL, Needs
from genai_codemod.sources.dependency_files.rewriting import migrate_dependency_file

PLAIN = {
    name: case
    for name, case in DEPENDENCY_CASES.items()
    if b"\r" not in case.before and b"\0" not in case.before and case.before.isascii()
}
each_case = pytest.mark.parametrize("case", PLAIN.values(), ids=PLAIN)
EDITED = [each for each in FORMATS if each.kind in FINDERS]
REQUIREMENTS = DEPENDENCY_CASES["requirements"].file_format


@each_case
def test_line_ends_of_windows_stay(case: DependencyCase) -> None:
    made = case.migrate(case.before.replace(b"\n", b"\r\n")).after
    assert made == case.after.replace(b"\n", b"\r\n")


@each_case
def test_a_byte_order_mark_stays(case: DependencyCase) -> None:
    assert case.migrate(codecs.BOM_UTF8 + case.before).after == codecs.BOM_UTF8 + case.after


@each_case
def test_a_last_line_without_an_end_stays_so(case: DependencyCase) -> None:
    before = case.before.rstrip(b"\n")
    assert case.migrate(before).after.rstrip(b"\n") == case.after.rstrip(b"\n")
    assert not case.migrate(before).after.endswith(b"\n")


other_lines = st.lists(
    st.one_of(
        st.sampled_from(["flask==3.0", "-r base.txt", "", "  ", "# note \\", "-e .", "a\\", "\f"]),
        st.text(st.characters(codec="utf-8", exclude_characters="\n\\"), max_size=12),
    ),
    max_size=4,
).filter(lambda lines: not any("generat" in line.lower() or "@" in line for line in lines))


@given(
    before=other_lines,
    after=other_lines,
    indent=st.sampled_from(["", " ", "\t"]),
    marker=st.sampled_from(["", ";python_version>'3.9'", ' ; sys_platform == "win32"']),
    comment=st.sampled_from(["", " # Gemini", "\t#", "   # ü"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=60, deadline=None)
@example(before=["a\\"], after=[], indent="", marker="", comment="", end="\n")
def test_lines_around_a_requirement_stay(
    before: Sequence[str], after: Sequence[str], indent: str, marker: str, comment: str, end: str
) -> None:
    def written(requirement: str) -> bytes:
        middle = indent + requirement + marker + comment
        return end.join([*before, middle, *after, ""]).encode()

    legacy, successor = written("google-generativeai>=0.8"), written("google-genai>=3.4")
    made = migrate_dependency_file(legacy, REQUIREMENTS, REPLACE_ALL)
    if before and before[-1].endswith("\\") and not before[-1].lstrip().startswith("#"):
        # The requirement is in the middle of a line that is none.
        assert made.after == legacy
    else:
        assert made.after == successor


@given(
    data=st.one_of(
        st.binary(max_size=60),
        st.lists(
            st.sampled_from(
                [
                    b"google-generativeai", b"==0.8", b"google-genai", b"pip install ", b"[", b"]",
                    b'"', b"'", b" ", b"\n", b"\r\n", b"\\", b"#", b",", b";", b":", b"- ", b"=",
                    b"dependencies", b"[project]\n", b"{", b"}", b"\xff", b'"""', b"(", b")",
                ]
            ),
            max_size=14,
        ).map(b"".join),
    ),
    file_format=st.sampled_from(EDITED),
    needs=st.sampled_from([REPLACE_ALL, Needs(legacy="a.py"), Needs(protos="a.py")]),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_anything_can_be_in_a_file(data: bytes, file_format: Format, needs: Needs) -> None:
    try:
        made = migrate_dependency_file(data, file_format, needs)
    except SourceError:
        return
    assert made.changed == (made.edits > 0)
    again = migrate_dependency_file(made.after, file_format, needs)
    assert again.after == made.after
    if needs.legacy:
        rest = iter(made.after)
        assert all(byte in rest for byte in data), "something was taken away"
