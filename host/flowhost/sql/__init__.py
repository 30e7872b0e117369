"""One face to SQL: a database that belongs to a part, in an SQLite file or on a PostgreSQL server.

SQLAlchemy is imported when a database is opened, Alembic when its tables have to be made or changed.
"""

from flowhost.sql.database import SqlDatabase

__all__ = ["SqlDatabase"]
