"""CVAT's XML as annotations.

The file is gone through once for where each image begins and ends, and an image is read when its turn comes:
a file of any size takes no more memory than its largest image.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.parsers import expat

import numpy as np
from numpy.typing import ArrayLike

from labeler.document.model import COORDINATE_LIMIT, Annotation, ImageInfo, Instance, Polygon, Role
from labeler.errors import LabelerError
from labeler.files import reason
from labeler.formats.building import annotation_of, box_ring, circle_ring, class_name, polygon_of, traced
from labeler.formats.reading import FoundClass, FoundImage, Reading, Size, files_below, malformed
from labeler.formats.report import Loss
from labeler.geometry.rings import Ring
from labeler.i18n import _
from labeler.raster.rle import runs_of
from labeler.raster.runs import Runs, rasterize, union_of

ROOT = "annotations"
_BLOCK_BYTES = 1 << 20
_ZIP = b"PK\x03\x04"
_COLOUR = re.compile("#[0-9a-fA-F]{6}")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
#: Labels of these kinds are of nothing that has an area.
_WITHOUT_AREA = ("points", "polyline", "skeleton", "cuboid", "tag")


def read(source: Path, reading: Reading) -> Sequence[FoundImage]:
    """The images of every CVAT file in a folder, or of one file. Raises LabelerError."""
    files = files_below(source, ".xml")
    found, ours = [], 0
    for path in files:
        document = _scanned(path)
        # A folder may have XML of other programs in it.
        if document is None and not source.is_file():
            continue
        if document is None:
            raise malformed(path, _("is no XML of CVAT: its outermost element must be annotations"))
        ours += 1
        reading.found_classes += _labels(document)
        found += [_found(document, element, reading) for element in document.images]
    if not ours:
        raise malformed(source, _("has no annotations.xml of CVAT in it"))
    return found


# --- where everything is -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Element:
    """An element right below the root: its attributes, and where it is in the file, when there is something
    in it."""

    attributes: dict[str, str]
    start: int
    end: int
    has_content: bool


@dataclass
class _Document:
    path: Path
    images: list[_Element] = field(default_factory=list)
    metas: list[_Element] = field(default_factory=list)

    def tree(self, tag: str, element: _Element) -> ET.Element:
        """The element read from the file; raises LabelerError."""
        if not element.has_content:
            return ET.Element(tag)
        try:
            with self.path.open("rb") as file:
                file.seek(element.start)
                data = file.read(element.end - element.start)
            return ET.fromstring(data + f"</{tag}>".encode())
        except OSError as error:
            raise _unreadable(self.path, error) from error
        except (ET.ParseError, ValueError, RecursionError) as error:
            raise malformed(self.path, _("is not valid XML")) from error


class _Scan:
    """Notes the places of elements while a file goes by."""

    def __init__(self, path: Path) -> None:
        self.document = _Document(path)
        self.is_cvat = True
        self._open: list[str] = []
        self._begun: tuple[dict[str, str], int] = ({}, 0)
        self._has_content = False
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.XmlDeclHandler = self._declared
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _refuse(self, *_declaration: object) -> None:
        raise malformed(self.document.path, _("declares a document type, which is not read"))

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower().replace("_", "-") not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise malformed(self.document.path, _("is not a text in UTF-8"))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        depth = len(self._open)
        if depth == 0:
            self.is_cvat = tag == ROOT
        elif depth == 1:
            self._begun = attributes, self.parser.CurrentByteIndex
            self._has_content = False
            if tag == "track" and self.is_cvat:
                problem = _("is of a video: export it from CVAT as CVAT for images")
                raise malformed(self.document.path, problem)
        else:
            self._has_content = True
        self._open.append(tag)

    def _end(self, tag: str) -> None:
        self._open.pop()
        if len(self._open) == 1 and tag in ("image", "meta"):
            element = _Element(*self._begun, self.parser.CurrentByteIndex, self._has_content)
            (self.document.images if tag == "image" else self.document.metas).append(element)


def _scanned(path: Path) -> _Document | None:
    """What is where in a file; None when it is no CVAT file. Raises LabelerError."""
    scan = _Scan(path)
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                if block.startswith(_ZIP):
                    raise malformed(path, _("is a ZIP archive: unpack it first"))
                scan.parser.Parse(block, False)
                if not scan.is_cvat:
                    return None
            scan.parser.Parse(b"", True)
    except OSError as error:
        raise _unreadable(path, error) from error
    except (expat.ExpatError, ValueError) as error:
        raise malformed(path, _("is not valid XML")) from error
    return scan.document


def _unreadable(path: Path, error: OSError) -> LabelerError:
    return LabelerError(_("{file} could not be read: {reason}.").format(file=path, reason=reason(error)))


# --- images ------------------------------------------------------------------------------------------------


def _labels(document: _Document) -> Iterator[FoundClass]:
    for meta in document.metas:
        for label in document.tree("meta", meta).iterfind(".//labels/label"):
            colour = (label.findtext("color") or "").strip()
            of_skeleton = (label.findtext("parent") or "").strip()
            if not of_skeleton and (label.findtext("type") or "any").strip() not in _WITHOUT_AREA:
                name = class_name(label.findtext("name") or "", str(document.path))
                yield FoundClass(name, color=colour.lower() if _COLOUR.fullmatch(colour) else None)


def _found(document: _Document, element: _Element, reading: Reading) -> FoundImage:
    name = element.attributes.get("name", "")
    where = f"{document.path}: {name}"
    image = _Image(document, element, where, reading)
    return FoundImage(name, where, image.read, image.size)


@dataclass(frozen=True)
class _Shape:
    """One thing that has an area; ``group`` is 0 for a shape of its own."""

    label: str
    z_order: float
    group: int
    polygons: tuple[Polygon, ...]
    attributes: dict[str, object]


@dataclass(frozen=True)
class _Image:
    document: _Document
    element: _Element
    where: str
    reading: Reading

    @property
    def size(self) -> Size | None:
        try:
            width, height = (int(self.element.attributes[side]) for side in ("width", "height"))
        except (KeyError, ValueError):
            return None
        return width, height

    def read(self, size: Size) -> Annotation:
        shapes: list[_Shape] = []
        flags: dict[str, object] = {}
        for element in self.document.tree("image", self.element):
            if element.tag in _SHAPES:
                shapes.append(self._shape(element, size))
            elif element.tag == "tag":
                flags[class_name(element.get("label", ""), self.where)] = True
                if len(element):
                    self.reading.lose(Loss.ATTRIBUTES, self.where)
            else:
                self.reading.lose(Loss.NO_AREA, self.where)
        shapes.sort(key=lambda shape: shape.z_order)
        return annotation_of(size, [_instance(group, size) for group in _grouped(shapes)], flags=flags)

    def _shape(self, element: ET.Element, size: Size) -> _Shape:
        return _Shape(
            class_name(element.get("label", ""), self.where),
            _number(element, "z_order", self.where, 0.0),
            int(_number(element, "group_id", self.where, 0.0)),
            self._polygons(element, size),
            _attributes(element),
        )

    def _polygons(self, element: ET.Element, size: Size) -> tuple[Polygon, ...]:
        if element.tag == "mask":
            return traced(_mask(element, size, self.where), self.reading.tolerance)
        ring = _RINGS[element.tag](element, self.where)
        return (polygon_of(ring, Role.INCLUDE, self.where),)


def _grouped(shapes: Sequence[_Shape]) -> Iterator[list[_Shape]]:
    """Shapes of one instance: of one group and label, where there is a group."""
    groups: dict[object, list[_Shape]] = {}
    for n, shape in enumerate(shapes):
        groups.setdefault((shape.label, shape.group) if shape.group else n, []).append(shape)
    yield from groups.values()


def _instance(shapes: Sequence[_Shape], size: Size) -> Instance:
    polygons = tuple(polygon for shape in shapes for polygon in shape.polygons)
    if len(shapes) > 1 and any(polygon.role is Role.EXCLUDE for polygon in polygons):
        # The hole in one must not cut another.
        each = tuple(Instance(str(n), "", shape.polygons) for n, shape in enumerate(shapes))
        masks = rasterize(Annotation(ImageInfo("", *size), each)).instances
        polygons = traced(union_of(masks, *size), 0.0)
    attributes = {key: value for shape in reversed(shapes) for key, value in shape.attributes.items()}
    return Instance("", shapes[0].label, polygons, attributes=attributes)


def _attributes(element: ET.Element) -> dict[str, object]:
    found: dict[str, object] = {
        name: _value(attribute.text or "")
        for attribute in element.iterfind("attribute")
        if (name := attribute.get("name"))
    }
    if element.get("occluded") == "1":
        found["occluded"] = True
    return found


def _value(text: str) -> object:
    """CVAT's values are texts: what looks like yes, no or a number becomes that."""
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.fullmatch(text) and len(text) < 16:
        value = json.loads(text)
        return value if math.isfinite(value) else text
    return text


# --- shapes ------------------------------------------------------------------------------------------------


def _polygon(element: ET.Element, where: str) -> ArrayLike:
    return [pair.split(",") for pair in element.get("points", "").split(";")]


def _box(element: ET.Element, where: str) -> ArrayLike:
    left, top, right, bottom = (_number(element, key, where) for key in ("xtl", "ytl", "xbr", "ybr"))
    return _turned(box_ring(left, top, right, bottom), element, where)


def _ellipse(element: ET.Element, where: str) -> ArrayLike:
    x, y, across, down = (_number(element, key, where) for key in ("cx", "cy", "rx", "ry"))
    longer, shorter = max(across, down), min(across, down)
    if not 0 < shorter <= longer < COORDINATE_LIMIT:
        raise malformed(where, _("has an ellipse without a possible size"))
    ring = circle_ring(0, 0, longer) * (across / longer, down / longer) + (x, y)
    return _turned(ring, element, where)


_RINGS = {"polygon": _polygon, "box": _box, "ellipse": _ellipse}
_SHAPES = (*_RINGS, "mask")


def _turned(ring: Ring, element: ET.Element, where: str) -> Ring:
    """Turned clockwise on screen about the middle, by ``rotation`` degrees."""
    angle = math.radians(_number(element, "rotation", where, 0.0))
    if not angle:
        return ring
    middle = (ring.min(axis=0) + ring.max(axis=0)) / 2
    x, y = (ring - middle).T
    cos, sin = math.cos(angle), math.sin(angle)
    turned: Ring = np.column_stack([x * cos - y * sin, x * sin + y * cos]) + middle
    return turned


def _mask(element: ET.Element, size: Size, where: str) -> Runs:
    left, top, width, height = (
        int(_number(element, key, where)) for key in ("left", "top", "width", "height")
    )
    if left < 0 or top < 0 or not (0 < width <= size[0] - left and 0 < height <= size[1] - top):
        raise malformed(where, _("has a mask that reaches out of the image"))
    try:
        counts = [int(count) for count in element.get("rle", "").split(",")]
        # Rows of the box are columns to COCO's reader.
        turned = runs_of(counts, [width, height])
    except ValueError as error:
        raise malformed(where, _("has a mask whose runs do not fill its box")) from error
    box = Runs.from_mask(turned.to_mask().T)
    column, row = np.divmod(box.toggles, height + 1)
    return Runs(*size, (column + left) * (size[1] + 1) + row + top)


def _number(element: ET.Element, key: str, where: str, default: float | None = None) -> float:
    text = element.get(key)
    if text is None and default is not None:
        return default
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not abs(value) < 1e9:
        raise malformed(where, _("has a {thing} whose {key} is no number").format(thing=element.tag, key=key))
    return value
