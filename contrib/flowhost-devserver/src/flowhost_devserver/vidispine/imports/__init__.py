"""Imports: placeholders, media for them, new items of media that is somewhere or is sent."""
