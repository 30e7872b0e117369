"""The recycle bin, as Portal keeps it: the item field ``portal_deleted`` says since when an item is there.

`putting` fills it, `graces` notes what stays there for another time than is usual, `purging` empties it where Portal
does not, `locks` knows what must not be deleted.
"""
