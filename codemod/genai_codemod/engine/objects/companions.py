"""What the variables are called that stand beside model objects and chats."""

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

    def source_of(self, name: str) -> str:
        """The name of what the object called ``name`` was made of, where that is kept."""
        candidates = (f"{name}_model", f"{name}_source", f"{name}_model_")
        return next(each for each in candidates if each not in self.taken)
