"""This machine: files that are copied, and programs of others that are run.

A name never stands for half a file, and no program outlives its work. Nothing here knows of a catalogue.
"""
