"""The archive: storages of the kind ``ARCHIVE`` that items are copied to and restored from.

`orders` checks what is asked and keeps it as a job, `archiving` and `restoring` do the work, `purging` removes online
copies, `archived` reads what is there. `making` is how a file comes to be in spite of processes that die.
"""
