"""What a test does when the server it needs is not here: skip, but never quietly in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """End the running test, which needs something that is not here: skipped, but failed where ``CI=true``."""
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"CI must test this: {reason}", pytrace=False)
    pytest.skip(reason)
