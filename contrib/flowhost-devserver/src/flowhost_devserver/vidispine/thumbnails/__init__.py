"""Thumbnails and posters: pictures of items, made by ffmpeg, which are no shapes."""
