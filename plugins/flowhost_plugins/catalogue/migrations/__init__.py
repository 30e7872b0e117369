"""The tables in all their versions, for Alembic: the number of a file in `versions` is the version it makes."""
