"""How media gets in.

`orders` checks what is asked and keeps it as a job; `importing` copies, verifies, names and gives the file to its
item, whatever dies meanwhile.
"""
