"""JUnit's XML: a test case for each file, which fails while something is left to do in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from genai_codemod.report.text import line_in

if TYPE_CHECKING:
    from genai_codemod.engine.result import Finding
    from genai_codemod.report.model import FileReport, Report

# XML 1.0 has no place for these, not even escaped.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render(report: Report) -> str:
    """One test suite."""
    cases = [_case(file, written=report.written) for file in report.files]
    suite = ElementTree.Element(
        "testsuite",
        name="genai-codemod",
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        errors=str(sum(case.find("error") is not None for case in cases)),
    )
    suite.extend(cases)
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _case(file: FileReport, *, written: bool) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname="genai-codemod", name=_clean(file.path))
    if file.error:
        ElementTree.SubElement(case, "error", message=_clean(file.error.message))
        return case
    left = [_line(file.path, finding) for finding in file.open_findings]
    if file.held:
        place = file.held.place
        left.append(f"{file.path}: waits for {place}: {file.held.message}")
    if file.state == "changed" and not written:
        left.append(f"{file.path}: would be migrated")
    if left:
        failure = ElementTree.SubElement(case, "failure", message=_clean(left[0]))
        failure.text = _clean("\n".join(left))
    return case


def _line(path: str, finding: Finding) -> str:
    return f"{path}:{line_in(finding)}: {finding.rule}: {finding.message}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
