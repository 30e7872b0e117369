"""Metadata of items and collections.

Fields and groups as one tree, and the ids other systems have for an item.
"""
