"""Libraries that came with the old package."""
