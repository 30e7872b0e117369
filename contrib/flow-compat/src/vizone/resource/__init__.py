"""Things on the server, by their ids."""
