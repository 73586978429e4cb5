"""Imports of what a test says: a format without files, and short words for what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labeler.dataset.dataset import Dataset
from labeler.errors import LabelerError
from labeler.formats.base import Format
from labeler.formats.building import annotation_of
from labeler.formats.reading import FoundClass, FoundImage, Reading
from labeler.importing import import_labels
from tests.builders import instance_of, square


class Told(Format):
    """A format that says what the test tells it to."""

    id = "told"
    reads = True

    def __init__(self, *found: FoundImage, classes: Sequence[FoundClass] = ()) -> None:
        self._found = found
        self._classes = classes

    def read(self, source: Path, reading: Reading) -> list[FoundImage]:
        reading.found_classes += self._classes
        return list(self._found)


def found(image: str, *instances, size=None, **rest) -> FoundImage:
    return FoundImage(image, image, lambda size: annotation_of(size, instances, **rest), size)


def broken(image: str) -> FoundImage:
    def read(size):
        raise LabelerError(f"{image} is in pieces.")

    return FoundImage(image, image, read)


COIN = instance_of(square(), class_name="coin")
DOT = instance_of(square(50, 50, 10), class_name="dot")


def taken(photos, format, options=None, **how):
    return import_labels(photos, format, Dataset.open(photos), options or {}, **how)


def labels_of(photos, name):
    return Dataset.open(photos).load(name)
