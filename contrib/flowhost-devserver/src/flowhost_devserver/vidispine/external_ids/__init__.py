"""What items, collections and libraries are called elsewhere, and the namespaces of such ids."""
