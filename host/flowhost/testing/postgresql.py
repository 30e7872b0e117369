"""Fixtures for postgresql."""
