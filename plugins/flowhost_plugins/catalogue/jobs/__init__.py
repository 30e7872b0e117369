"""What all jobs share.

Their rows, the threads that run them, progress and cancelling, how one begins, pauses and ends, and how it writes a
file (`writing`). What a kind of job does is in the room of its topic: `imports`, `processing`, `archive`.
"""
