"""Writes what each format makes of the example; read the difference before you commit it."""

from tests.report.reports import example
from tests.report.test_formats import GOLDEN

from genai_codemod.report.formats import FORMATS, rendered

if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name in FORMATS:
        (GOLDEN / name).write_bytes(rendered(example(), name).encode())
