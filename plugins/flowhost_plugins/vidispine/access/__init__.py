"""Who may do what with an item: its access entries, and whose they are."""
