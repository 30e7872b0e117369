"""The part of the old Python library for Viz One that Flow and its users call, on top of flowhost's."""
