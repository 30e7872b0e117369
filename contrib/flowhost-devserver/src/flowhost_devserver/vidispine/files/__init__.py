"""Storages and the files in them."""
