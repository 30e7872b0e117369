"""Storage rules: where files of items, collections, libraries and shape tags shall be.

They are kept, given back and worked out for shapes. Nothing here moves a file because of one.
"""
