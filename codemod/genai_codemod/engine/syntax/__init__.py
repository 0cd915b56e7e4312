"""The syntax of a module: reading it, and where each node of it stands."""
