"""What happens in Vidispine, as events: the source `vidispine-notifications`.

From the bottom: what can be asked for (`kinds`), an event out of what was told (`telling`), what is registered at the site
(`registering`), asking instead of being told (`polling`), the answers to what comes in (`receiving`), the life of it all
(`following`), the source with its options (`source`), and the commands (`commands`). The
library has what these need of it from `methods`; so nothing is imported here, as the source needs the library.
"""
