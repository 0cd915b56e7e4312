"""Lists of requirements in Python: ``setup.py`` and ``noxfile.py``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from genai_codemod.engine.result import SourceError
from genai_codemod.sources.dependency_files.bracketed import Item, find_in_items
from genai_codemod.sources.dependency_files.install_commands import find_in_commands
from genai_codemod.sources.dependency_files.listing import Listed
from genai_codemod.sources.dependency_files.parsing import parse_python
from genai_codemod.sources.dependency_files.requirement_lines import find_in_lines

# Lists that say something about packages, and do not ask for them.
_OTHER_LISTS = frozenset(
    {"keywords", "classifiers", "packages", "py_modules", "provides", "obsoletes"}
)
_INSTALLING = frozenset({"append", "install", "conda_install", "run_install", "run", "run_always"})


def find_in_python(text: str) -> list[Listed]:
    """The requirements in lists of strings, in arguments that install, and in texts of lines.

    Raises:
        SourceError: the text is not Python.
    """
    try:
        tree = parse_python(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        raise SourceError(f"not valid Python: {getattr(error, 'msg', error)}", line) from error
    places = _Places(text)
    return [each for node in _walk(tree) for each in _in_node(text, node, places)]


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those of lists that ask for nothing."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not _is_other_list(child):
            yield from _walk(child)


def _is_other_list(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg in _OTHER_LISTS
    if isinstance(node, ast.Assign):
        return any(
            isinstance(to, ast.Name) and to.id.lower() in _OTHER_LISTS for to in node.targets
        )
    return False


def _in_node(text: str, node: ast.AST, places: _Places) -> Iterator[Listed]:
    if isinstance(node, ast.List | ast.Set):
        yield from find_in_items(text, places.items(node.elts), places.start(node))
    elif isinstance(node, ast.Tuple):
        yield from _in_tuple(text, node, places)
    elif isinstance(node, ast.Call) and _installs(node):
        yield from find_in_items(text, places.items(node.args), places.start(node))
    elif isinstance(node, ast.Dict):
        # ``extras_require={"gemini": "google-generativeai"}``
        for value in node.values:
            yield from find_in_items(text, places.items([value]), places.start(value))
    elif isinstance(node, ast.keyword | ast.Assign) and (item := places.item(node.value)):
        if item.quote == 3:
            yield from find_in_lines(text, item.start + 3, item.end - 3)
        else:
            yield from find_in_items(text, [item], item.start)
    elif isinstance(node, ast.Constant) and (item := places.item(node)):
        yield from find_in_commands(text, item.start + item.quote, item.end - item.quote)


def _in_tuple(text: str, node: ast.Tuple, places: _Places) -> Iterator[Listed]:
    """What a tuple lists; nothing may go if that could leave one item, and no comma after it."""
    found = find_in_items(text, places.items(node.elts), places.start(node))
    if len(node.elts) - len(found) > 1:
        yield from found
    else:
        yield from (replace(each, removed=each.replaced) for each in found)


def _installs(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _INSTALLING:
        return False
    words = [each.value for each in call.args if isinstance(each, ast.Constant)]
    return not call.func.attr.startswith("run") or "install" in words


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the nodes of a tree stand in its text."""

    text: str

    def start(self, node: ast.expr) -> int:
        return self._position(node.lineno, node.col_offset)

    def items(self, nodes: list[ast.expr]) -> list[Item]:
        """The items of a list; one that is no string in one piece only holds its place."""
        return [self.item(node) or Item(self.start(node), self._end(node), 0) for node in nodes]

    def item(self, node: ast.expr | None) -> Item | None:
        """A string that is written in one piece, without prefix and escapes."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return None
        start, end = self.start(node), self._end(node)
        written = self.text[start:end]
        quote = 3 if written.startswith(('"""', "'''")) else 1
        same = written[quote:-quote].replace("\r\n", "\n") == node.value
        return Item(start, end, quote) if same and written[0] in "\"'" else None

    def _end(self, node: ast.expr) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._position(node.end_lineno, node.end_col_offset)

    def _position(self, line: int, column: int) -> int:
        start = 1 if self.text.startswith("\ufeff") else 0
        for _ in range(line - 1):
            start = self.text.index("\n", start) + 1
        # The parser counts the bytes of UTF-8.
        end = self.text.find("\n", start)
        written = self.text[start : end if end >= 0 else None].encode(errors="surrogateescape")
        return start + len(written[:column].decode(errors="surrogateescape"))
