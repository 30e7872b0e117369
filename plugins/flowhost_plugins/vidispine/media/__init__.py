"""Shapes, files and storages, and the jobs that make, move and deliver them.

`shapes`, `files`, `components`, `storages` and `shape_tags` are what documents say in the words of the role;
`transcoding`, `exporting`, `transferring`, `importing` and `deleting` check what is asked and order it. `methods` is the
library's face.
"""
