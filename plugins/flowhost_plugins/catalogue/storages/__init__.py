"""Storages and the files in them.

Which storage has room and which name is free (`planning`), and what is new, changed or gone in a folder (`scanning`).
"""
