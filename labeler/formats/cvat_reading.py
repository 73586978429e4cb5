"""CVAT's XML as annotations."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import ArrayLike

from labeler.document.model import COORDINATE_LIMIT, Annotation, ImageInfo, Instance, Polygon, Role
from labeler.formats.building import annotation_of, box_ring, circle_ring, class_name, polygon_of, traced
from labeler.formats.cvat_file import Document, Place, scanned
from labeler.formats.reading import FoundClass, FoundImage, Reading, Size, files_below, malformed
from labeler.formats.report import Loss
from labeler.formats.xml_values import value_of
from labeler.geometry.rings import Ring
from labeler.i18n import _
from labeler.raster.rle import runs_of
from labeler.raster.runs import Runs, rasterize, union_of

_COLOUR = re.compile("#[0-9a-fA-F]{6}")
#: Labels of these kinds are of nothing that has an area.
_WITHOUT_AREA = ("points", "polyline", "skeleton", "cuboid", "tag")


def read(source: Path, reading: Reading) -> Sequence[FoundImage]:
    """The images of every CVAT file in a folder, or of one file. Raises LabelerError."""
    files = files_below(source, ".xml")
    found, ours = [], 0
    for path in files:
        document = scanned(path)
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


# --- images ------------------------------------------------------------------------------------------------


def _labels(document: Document) -> Iterator[FoundClass]:
    for meta in document.metas:
        for label in document.tree("meta", meta).iterfind(".//labels/label"):
            colour = (label.findtext("color") or "").strip()
            of_skeleton = (label.findtext("parent") or "").strip()
            if not of_skeleton and (label.findtext("type") or "any").strip() not in _WITHOUT_AREA:
                name = class_name(label.findtext("name") or "", str(document.path))
                yield FoundClass(name, color=colour.lower() if _COLOUR.fullmatch(colour) else None)


def _found(document: Document, element: Place, reading: Reading) -> FoundImage:
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
    document: Document
    element: Place
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
        name: value_of(attribute.text or "")
        for attribute in element.iterfind("attribute")
        if (name := attribute.get("name"))
    }
    if element.get("occluded") == "1":
        found["occluded"] = True
    return found


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
