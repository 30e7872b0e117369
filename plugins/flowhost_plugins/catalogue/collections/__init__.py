"""Collections: items and other collections, gathered in an order.

Making and changing them is in `gathering`, what they hold in `memberships`.
"""
