"""The query language.

Queries as a tree, reading and printing them, and how values are compared. Pure: a query can be made and read without
a database. What becomes of one is in `search`.
"""
