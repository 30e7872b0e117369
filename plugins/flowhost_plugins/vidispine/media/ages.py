"""Which of two things is older: sites give ids in order."""

from __future__ import annotations

from flowhost_plugins.vidispine.documents import id_number, is_id


def age(entity_id: str) -> tuple[int, str]:
    """What ids are sorted by, the oldest first: ``VX-9`` comes before ``VX-10``."""
    return (id_number(entity_id) if is_id(entity_id) else 0, entity_id)
