"""Exports: files that are delivered to other places, and the names of such places."""
