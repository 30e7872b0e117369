"""Fixtures for clock."""
