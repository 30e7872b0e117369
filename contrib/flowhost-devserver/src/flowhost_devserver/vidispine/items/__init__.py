"""Items: reading one or many with what is asked for, deleting, external ids."""
