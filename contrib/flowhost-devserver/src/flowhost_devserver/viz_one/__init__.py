"""A Viz One: Atom, VDF and STOMP on the catalogue."""
