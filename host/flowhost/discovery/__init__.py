"""Which plugins are installed and what they provide; `flowhost.registry` is the way in."""
