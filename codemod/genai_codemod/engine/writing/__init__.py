"""Carries a plan out: edits, insertions, names and layout."""
