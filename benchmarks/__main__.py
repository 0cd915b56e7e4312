"""Make two trees, run everything in them, and print a table for each."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.contenders import Row, unrelated, with_legacy
from benchmarks.tree import Tree, make_tree


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark that the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--files", type=int, default=5_000, help="files in a tree")
    parser.add_argument("--legacy", type=int, default=60, help="legacy files in the second tree")
    parser.add_argument("--limit", type=float, default=120, help="seconds after which to stop one")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        plain = make_tree(Path(folder, "plain"), files=options.files, legacy=0)
        _print(table(_title(plain), unrelated(plain, options.limit)))
        mixed = make_tree(Path(folder, "mixed"), files=options.files, legacy=options.legacy)
        _print(table(_title(mixed), with_legacy(mixed, options.limit)))


def table(title: str, rows: Sequence[Row]) -> Iterator[str]:
    """Lines with the times of all rows, and how they compare to the first."""
    yield f"{title:62} {'seconds':>8} {'ratio':>7} {'MB':>5}"
    first = rows[0].measured
    for row in rows:
        measured = row.measured
        if measured is None:
            yield f"{row.label[:62]:62}  missing: {row.install}"
            continue
        seconds = f"{'>' if measured.stopped else ''}{measured.seconds:.2f}"
        ratio = f"{measured.seconds / first.seconds:.1f}" if first else ""
        memory = f"{measured.peak / 1e6:.0f}" if measured.peak else ""
        yield f"{row.label[:62]:62} {seconds:>8} {ratio:>7} {memory:>5}"


def _title(tree: Tree) -> str:
    size = f"{tree.files} files, {tree.size / 1e6:.0f} MB"
    return f"{size}, {len(tree.legacy)} legacy ({os.cpu_count()} cores)"


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write("\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
