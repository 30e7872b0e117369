"""Orders: work of our own that takes longer than a call, and that a site has no job for.

An order is a note in the store; `keeping` reads and writes them. The threads of `carrying_out` do the work; what a
process left undone when it ended is taken up when a daemon begins. To callers an order is a job whose id begins with
``flowhost-``.
"""
