"""Pascal VOC's masks as annotations: objects from one, their classes from another, and names from the XML.

A mask of objects and one of classes are read together. What an object is, the class mask says by its index
or colour, or else the XML, whose n-th object is number n. Pixels of a class that are of no object are an
instance for each class, and so is everything where there is no mask of objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from labeler import files
from labeler.document.model import Annotation, Instance
from labeler.formats.building import annotation_of, check_size, class_name, traced, traced_ignore
from labeler.formats.reading import FoundClass, FoundImage, Reading, Size, files_below, malformed, read_xml
from labeler.formats.report import Loss
from labeler.formats.value_reading import label_map_of
from labeler.formats.voc_classes import INDEX_OF, VOID, ClassList, class_list
from labeler.formats.xml_values import value_of
from labeler.i18n import _
from labeler.raster.labelmaps import Kind, LabelMap, runs_by_value
from labeler.raster.masks import IGNORE, IGNORE_ID
from labeler.raster.runs import Runs, union_of

CLASSES, OBJECTS, BOXES = "SegmentationClass", "SegmentationObject", "Annotations"
_FOLDERS = {CLASSES: ".png", OBJECTS: ".png", BOXES: ".xml"}
#: What VOC asks of every object; ours to say when an attribute of the instance is called so.
MARKS = ("truncated", "occluded", "difficult")
#: Behind the class in a number that says object and class: as many as there are colours.
_CLASS_BITS = 24
#: Where a PNG says what its pixels are: colours, without or with alpha.
_COLOUR_TYPE, _COLOURS = 25, (b"\2", b"\6")


def read(source: Path, reading: Reading) -> Sequence[FoundImage]:
    """The images of a VOC folder, of several, or of one folder or file in it. Raises LabelerError."""
    base = source.parent if source.is_file() else source
    base = base.parent if base.name in _FOLDERS else base
    images: dict[tuple[Path, str], dict[str, Path]] = {}
    for path in files_below(source, ".png", ".xml"):
        parts = path.relative_to(base).parts
        at = next((n for n, part in enumerate(parts[:-1]) if part in _FOLDERS), None)
        if at is not None and path.suffix.lower() == _FOLDERS[parts[at]]:
            stem = "/".join((*parts[at + 1 : -1], path.stem))
            images.setdefault((base.joinpath(*parts[:at]), stem), {})[parts[at]] = path
    if not images:
        problem = _("has no SegmentationClass, SegmentationObject or Annotations folder with anything in it")
        raise malformed(source, problem)
    lists = {root: class_list(root) for root in dict.fromkeys(root for root, _stem in images)}
    for found in lists.values():
        reading.found_classes += found.found()
    return [
        _Image(some, lists[root], reading).found(reading.images.of_stem(stem))
        for (root, stem), some in images.items()
    ]


@dataclass(frozen=True)
class _Object:
    """What the XML says of one thing."""

    name: str
    attributes: dict[str, object]


@dataclass(frozen=True)
class _Image:
    """The files of one image by the folder they lie in, and what the lists say of classes."""

    files: Mapping[str, Path]
    lists: ClassList
    reading: Reading

    def found(self, name: str) -> FoundImage:
        return FoundImage(name, self._where, self.read)

    @property
    def _where(self) -> str:
        return str(next(self.files[folder] for folder in (OBJECTS, CLASSES, BOXES) if folder in self.files))

    def read(self, size: Size) -> Annotation:
        objects = _objects(self.files[BOXES], size) if BOXES in self.files else []
        classes, numbers = self._labels(CLASSES, size), self._labels(OBJECTS, size)
        if classes is None and numbers is None:
            for _one in objects:
                self.reading.lose(Loss.BOX, self._where)
            return annotation_of(size)
        things, ignored = self._things(classes, numbers)
        instances = [
            self._instance(pieces, classes, objects[number - 1] if 0 < number <= len(objects) else None, size)
            for (number, _rest), pieces in sorted(things.items(), key=lambda item: item[0])
        ]
        if numbers:
            seen = {number for number, _rest in things}
            for _unseen in set(range(1, len(objects) + 1)) - seen:
                self.reading.lose(Loss.BOX, self._where)
        ignore = traced_ignore(union_of(ignored, *size), self.reading.tolerance)
        return annotation_of(size, instances, ignore=ignore)

    def _instance(
        self, pieces: Mapping[int, Runs], classes: LabelMap | None, thing: _Object | None, size: Size
    ) -> Instance:
        """What most of the pieces are, by the value of their class; ``thing`` is the XML's object."""
        value = max(filter(None, pieces), key=lambda value: pieces[value].area, default=0)
        name = self._class(classes, value, thing)
        attributes = thing.attributes if thing and thing.name == name else {}
        polygons = traced(union_of(pieces.values(), *size), self.reading.tolerance)
        return Instance("", name, polygons, attributes=attributes)

    def _labels(self, folder: str, size: Size) -> LabelMap | None:
        path = self.files.get(folder)
        if path is None:
            return None
        labels = label_map_of(path, size)
        if labels.bits > _CLASS_BITS:
            raise malformed(str(path), _("has numbers of more bits than masks of this kind have"))
        if folder == CLASSES and labels.kind is Kind.GREY and _is_in_colour(path):
            # All of them happen to be grey, such as VOC's of cars.
            colours = labels.values.astype(np.int32) * 0x010101
            known = {0, VOID, *self.lists.by_colour}
            if known.issuperset(np.unique(colours).tolist()):
                return LabelMap(colours, Kind.COLOUR, _CLASS_BITS)
        return labels

    def _things(
        self, classes: LabelMap | None, numbers: LabelMap | None
    ) -> tuple[dict[tuple[int, int], dict[int, Runs]], list[Runs]]:
        """The masks of each thing by the value of their class, and what is to be ignored.

        Things go by their number, or where they have none by 0 and their class; a number that is a colour
        becomes VOC's index of it, or one that has no object.
        """
        some = classes or numbers
        assert some is not None
        both = np.zeros(some.values.shape, dtype=np.int64)
        if numbers:
            both += numbers.values.astype(np.int64) << _CLASS_BITS
        if classes:
            both += classes.values
        things: dict[tuple[int, int], dict[int, Runs]] = {}
        ignored = []
        for count, (value, runs) in enumerate(runs_by_value(both)):
            if count > IGNORE_ID:
                raise malformed(self._where, _("has too many values: it is a picture, and no mask"))
            number, index = divmod(value, 1 << _CLASS_BITS)
            if (numbers and number == _void(numbers)) or (classes and index == _void(classes)):
                ignored.append(runs)
                continue
            if numbers and numbers.kind is Kind.COLOUR and number:
                number = INDEX_OF.get(number, IGNORE_ID + number)
            things.setdefault((number, 0 if number else index), {})[index] = runs
        return things, ignored

    def _class(self, classes: LabelMap | None, value: int, thing: _Object | None) -> str:
        """The name of a class that has this value, or 0; new ones are listed with their index and colour."""
        if not classes or not value:
            return thing.name if thing else self.reading.default_class
        color = classes.color(value)
        in_colour = classes.kind is Kind.COLOUR
        index = INDEX_OF.get(value, 0) if in_colour else value
        by_index = self.lists.by_index.get(index)
        by_colour = self.lists.by_colour.get(int(color[1:], 16)) if color else None
        name = (by_colour or by_index) if in_colour else (by_index or by_colour)
        name = name or (thing.name if thing else "") or (self.reading.name_of(index) if index else str(color))
        is_index = 0 < index < IGNORE and not (in_colour and by_colour)
        self.reading.found_classes.append(FoundClass(name, index if is_index else None, color))
        return name


def _is_in_colour(path: Path) -> bool:
    return files.read(path)[_COLOUR_TYPE:][:1] in _COLOURS


def _void(labels: LabelMap) -> int:
    if labels.kind is Kind.COLOUR:
        return VOID
    return IGNORE_ID if labels.bits == 16 else IGNORE


def _objects(path: Path, size: Size) -> list[_Object]:
    """The objects of an XML file, in its order; raises LabelerError."""
    root = read_xml(path)
    where = str(path)
    if root.tag != "annotation":
        raise malformed(where, _("is no XML of Pascal VOC: its outermost element must be annotation"))
    sides = [(root.findtext(f"size/{side}") or "").strip() for side in ("width", "height")]
    # Some write 0 where they do not know.
    if all(side.isascii() and side.isdigit() and len(side) < 10 and int(side) for side in sides):
        check_size((int(sides[0]), int(sides[1])), size, where)
    return [
        _Object(class_name(one.findtext("name") or "", where), _attributes(one))
        for one in root.iterfind("object")
    ]


def _attributes(thing: ET.Element) -> dict[str, object]:
    """VOC's marks that are set, and the attributes that CVAT and Datumaro write."""
    found: dict[str, object] = {
        name: value_of(attribute.findtext("value") or "")
        for attribute in thing.iterfind("attributes/attribute")
        if (name := attribute.findtext("name"))
    }
    return found | {mark: True for mark in MARKS if (thing.findtext(mark) or "").strip() == "1"}
