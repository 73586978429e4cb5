"""Reads a sidecar in which nothing is wrong: all its points as one block, checked by numpy, and the rest by
hand.

One pydantic call per number and per record takes four times as long. What is not all right is left to the
records: they say what is wrong.
"""

from __future__ import annotations

import gc
import re
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.dataset import records
from labeler.dataset.reading import RecordError, finite
from labeler.document.model import NOTHING, Annotation, Extra, ImageInfo, Instance, Polygon, Role, rings_of

_FORMAT = "labeler.annotation"
_ID, _CLASS, _FILE = map(re.compile, (records.ID_PATTERN, records.CLASS_PATTERN, records.FILE_PATTERN))
_OF_INSTANCES = {role.value: role for role in (Role.INCLUDE, Role.EXCLUDE)}

_Rings = Iterator[NDArray[np.float64]]


class _Doubtful(Exception):  # noqa: N818 - the end of the short way, no error yet
    pass


def read_in_block(data: bytes) -> Annotation | None:
    """The annotation; None when anything is doubtful: read it with the records then."""
    try:
        content = records.from_json(data)
        lists = _points(content)
        points, counts = _block(lists, b"true" in data or b"false" in data)
        return _annotation(content, iter(rings_of(points, counts)))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return None
    except (struct.error, RecordError, _Doubtful):
        return None


def _points(content: Any) -> list[Any]:
    """Whatever is in the places of points: of the instances, of exclude and of ignore."""
    lists = [instance["polygons"] for instance in content.get("instances", ())]
    polygons = chain(*lists, content.get("exclude", ()), content.get("ignore", ()))
    return [polygon["points"] for polygon in polygons]


def _block(lists: list[Any], may_have_truths: bool) -> tuple[NDArray[np.float64], list[int]]:
    """The points as ``(n, 2)`` and how many each ring has; raises when any is no number to JSON."""
    flat = chain.from_iterable
    if not {list}.issuperset(map(type, lists)) or not {2}.issuperset(map(len, flat(lists))):
        raise _Doubtful
    numbers = list(flat(flat(lists)))
    if may_have_truths and bool in set(map(type, numbers)):  # they would be taken for 1 and 0
        raise _Doubtful
    # Unlike numpy this refuses texts, and with them texts and objects in the place of lists.
    packed = struct.pack(f"{len(numbers)}d", *numbers)
    return np.frombuffer(packed, np.float64).reshape(-1, 2), list(map(len, lists))


def _annotation(content: dict[str, Any], rings: _Rings) -> Annotation:
    if content["format"] != _FORMAT or type(content["version"]) is not int:
        raise _Doubtful
    found = content.get("instances", [])
    if content["version"] != records.VERSION or type(found) is not list:
        raise _Doubtful
    image = _image(content["image"])
    instances = tuple([_instance(one, rings) for one in found])
    if len({instance.id for instance in instances}) < len(instances):
        raise _Doubtful
    return Annotation(
        image,
        instances,
        _image_wide(content.get("exclude", []), Role.EXCLUDE, rings),
        _image_wide(content.get("ignore", []), Role.IGNORE, rings),
        _values(content.get("flags", NOTHING)),
        _unknown(content, "Annotation"),
    )


def _image(found: dict[str, Any]) -> ImageInfo:
    file, width, height = found["file"], found["width"], found["height"]
    for side in (width, height):
        if type(side) is not int or not 1 <= side <= records.LONGEST_SIDE_PX:
            raise _Doubtful
    if not _FILE.match(file):
        raise _Doubtful
    return ImageInfo(file, width, height, _unknown(found, "Image"))


def _instance(found: dict[str, Any], rings: _Rings) -> Instance:
    id, class_name, polygons = found["id"], found["class"], found["polygons"]
    source = found.get("source", "human")
    if not _ID.match(id) or not _CLASS.match(class_name):
        raise _Doubtful
    if type(source) is not str or type(polygons) is not list:
        raise _Doubtful
    return Instance(
        id,
        class_name,
        tuple([_polygon(one, _OF_INSTANCES[one["role"]], rings) for one in polygons]),
        source,
        _values(found.get("attributes", NOTHING)),
        _unknown(found, "Instance"),
    )


def _image_wide(found: list[dict[str, Any]], role: Role, rings: _Rings) -> tuple[Polygon, ...]:
    if type(found) is not list or any(one.get("role", role.value) != role.value for one in found):
        raise _Doubtful
    return tuple([_polygon(one, role, rings) for one in found])


def _polygon(found: dict[str, Any], role: Role, rings: _Rings) -> Polygon:
    return Polygon.of_ring(role, next(rings), _unknown(found, "Polygon"))


def _values(found: Extra) -> Extra:
    if found is NOTHING:
        return NOTHING
    if type(found) is not dict:
        raise _Doubtful
    return finite(found, "")


def _unknown(found: dict[str, Any], kind: str) -> Extra:
    """What other programs wrote."""
    known = _known(kind)
    if found.keys() <= known:
        return NOTHING
    return finite({key: value for key, value in found.items() if key not in known}, "")


@cache
def _known(kind: str) -> frozenset[str]:
    record: type[records.Record] = getattr(records, kind)
    return frozenset(record.keys)


# --- meanwhile ---------------------------------------------------------------------------------------------

_pause = threading.Lock()
_pausing = 0
_was_enabled = True


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
