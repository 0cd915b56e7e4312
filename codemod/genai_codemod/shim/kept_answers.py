"""What the canned server keeps of one run: lists of it, and what is gone again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .wire import JsonObject, Request, Response, error

MOMENT = "2024-01-01T00:00:00Z"
MODELS = ("gemini-fake-1", "embedding-fake-1")


@dataclass
class Kept:
    """The resources of one run by name."""

    items: dict[str, JsonObject] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    def new_name(self, base: str) -> str:
        """A name that nothing has had in this run."""
        name, number = base, 1
        while name in self.items or name in self.deleted:
            number += 1
            name = f"{base}-{number}"
        return name

    def missing(self, request: Request) -> Response | None:
        """The error for something that the program has deleted."""
        if request.path in self.deleted:
            return error(404, f"{request.path} was not found")
        return None


KeptHandler = Callable[[Kept, Request, JsonObject], Response]


def _list(kept: Kept, request: Request, _: JsonObject) -> Response:
    """All that lies directly under a path such as ``files``."""
    key = request.path.rpartition("/")[2]
    within = re.escape(request.path) + "/[^/]+"
    found = [item for name, item in kept.items.items() if re.fullmatch(within, name)]
    return Response(({key: found} if found else {},))


def _delete(kept: Kept, request: Request, _: JsonObject) -> Response:
    if (missing := kept.missing(request)) is not None:
        return missing
    kept.deleted.add(request.path)
    kept.items.pop(request.path, None)
    return Response(({},))


KEPT_ROUTES: tuple[tuple[str, KeptHandler], ...] = (
    (r"GET (?:files|tunedModels|tunedModels/[^/:]+/permissions)", _list),
    (r"GET (?:projects/[^/]+/locations/[^/]+/)?(?:cachedContents|tuningJobs)", _list),
    (r"GET fileSearchStores(?:/[^/:]+/documents)?", _list),
    (r"DELETE (?:files|(?:.+/)?cachedContents|tunedModels)/.+", _delete),
    (r"DELETE (?:batches|fileSearchStores|interactions)/.+", _delete),
)
