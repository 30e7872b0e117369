"""What has changed, and who wants to know.

Reading the log that every transaction writes, the consumers with their positions, the thread that calls listeners,
the names of notifications, and the source `catalogue-changes`.
"""
