"""Who may do what with an item.

The access entries of items, where each came from so that it can be withdrawn by that name, and the users and groups
that entries are about. How an effective permission is worked out is in `people`.
"""
