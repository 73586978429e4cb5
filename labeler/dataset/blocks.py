"""Reads a sidecar in which nothing is wrong: all its points as one block, checked by numpy.

One pydantic call per number takes three times as long. What is not all right is left to the records: they say
what is wrong.
"""

from __future__ import annotations

import gc
import threading
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.dataset import records
from labeler.document.model import rings_of

#: Stands in the record for points that are in the block.
_TAKEN = [(0.0, 0.0)] * 3

_pause = threading.Lock()
_pausing = 0
_was_enabled = True


def read_in_block(data: bytes) -> tuple[records.Annotation, list[NDArray[np.float64]]] | None:
    """The record, and the points of every polygon of instances, exclude and ignore in this order.

    None when anything is doubtful: read it with the records then.
    """
    try:
        content = records.from_json(data)
        rings = _take_points(content)
        if b"true" in data or b"false" in data:  # an array would take them for 1 and 0
            _check_no_truths(rings)
        points, counts = _block(rings)
        return records.Annotation.model_validate(content), rings_of(points, counts)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None


def _take_points(content: Any) -> list[Any]:
    """Whatever is in the places of points, which then hold three pairs of numbers."""
    lists = [instance["polygons"] for instance in content.get("instances", ())]
    taken = []
    for polygon in chain(*lists, content.get("exclude", ()), content.get("ignore", ())):
        taken.append(polygon["points"])
        polygon["points"] = _TAKEN
    return taken


def _block(rings: list[Any]) -> tuple[NDArray[np.float64], list[int]]:
    """The points as ``(n, 2)`` and how many each ring has; raises when any is no number to JSON."""
    flat = chain.from_iterable
    if not {2}.issuperset(map(len, flat(rings))):
        raise TypeError("not pairs")
    # Unlike numpy an array refuses texts, and with them texts and objects in the place of lists.
    numbers = np.frombuffer(array("d", flat(flat(rings))), np.float64)
    return numbers.reshape(-1, 2), list(map(len, rings))


def _check_no_truths(rings: list[Any]) -> None:
    flat = chain.from_iterable
    if bool in set(map(type, flat(flat(rings)))):
        raise TypeError("not numbers")


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """While much is made and nothing let go: looking through all of it again and again doubles the time."""
    global _pausing, _was_enabled
    with _pause:
        if not _pausing:
            _was_enabled = gc.isenabled()
        _pausing += 1
        gc.disable()
    try:
        yield
    finally:
        with _pause:
            _pausing -= 1
            if not _pausing and _was_enabled:
                gc.enable()
