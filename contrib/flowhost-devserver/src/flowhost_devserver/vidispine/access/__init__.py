"""Who may do what with items, collections and libraries.

`entries` keeps access entries: those of items in the catalogue, with what it has no place for beside it. `rights` works out
what holds for a user, by entries of the thing itself and of the collections and libraries it is in.
"""
