"""Metadata of items and collections.

Vidispine's document as a tree and as flat fields, and what to write in order to change it.
"""
