"""The catalogue of metadata fields and groups: what may be set, and which values it may have."""
