"""Attributes and flags on their way from and to other tools: any JSON, as far as a sidecar can hold it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_encode = json.JSONEncoder(allow_nan=False, ensure_ascii=False).encode


def storable(value: object) -> bool:
    """Whether a value is one that JSON has, in a text that UTF-8 has: no NaN, no half of a character."""
    try:
        return bool(_encode(value).encode())
    except (ValueError, TypeError, RecursionError):
        return False


def kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that can be stored; who has more has lost something to say so about."""
    return {key: value for key, value in values.items() if storable(key) and storable(value)}
