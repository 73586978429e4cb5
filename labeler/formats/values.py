"""Attributes and flags on their way from and to other tools: any JSON, as far as a sidecar can hold it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from labeler.formats.report import Loss

_encode = json.JSONEncoder(allow_nan=False, ensure_ascii=False).encode


def storable(value: object) -> bool:
    """Whether a value is one that JSON has, in a text that UTF-8 has: no NaN, no half of a character."""
    try:
        return bool(_encode(value).encode())
    except (ValueError, TypeError, RecursionError):
        return False


class Losing(Protocol):
    """A page, or a reading: what notes what was lost."""

    def lose(self, loss: Loss, where: str) -> None: ...


def kept(values: Mapping[str, Any], losing: Losing, where: str) -> dict[str, Any]:
    """Those of the values that can be stored. That there were others is noted as a loss."""
    found = {key: value for key, value in values.items() if storable(key) and storable(value)}
    if len(found) < len(values):
        losing.lose(Loss.ATTRIBUTES, where)
    return found
