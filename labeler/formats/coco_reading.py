"""COCO instances read: polygons, runs compressed or not, crowds. `coco` says what the file's conventions are.

A list of polygons is a union, so they are the parts of one instance; runs become polygons with holes.
`iscrowd` 1 is an ignore region, for whatever category it is. Boxes alone and keypoints are left out, and said
so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from labeler.document.model import Annotation, Instance, Polygon, Role
from labeler.errors import LabelerError
from labeler.formats.building import (
    annotation_of,
    check_size,
    class_name,
    polygon_of,
    traced,
    traced_ignore,
)
from labeler.formats.reading import (
    FoundClass,
    FoundImage,
    Reading,
    Size,
    a_dict,
    a_list,
    a_text,
    files_below,
    malformed,
    read_json,
)
from labeler.formats.report import Loss
from labeler.formats.values import kept
from labeler.i18n import _
from labeler.raster.rle import runs_of
from labeler.raster.runs import Runs, union_of

Record = Mapping[str, Any]
#: Images and annotations are told apart by numbers, in some files by texts.
Id = int | str

#: What lies beside `instances_train2017.json` and says other things about the same annotations.
_BESIDE_INSTANCES = ("captions_", "image_info_", "panoptic_", "person_keypoints_", "stuff_")

#: No image has a longer side (px).
_LONGEST = 1e6


def read(source: Path, reading: Reading) -> Sequence[FoundImage]:
    """What one file says, or all such files in a folder do; a folder's other JSON files are passed by."""
    if not source.is_dir():
        return _File(source, _content(source), reading).images()
    found: list[FoundImage] = []
    paths = files_below(source, ".json")
    known = 0
    for path in _without_copies(paths):
        content = read_json(path)
        if _is_coco(content):
            known += 1
            found += _File(path, content, reading).images()
    if not known:
        raise LabelerError(
            _("{folder} has no COCO file: a JSON file with images and annotations.").format(folder=source)
        )
    return found


def _content(path: Path) -> Record:
    files_below(path, ".json")  # says so when there is none
    content = read_json(path)
    if not _is_coco(content):
        raise malformed(path, _("is no COCO file: it must have the lists images and annotations"))
    return a_dict(content, str(path))


def _is_coco(content: object) -> bool:
    return isinstance(content, dict) and all(
        isinstance(content.get(key), list) for key in ("images", "annotations")
    )


def _without_copies(paths: Sequence[Path]) -> list[Path]:
    """The files without those that say other things about the instances of one that is there too."""
    names = set(paths)

    def is_copy(path: Path) -> bool:
        starts = (start for start in _BESIDE_INSTANCES if path.name.startswith(start))
        return any(path.with_name(f"instances_{path.name.removeprefix(start)}") in names for start in starts)

    return [path for path in paths if not is_copy(path)]


class _File:
    """One file: its categories by id, and its annotations by image."""

    def __init__(self, path: Path, content: Record, reading: Reading) -> None:
        self._where = str(path)
        self._reading = reading
        self._images = content["images"]
        self._names = self._categories(a_list(content.get("categories", []), f"{path}, categories"))
        self._by_image: dict[Id, list[tuple[int, Record]]] = {}
        for number, record in enumerate(content["annotations"]):
            where = f"{path}, annotations[{number}]"
            owner = _id(a_dict(record, where).get("image_id"), f"{where}, image_id")
            self._by_image.setdefault(owner, []).append((number, record))

    def images(self) -> list[FoundImage]:
        found = []
        for number, image in enumerate(self._images):
            where = f"{self._where}, images[{number}]"
            id = _id(a_dict(image, where).get("id"), f"{where}, id")
            annotations = self._by_image.pop(id, [])
            name = a_text(image.get("file_name"), f"{where}, file_name")
            found.append(FoundImage(name, where, partial(self._annotation, annotations), _size(image)))
        # Images that the file does not list: they will not be found, and that is said.
        for id, annotations in self._by_image.items():
            where = f"{self._where}, annotations[{annotations[0][0]}]"
            found.append(FoundImage(f"image_id {id}", where, partial(self._annotation, annotations)))
        return found

    def _categories(self, records: Sequence[object]) -> dict[Id, str]:
        names = {}
        for number, value in enumerate(records):
            where = f"{self._where}, categories[{number}]"
            record = a_dict(value, where)
            id = _id(record.get("id"), f"{where}, id")
            names[id] = class_name(a_text(record.get("name"), f"{where}, name"), where)
            index = id if isinstance(id, int) else None
            self._reading.found_classes.append(FoundClass(names[id], index))
        return names

    def _annotation(self, annotations: Sequence[tuple[int, Record]], size: Size) -> Annotation:
        crowds = _Crowds()
        instances = []
        for number, record in annotations:
            where = f"{self._where}, annotations[{number}]"
            if _has_keypoints(record):
                self._reading.lose(Loss.NO_AREA, f"{where}, keypoints")
            segmentation = record.get("segmentation")
            if not segmentation:
                self._reading.lose(Loss.BOX if record.get("bbox") else Loss.NO_AREA, where)
            elif record.get("iscrowd") == 1:
                crowds.add(self._shape(segmentation, size, where))
            else:
                instances.append(self._instance(record, self._shape(segmentation, size, where), where))
        ignore = crowds.regions(size, self._reading.tolerance)
        return annotation_of(size, instances, ignore=ignore)

    def _shape(self, segmentation: object, size: Size, where: str) -> Runs | tuple[Polygon, ...]:
        where = f"{where}, segmentation"
        if isinstance(segmentation, list):
            polygons, left_out = _polygons(segmentation, where)
            for _ring in range(left_out):
                self._reading.lose(Loss.NO_AREA, where)
            return polygons
        return _runs(a_dict(segmentation, where), size, where)

    def _instance(self, record: Record, shape: Runs | tuple[Polygon, ...], where: str) -> Instance:
        attributes = a_dict(record.get("attributes") or {}, f"{where}, attributes")
        stored = kept(attributes, self._reading, where)
        polygons = traced(shape, self._reading.tolerance) if isinstance(shape, Runs) else shape
        return Instance("", self._name(record, where), polygons, attributes=stored)

    def _name(self, record: Record, where: str) -> str:
        if "category_id" not in record:
            return self._reading.default_class
        id = _id(record["category_id"], f"{where}, category_id")
        if id not in self._names:
            raise malformed(where, _("has a category that the file does not list"))
        return self._names[id]


@dataclass
class _Crowds:
    """The crowds of an image. Ours are written once for each category, and count once."""

    runs: list[Runs] = field(default_factory=list)
    polygons: dict[bytes, Polygon] = field(default_factory=dict)

    def add(self, shape: Runs | tuple[Polygon, ...]) -> None:
        if isinstance(shape, Runs):
            self.runs.append(shape)
        else:
            self.polygons |= {polygon.points.tobytes(): polygon for polygon in shape}

    def regions(self, size: Size, tolerance: float) -> tuple[Polygon, ...]:
        drawn = tuple(Polygon(Role.IGNORE, polygon.points) for polygon in self.polygons.values())
        return (*drawn, *traced_ignore(union_of(self.runs, *size), tolerance))


def _polygons(rings: Sequence[Any], where: str) -> tuple[tuple[Polygon, ...], int]:
    """Polygons of lists x, y, x, y …, and how many of them had no area."""
    if not isinstance(rings[0], list):
        rings = [rings]  # some leave the outer list out where there is one polygon
    flat = [a_list(ring, f"{where}[{number}]") for number, ring in enumerate(rings)]
    drawn = {number: ring for number, ring in enumerate(flat) if len(ring) >= 6}
    found = tuple(polygon_of(_pairs(ring), Role.INCLUDE, f"{where}[{n}]") for n, ring in drawn.items())
    return found, len(flat) - len(found)


def _pairs(ring: Sequence[Any]) -> list[Any]:
    """What cannot be shared out in pairs is left for others to refuse."""
    return list(zip(ring[::2], ring[1::2])) if len(ring) % 2 == 0 else list(ring)


def _runs(segmentation: Record, size: Size, where: str) -> Runs:
    counts, stated = segmentation.get("counts"), segmentation.get("size")
    if isinstance(stated, list) and len(stated) == 2:
        check_size((stated[1], stated[0]), size, where)
    if not isinstance(counts, str | list):
        raise malformed(where, _("has no counts"))
    try:
        return runs_of(counts, stated if isinstance(stated, list) else [])
    except ValueError as error:
        raise malformed(where, _("cannot be read: {problem}").format(problem=error)) from error


def _has_keypoints(record: Record) -> bool:
    keypoints = record.get("keypoints")
    return isinstance(keypoints, list) and bool(np.any([value not in (0, None) for value in keypoints]))


def _size(image: Record) -> Size | None:
    """Width and height, if the file says them."""
    sides = [image.get(key) for key in ("width", "height")]
    found = [int(side) for side in sides if isinstance(side, int | float) and 0 < side < _LONGEST]
    return (found[0], found[1]) if len(found) == 2 else None


def _id(value: object, where: str) -> Id:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise malformed(where, _("must be a number or a text"))
    return value
