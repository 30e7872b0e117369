"""What happens in Vidispine, as events: the source `vidispine-notifications`.

From the bottom: what can be asked for (`kinds`), an event out of what was told (`telling`, with the groups of its fields
from `groups`) under an id that a second try has, too (`repeats`, all of it in `hearing`), what is registered at the site
(`registering`), asking what happened (`polling`, `asking_more`, both by `in_order`) and handing on what was not told
(`looking`), how far that has come (`position`), the answers to what comes in (`receiving`), the life of it all
(`following`), the source with its options (`source`), and the commands (`commands`). The library has what these need of
it from `methods`; so nothing is imported here, as the source needs the library.
"""
