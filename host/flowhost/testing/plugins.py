"""Fixtures for plugins."""
