"""Collections: making, reading, renaming and deleting them, and what they hold: items, collections and libraries."""
