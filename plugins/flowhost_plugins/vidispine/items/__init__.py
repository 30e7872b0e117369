"""Items: made, read, changed, deleted."""
