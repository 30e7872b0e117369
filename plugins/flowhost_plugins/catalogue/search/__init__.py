"""Searching: from a query to the items it holds for.

`candidates` chooses which items are looked at, `conditions` asks each; `sorting` is their order, `evaluation` says
why an item is found or not; `saved` keeps searches. The language is in `query`, what is searched in `index`.
"""
