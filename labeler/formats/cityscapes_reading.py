"""Cityscapes' polygons as annotations, and its masks of instances where there are none.

Points of the dataset's own polygons end at the last pixel, as its label tool lets nobody go farther: a
polygon that is to reach the border of the image ends one pixel before. Points there are taken to the border,
unless the file is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np

from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.formats.base import Option, chosen
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
    Images,
    Reading,
    Size,
    a_dict,
    a_list,
    a_number,
    a_text,
    files_below,
    malformed,
    read_json,
)
from labeler.formats.report import Loss
from labeler.formats.value_reading import label_map_of
from labeler.i18n import N_, _
from labeler.raster.labelmaps import Kind
from labeler.raster.runs import rasterize, union_of

FROM_MASKS = Option(
    "from-masks",
    N_("Masks before polygons"),
    N_("Read masks of instances also where there are polygons: the pixels that programs are trained on."),
    default=False,
)

NO_CITY = "default"
IGNORE = 255
#: What is larger than this is a number of an instance: class × 1000 + its number.
PER_CLASS = 1000
GROUP = "group"

#: The names of Cityscapes' classes by their ids.
OFFICIAL = (
    *("unlabeled", "ego vehicle", "rectification border", "out of roi", "static", "dynamic", "ground"),
    *("road", "sidewalk", "parking", "rail track", "building", "wall", "fence", "guard rail", "bridge"),
    *("tunnel", "pole", "polegroup", "traffic light", "traffic sign", "vegetation", "terrain", "sky"),
    *("person", "rider", "car", "truck", "bus", "caravan", "trailer", "train", "motorcycle", "bicycle"),
)
#: Ids of what is told apart one by one: where such an id stands alone it is a group.
_THINGS = range(OFFICIAL.index("person"), len(OFFICIAL))

_POLYGONS = re.compile(r"(.+?)(_gt[A-Za-z]+)?_polygons\.json")
_INSTANCES = re.compile(r"(.+?)(_gt[A-Za-z]+)?_instanceIds\.png")
_SUFFIX = "_leftImg8bit.png"


def read(source: Path, reading: Reading) -> Sequence[FoundImage]:
    """The images of a dataset, a part of it, or one file. Raises LabelerError."""
    labels = _labels_below(source)
    reading.found_classes += [
        FoundClass(name, labels.index(name), labels.colours[name]) for name in labels.ids
    ]
    by_masks = bool(chosen(reading.options, FROM_MASKS))
    found: dict[tuple[str, ...], FoundImage] = {}
    for path in files_below(source, ".json", ".png"):
        document, mask = _POLYGONS.fullmatch(path.name), _INSTANCES.fullmatch(path.name)
        if match := document or mask:
            kind = _Polygons if document else _Numbers
            # The same image in gtCoarse and gtFine is in this order: the finer takes the place of the other.
            folders = (part for part in path.relative_to(source.parent).parts[:-1] if part[:2] != "gt")
            key = (*folders, match[1])
            if bool(mask) == by_masks or key not in found:
                name = _image_name(path.parent.name, match[1], reading.images)
                found[key] = FoundImage(name, str(path), kind(path, labels, reading).read)
    if not found:
        raise malformed(source, _("has no file whose name ends with _polygons.json or _instanceIds.png"))
    return list(found.values())


def _image_name(city: str, stem: str, images: Images) -> str:
    """What the image of these files is called: as an export of ours has it, or as Cityscapes has."""
    ours = unquote(stem) if city == NO_CITY else f"{unquote(city)}/{unquote(stem)}"
    for name in (images.of_stem(ours), f"{city}/{stem}{_SUFFIX}"):
        if images.match(name):
            return name
    return ours


# --- classes -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Labels:
    """The classes that a dataset lists, by name; without a list the ids are Cityscapes' own."""

    ids: Mapping[str, int]
    colours: Mapping[str, str | None]

    @cached_property
    def _names(self) -> dict[int, str]:
        return {id: name for name, id in self.ids.items()} or dict(enumerate(OFFICIAL))

    def index(self, name: str) -> int | None:
        """The id of a class, where it can be an index of ours."""
        id = self.ids.get(name) or (OFFICIAL.index(name) if name in OFFICIAL and not self.ids else 0)
        return id if 0 < id < IGNORE else None

    def name(self, id: int, reading: Reading) -> str:
        return self._names.get(id) or reading.name_of(id)

    def is_group(self, value: int) -> bool:
        """Whether a number that stands alone is of things that nobody told apart."""
        return not self.ids and value in _THINGS

    def is_group_label(self, label: str, reading: Reading) -> bool:
        known = {*self.ids, *OFFICIAL, *(entry.name for entry in reading.classes)}
        return label.endswith(GROUP) and label not in known and label.removesuffix(GROUP) in known


def _labels_below(source: Path) -> _Labels:
    """The list in the first ``labels.json``. Raises LabelerError when it is none."""
    ids: dict[str, int] = {}
    colours: dict[str, str | None] = {}
    paths = (path for path in files_below(source, "labels.json") if path.name == "labels.json")
    for path in islice(paths, 1):
        for record in a_list(read_json(path), str(path)):
            entry = a_dict(record, str(path))
            name, id = class_name(entry.get("name", ""), str(path)), a_number(entry.get("id"), str(path))
            if 0 < id < IGNORE:
                ids[name], colours[name] = int(id), _colour(entry.get("color"))
    return _Labels(ids, colours)


def _colour(value: object) -> str | None:
    """Red, green and blue as "#rrggbb"."""
    if not isinstance(value, list) or len(value) != 3 or not all(type(part) is int for part in value):
        return None
    return "#{:02x}{:02x}{:02x}".format(*value) if all(0 <= part < 256 for part in value) else None


# --- polygons ----------------------------------------------------------------------------------------------


@dataclass
class _Thing:
    """What becomes an instance, or where it is a group an ignore region."""

    label: str
    is_group: bool
    polygons: list[Polygon] = field(default_factory=list)


@dataclass(frozen=True)
class _Polygons:
    path: Path
    labels: _Labels
    reading: Reading

    def read(self, size: Size) -> Annotation:
        where = str(self.path)
        document = a_dict(read_json(self.path), where)
        sides = [int(a_number(document.get(side), where)) for side in ("imgWidth", "imgHeight")]
        check_size((sides[0], sides[1]), size, where)
        things: dict[object, _Thing] = {}
        ignore: list[Polygon] = []
        for number, entry in enumerate(a_list(document.get("objects"), where)):
            record = a_dict(entry, where)
            if record.get("deleted"):
                continue
            if len(a_list(record.get("polygon"), where)) < 3:
                self.reading.lose(Loss.NO_AREA, where)
            elif record.get("ignore") is True:
                ignore.append(polygon_of(record["polygon"], Role.IGNORE, where))
            else:
                self._add(record, number, things, size)
        ignore += self._groups(list(things.values()), size)
        instances = [
            Instance("", thing.label, tuple(thing.polygons))
            for thing in things.values()
            if not thing.is_group
        ]
        return annotation_of(size, instances, ignore=ignore)

    def _add(self, record: Mapping[str, Any], number: int, things: dict[object, _Thing], size: Size) -> None:
        where = str(self.path)
        label = class_name(a_text(record.get("label"), where), where)
        polygon = polygon_of(record["polygon"], Role.INCLUDE, where)
        is_group = self.labels.is_group_label(label, self.reading)
        if "instance" in record:
            key: object = label, a_text(record["instance"], where)
        else:
            key, polygon = number, _to_border(polygon, size)
        things.setdefault(key, _Thing(label, is_group)).polygons.append(polygon)
        if not is_group and (index := self.labels.index(label)):
            self.reading.found_classes.append(FoundClass(label, index, self.labels.colours.get(label)))

    def _groups(self, things: Sequence[_Thing], size: Size) -> Iterator[Polygon]:
        """Groups as ignore regions, without what was painted over them."""
        if not any(thing.is_group for thing in things):
            return
        instances = tuple(Instance(str(n), t.label, tuple(t.polygons)) for n, t in enumerate(things))
        masks = rasterize(Annotation(ImageInfo("", *size), instances)).instances
        covered = union_of((), *size)
        for thing, runs in zip(reversed(things), reversed(masks)):
            if not thing.is_group:
                covered = union_of((covered, runs), *size)
                continue
            seen = runs.without(covered)
            if seen.area == runs.area:
                yield from (Polygon(Role.IGNORE, polygon.points) for polygon in thing.polygons)
            else:
                yield from traced_ignore(seen, self.reading.tolerance)


def _to_border(polygon: Polygon, size: Size) -> Polygon:
    """With points of the last column and the last row of pixels on the border of the image."""
    sides = np.array(size, dtype=np.float64)
    return Polygon(
        polygon.role, np.where(polygon.points >= sides - 1, np.maximum(polygon.points, sides), polygon.points)
    )


# --- masks -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Numbers:
    path: Path
    labels: _Labels
    reading: Reading

    def read(self, size: Size) -> Annotation:
        where = str(self.path)
        label_map = label_map_of(self.path, size)
        if label_map.kind is Kind.COLOUR:
            raise malformed(where, _("has colours, not the numbers of instances"))
        instances, ignored = [], []
        for value, runs in label_map.runs():
            id = value // PER_CLASS if value >= PER_CLASS else value
            if value == IGNORE or self.labels.is_group(value):
                ignored.append(runs)
                continue
            name = self.labels.name(id, self.reading)
            if index := self.labels.index(name):
                self.reading.found_classes.append(FoundClass(name, index, self.labels.colours.get(name)))
            instances.append(Instance("", name, traced(runs, self.reading.tolerance)))
        ignore = traced_ignore(union_of(ignored, *size), self.reading.tolerance)
        return annotation_of(size, instances, ignore=ignore)
