"""The commands of the `flowhost` program, one group a file."""
