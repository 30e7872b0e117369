"""Jobs that make something of media, or bring files elsewhere.

Transcodes, thumbnails, exports, another look into a file; copies and moves between storages. `orders` and `transfers`
check what is asked and keep it as a job; the other files do the work.
"""
