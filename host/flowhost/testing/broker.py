"""Fixtures for broker."""
