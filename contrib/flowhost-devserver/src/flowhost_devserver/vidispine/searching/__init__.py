"""Searching, as Vidispine does: from an ItemSearchDocument to items, collections, shapes and files.

`reading` makes `criteria` of the document. `relaxing` turns these into a query of the catalogue that finds all that
they hold for, and perhaps more; `matching` then asks each by its `facts`. `walking` goes through what is found in its
order, `counting` makes facets of it, `answering` the documents.
"""
