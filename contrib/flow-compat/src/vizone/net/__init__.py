"""Beside HTTP: messages."""
