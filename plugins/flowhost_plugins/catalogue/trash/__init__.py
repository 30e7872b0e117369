"""The end of items and files.

The recycle bin, deletion locks, and deleting for good, so that no file is forgotten.
"""
