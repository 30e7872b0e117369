"""Shapes and shape tags; what is made of them: transcodes, thumbnails, exports."""
