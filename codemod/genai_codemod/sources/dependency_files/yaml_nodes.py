"""The nodes of YAML documents, with the keys that say what they are for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True)
class Keyed:
    """A list or a scalar at ``start`` to ``end`` of a text, below the nearest ``key`` around it.

    ``in_flow`` says that it is an item of a list in brackets.
    """

    key: str
    node: yaml.SequenceNode | yaml.ScalarNode
    in_flow: bool

    @property
    def start(self) -> int:
        return int(self.node.start_mark.index)

    @property
    def end(self) -> int:
        return int(self.node.end_mark.index)


def keyed_nodes(text: str) -> list[Keyed]:
    """The lists and scalars of all documents, in the order in which they stand in the text.

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    seen: set[int] = set()
    found = [
        keyed
        for document in yaml.compose_all(text, Loader=yaml.SafeLoader)
        for keyed in _below(document, "", seen, in_flow=False)
    ]
    return sorted(found, key=lambda keyed: (keyed.start, -keyed.end))


def _below(node: yaml.Node | None, key: str, seen: set[int], *, in_flow: bool) -> Iterator[Keyed]:
    # An alias leads to a node that has been seen, even to one around it.
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode | yaml.ScalarNode):
        yield Keyed(key, node, in_flow)
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _below(item, key, seen, in_flow=bool(node.flow_style))
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            text = name.value if isinstance(name, yaml.ScalarNode) else ""
            yield from _below(value, text, seen, in_flow=False)
