"""Searching: queries as Vidispine's ItemSearchDocument, and what the site finds with them.

`criteria` are the parts of such a document, `translating` makes them of a query of flowhost, `portal` makes a query of
a criteria document of Cantemo Portal, `reading` tells which of the three languages a text is in; `methods` is the face.
"""
