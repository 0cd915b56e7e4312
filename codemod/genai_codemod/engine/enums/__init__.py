"""Values that were integers and are named members now."""
