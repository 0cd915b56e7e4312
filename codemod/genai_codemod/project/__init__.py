"""Which files to read, how they are migrated side by side, and how they are written."""
