"""Libraries: items that a search found or somebody put together; some refresh themselves.

`records` keeps them; `refreshing` runs their searches; `pages` and `settings` serve them.
"""
