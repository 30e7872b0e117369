"""Storages: the catalogue's, with what only Vidispine knows of them."""
