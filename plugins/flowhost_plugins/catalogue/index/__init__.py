"""The index of search, kept with every change of an item.

Its fields by number, the keys and words of its values, full text on both engines. What asks it is in `search`.
"""
