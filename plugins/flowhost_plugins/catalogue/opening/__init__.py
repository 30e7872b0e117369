"""How a catalogue is opened and closed.

Every part of it is made here (`parts`), told which job is whose work (`works`), and its chores begun
(`housekeeping`). This room knows all others; only the resource knows this one. From here on SQLAlchemy is imported.
"""
