"""What is in a media file.

The programs of ffmpeg, their words, and what these tell of pictures and sound; MIME types by name. Nothing here knows
the database.
"""
