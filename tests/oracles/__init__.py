"""Our exports read by other programs' own readers, in an environment of their own (`./dev oracles`)."""

from __future__ import annotations

import os

import pytest


def require_oracles() -> None:
    """Skip the module that says so when no environment was made: with one line, not one a test."""
    if not os.environ.get("LABELER_ORACLES"):
        reason = "LABELER_ORACLES names no Python: ./dev oracles makes one and runs these tests"
        pytest.skip(reason, allow_module_level=True)
