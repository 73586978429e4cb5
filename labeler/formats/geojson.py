"""GeoJSON (RFC 7946) in pixels: one collection of features for each image, with true holes and parts.

Coordinates are pixels as ours: (0, 0) is the top-left corner of the first pixel, x goes right and y down.
QuPath has it so ("taking the origin (0, 0) as the top left corner of the full-resolution image"); the RFC
means degrees, so programs for maps show an image upside down. Rings are closed, and outer rings run the way
that the RFC asks for where y is taken for north.

An instance is a feature, a Polygon or a MultiPolygon, and so is each ignore region. `properties` say the
class our way and QuPath's. Members that the RFC leaves open say the image, its classes with
their indices, and its flags.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from labeler.document.model import Annotation, Extra, Instance, Polygon, Role
from labeler.formats import geojson_reading
from labeler.formats.base import Format, ImageItem, Job, Keeps, Options, Page, in_split
from labeler.formats.coordinates import positions
from labeler.formats.outlines import Shape, shapes
from labeler.formats.reading import FoundImage, Reading
from labeler.formats.report import Loss
from labeler.formats.values import kept
from labeler.geometry.booleans import Area
from labeler.geometry.rings import Ring
from labeler.i18n import N_
from labeler.raster.runs import rasterize

#: QuPath leaves out of its counts what has a class of this name; by it we know ignore regions as well.
IGNORE_CLASS = geojson_reading.IGNORE_CLASS
_IGNORE_COLOR = "#b4b4b4"

_encode = json.JSONEncoder(allow_nan=False).encode


class GeoJson(Format):
    """`photo.geojson`."""

    id = "geojson"
    title = N_("GeoJSON in pixels (QuPath)")
    reads = True

    def keeps(self, options: Options) -> Keeps:
        return Keeps(classes=True, instances=True, overlaps=True, ignore=True, subpixel=True)

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        features = [*_instances(page, item, job), *_ignore_regions(item.annotation)]
        image = item.annotation.image
        head = {
            "type": "FeatureCollection",
            "image": {"file": item.name, "width": image.width, "height": image.height},
            "classes": _classes(item.annotation, job),
            **_noted(page, "flags", item.annotation.flags, item.name),
        }
        # One feature a line, so that a changed one is a changed line.
        text = f'{_encode(head)[:-1]}, "features": [\n' + ",\n".join(map(_encode, features)) + "\n]}\n"
        page.add_file(in_split(item, f"{item.stem}.geojson"), text.encode("ascii"))

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        return geojson_reading.read(source, reading)


def _classes(annotation: Annotation, job: Job) -> list[dict[str, Any]]:
    """The classes in use, with their indices."""
    used = {instance.class_name for instance in annotation.instances}
    return [
        {"name": entry.name, "index": entry.index, "color": entry.color}
        for entry in job.classes
        if entry.name in used
    ]


def _instances(page: Page, item: ImageItem, job: Job) -> Iterator[dict[str, Any]]:
    colors = {entry.name: entry.color for entry in job.classes}
    masks = rasterize(item.annotation)
    found = shapes(item.annotation, masks)
    for instance, runs, shape in zip(item.annotation.instances, masks.instances, found):
        where = f"{item.name}, {instance.id}"
        if runs.is_empty:
            page.lose(Loss.EMPTY, where)
            continue
        if not shape.keeps_shape:
            page.lose(Loss.SHAPE, where)
        page.instances += 1
        properties = {
            "objectType": "annotation",
            "class": instance.class_name,
            "classification": _classification(instance.class_name, colors[instance.class_name]),
            **_noted(page, "attributes", instance.attributes, where),
        }
        yield {"type": "Feature", "id": instance.id, **_geometry(shape), "properties": properties}


def _ignore_regions(annotation: Annotation) -> Iterator[dict[str, Any]]:
    regions = (Polygon(Role.INCLUDE, polygon.points) for polygon in annotation.ignore)
    alone = Annotation(annotation.image, tuple(Instance(str(n), "", (p,)) for n, p in enumerate(regions)))
    masks = rasterize(alone)
    for runs, shape in zip(masks.instances, shapes(alone, masks)):
        if not runs.is_empty:
            classification = _classification(IGNORE_CLASS, _IGNORE_COLOR)
            properties = {"objectType": "annotation", "role": "ignore", "classification": classification}
            yield {"type": "Feature", **_geometry(shape), "properties": properties}


def _classification(name: str, color: str) -> dict[str, Any]:
    return {"name": name, "color": list(bytes.fromhex(color.removeprefix("#")))}


def _noted(page: Page, key: str, values: Extra, where: str) -> dict[str, Any]:
    written = kept(values, page, where)
    return {key: written} if written else {}


def _geometry(shape: Shape) -> dict[str, Any]:
    polygons = [_polygon(area) for area in shape.areas]
    if len(polygons) == 1:
        return {"geometry": {"type": "Polygon", "coordinates": polygons[0]}}
    return {"geometry": {"type": "MultiPolygon", "coordinates": polygons}}


def _polygon(area: Area) -> list[list[list[float]]]:
    return [_closed(area.outer, 1), *(_closed(hole, -1) for hole in area.holes)]


def _closed(ring: Ring, sign: int) -> list[list[float]]:
    """The ring as positions, the last as the first; turned so that the signed area has this sign."""
    x, y = (ring - ring[0]).T
    turned = ring if sign * float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) > 0 else ring[::-1]
    closed = positions(turned)
    return [*closed, closed[0]]
