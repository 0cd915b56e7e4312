"""What the configurations that stand beside model objects are called."""

from __future__ import annotations


class CompanionNames:
    """The names of the configurations that stand beside split objects, the same everywhere."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self._names: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The name of the configuration that stands beside the object called ``name``."""
        if name not in self._names:
            taken = self.taken | set(self._names.values())
            candidates = (f"{name}_config", f"{name}_generate_config", f"{name}_config_")
            self._names[name] = next(c for c in candidates if c not in taken)
        return self._names[name]
