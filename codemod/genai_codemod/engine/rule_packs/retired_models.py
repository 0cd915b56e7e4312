"""Models that are gone, or will be on a known day, and what takes their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from genai_codemod.engine.rule_packs.yaml_values import Value

RETIRED_MODELS = "retired_models.yaml"


@dataclass(frozen=True, slots=True)
class RetiredModel:
    """One model: the day of its shutdown or why none is known, its successor, and who says so.

    ``review`` is what a person must do when the successor takes its place.
    """

    name: str
    source: str
    date: date | None = None
    undated: str | None = None
    successor: str | None = None
    review: str | None = None

    @property
    def fate(self) -> str:
        """What happened to it, as half a sentence."""
        end = f" (shutdown: {self.date})" if self.date else ""
        successor = f"use {self.successor}" if self.successor else "it has no successor"
        return f"model {self.name} is retired{end}: {successor}"


def read_retired_models(document: Value) -> Mapping[str, RetiredModel]:
    """The table in a YAML file: a list of entries, each for one or several ``model`` names.

    A successor that is retired itself is replaced by its own successor, all the way.

    Raises:
        RuleFileError: an entry is wrong, or a model is its own successor in the end.
    """
    found: dict[str, RetiredModel] = {}
    places: dict[str, Value] = {}
    for entry in document.sequence():
        fields = entry.fields("the entry", _FIELDS, ("model", "source"))
        if ("date" in fields) == ("undated" in fields):
            raise entry.error("an entry needs either 'date' or 'undated', the reason why not")
        if "review" in fields and "successor" not in fields:
            raise fields["review"].error("'review' needs a 'successor'")
        source = fields["source"].word()
        if not source.startswith("https://"):
            raise fields["source"].error(f"'source' must be an https:// address, not {source!r}")
        given = fields["model"]
        for value in [given] if given.is_text() else given.sequence():
            name = value.word()
            if name in found:
                raise value.error(f"duplicate model {name!r} (first at {places[name].place})")
            places[name] = value
            found[name] = RetiredModel(
                name=name,
                source=source,
                date=fields["date"].date() if "date" in fields else None,
                undated=fields["undated"].text() if "undated" in fields else None,
                successor=fields["successor"].word() if "successor" in fields else None,
                review=fields["review"].text() if "review" in fields else None,
            )
    return {
        name: replace(model, successor=_last_successor(name, found, places[name]))
        for name, model in found.items()
    }


_FIELDS = ("model", "date", "undated", "successor", "source", "review")


def _last_successor(name: str, known: Mapping[str, RetiredModel], at: Value) -> str | None:
    seen = [name]
    while (model := known.get(seen[-1])) is not None:
        if model.successor is None:
            return None
        if model.successor in seen:
            raise at.error(f"model {name!r} is its own successor in the end")
        seen.append(model.successor)
    return seen[-1]
