"""How fast a run is, beside tools that do comparable work: ``python -m benchmarks``."""
