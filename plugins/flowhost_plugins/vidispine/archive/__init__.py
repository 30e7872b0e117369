"""The archive: a resource of the role `flowhost.Archive`, or storages of the type ``ARCHIVE`` (native).

What is archived of a shape stands in the metadata of its first component (`records`, `noting`), so that every program
that reads the site can know it; the item has Portal's fields (`status`). `policies` tells which of the two a policy is of;
`framework` and `native` do the work of orders, with `places` to find files on this machine. `ordering` and `deleting` are
what is checked first; `methods` is the library's face.
"""
