"""Imports: replacing, merging, ordering and removing them."""
