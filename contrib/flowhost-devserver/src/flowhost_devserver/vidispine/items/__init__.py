"""Items: reading one or many with what is asked for, and deleting."""
