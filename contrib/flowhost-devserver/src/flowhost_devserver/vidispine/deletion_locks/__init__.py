"""What keeps items from being deleted: locks, at the item and by themselves, and the pairs kept with them."""
