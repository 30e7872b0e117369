"""Items with their metadata.

Making, reading and changing them, and giving them a shape with what its media tells.
"""
