"""Metadata of items and collections: values with their stamps, changed by documents, kept beside the catalogue.

The catalogue holds the values that are true all the time, so that search finds them and others may change them. Who set
which value when is kept here, and is brought in line with the catalogue whenever it has moved on.
"""
