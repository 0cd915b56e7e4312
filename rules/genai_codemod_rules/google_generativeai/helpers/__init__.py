"""Functions to write into migrated modules, where a value is known at run time only."""
