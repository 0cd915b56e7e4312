"""Functions that are written into migrated modules which need them."""
