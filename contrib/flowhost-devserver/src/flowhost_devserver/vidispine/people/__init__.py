"""Users, groups and roles, and the tokens that users come in with instead of a password."""
