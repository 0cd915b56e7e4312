"""Templates of functions that are written into migrated modules."""
