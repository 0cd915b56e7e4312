import sys
from pathlib import Path

from benchmarks.__main__ import table
from benchmarks.contenders import Row
from benchmarks.measure import Measured, measure
from benchmarks.tree import make_tree


def test_a_tree_is_python_that_is_always_the_same(tmp_path: Path) -> None:
    tree, again = (make_tree(tmp_path / name, files=30, legacy=3) for name in ("one", "two"))
    contents = {path: path.read_bytes() for path in tree.root.rglob("*.py")}
    assert len(contents) == tree.files == 30
    assert tree.size == sum(map(len, contents.values()))
    assert {path for path, data in contents.items() if b"generativeai" in data} == {*tree.legacy}
    assert len(tree.legacy) == 3
    for path, data in contents.items():
        compile(data, str(path), "exec")
        assert (again.root / path.relative_to(tree.root)).read_bytes() == data


def test_a_command_is_measured_with_its_children(tmp_path: Path) -> None:
    parent = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    child = "import time; data = b'x' * 60_000_000; time.sleep(0.2)"
    measured = measure([sys.executable, "-c", parent, child], tmp_path, limit=60)
    assert measured.seconds > 0.2
    assert measured.peak > 60_000_000
    assert not measured.stopped


def test_a_command_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    measured = measure(command, tmp_path, limit=0.1)
    assert measured.stopped
    assert measured.seconds == 0.1


def test_a_table_names_what_is_missing() -> None:
    rows = [
        Row("first", Measured(0.5)),
        Row("second", Measured(2.0, 3_000_000)),
        Row("third", Measured(9.0, stopped=True)),
        Row("fourth", None, "pip install fourth"),
    ]
    _, *lines = (line.split() for line in table("A tree", rows))
    assert lines == [
        ["first", "0.50", "1.0"],
        ["second", "2.00", "4.0", "3"],
        ["third", ">9.00", "18.0"],
        ["fourth", "missing:", "pip", "install", "fourth"],
    ]
