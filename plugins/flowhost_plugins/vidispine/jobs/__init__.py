"""Jobs: those of the site and orders of our own.

`reading` is what a job document says, `starting` starts a job once for each key, `finding` finds them again, `stopping`
asks them to end.
"""
