"""Shape tags: the names of formats, and how ffmpeg makes them."""
