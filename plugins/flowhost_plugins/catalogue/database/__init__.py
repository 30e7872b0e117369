"""The database under everything.

Who has a catalogue open, the tables, transactions with their log of changes and marks, ids and revisions. It knows
tables, not what is done with them. Connections, and the making of the tables, are `flowhost.SqlDatabase`'s. A new table
begins here, in one of the ``schema`` files, and with a migration.
"""
