"""Shapes, the renditions of items.

Their rows and components, their copies, of which the last one stays, and the shape tags, which say how one is made.
"""
