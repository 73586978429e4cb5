"""GeoJSON in pixels read: ours, QuPath's and plain ones. `geojson` says what the coordinates are.

A feature is an instance, whatever parts it has; a geometry that stands alone is one too. Points and lines are
left out, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.errors import LabelerError
from labeler.formats.building import (
    annotation_of,
    check_size,
    class_name,
    polygon_of,
    polygons_of,
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
    files_below,
    malformed,
    read_json,
)
from labeler.formats.report import Loss
from labeler.formats.values import kept
from labeler.geometry.booleans import Area
from labeler.geometry.bridging import bridged
from labeler.geometry.packed import PackedRings
from labeler.i18n import _
from labeler.raster.runs import rasterize, union_of

#: What QuPath calls a region that does not count.
IGNORE_CLASS = "Ignore*"
_HEX_COLOR = re.compile("#[0-9a-f]{6}")
_AREAS = ("Polygon", "MultiPolygon")
_WITHOUT_AREA = ("Point", "MultiPoint", "LineString", "MultiLineString")
#: With more holes a region is outlined by its pixels: joining them takes time by the square of them.
_FEW_HOLES = 32
#: What QuPath notes beside, for which there is no place.
_NOT_KEPT = ("measurements", "metadata", "childObjects")


def read(source: Path, reading: Reading) -> Sequence[FoundImage]:
    """A file for each image. Of a file's name and the image that it may name itself the first counts."""
    root = source.parent if source.is_file() else source
    return [
        FoundImage(_image_of(path, root, reading), str(path), partial(_annotation, path, reading))
        for path in files_below(source, ".geojson")
    ]


def _image_of(path: Path, root: Path, reading: Reading) -> str:
    stem = path.relative_to(root).with_suffix("").as_posix()
    name = reading.images.of_stem(stem)
    if reading.images.match(name):
        return name
    try:
        return str(_member(read_json(path), "image").get("file") or name)
    except LabelerError:
        return name  # said when its turn comes, should it have an image after all


def _member(content: object, key: str) -> Mapping[str, Any]:
    found = content.get(key) if isinstance(content, dict) else None
    return found if isinstance(found, dict) else {}


def _annotation(path: Path, reading: Reading, size: Size) -> Annotation:
    content = read_json(path)
    image = _member(content, "image")
    if isinstance(image.get("width"), int) and isinstance(image.get("height"), int):
        check_size((image["width"], image["height"]), size, str(path))
    reading.found_classes += _classes(content, str(path))
    instances: list[Instance] = []
    ignore: list[Polygon] = []
    for place, feature in enumerate(_features(content, path)):
        where = f"{path}, features[{place}]"
        areas = _areas(a_dict(feature, where).get("geometry"), reading, where)
        properties = a_dict(feature.get("properties") or {}, f"{where}, properties")
        name, color = _class_of(properties, where)
        if areas and _is_ignored(properties, name):
            ignore += _ignored(areas, size, reading)
        elif areas:
            if name and color and name not in {known.name for known in reading.found_classes}:
                reading.found_classes.append(FoundClass(name, None, color))
            polygons = _polygons(areas, size, reading, where)
            attributes = _attributes(properties, reading, where)
            instances.append(Instance("", name or reading.default_class, polygons, attributes=attributes))
    flags = kept(_member(content, "flags"), reading, str(path))
    return annotation_of(size, instances, ignore=ignore, flags=flags)


def _features(content: object, path: Path) -> Sequence[Any]:
    """The features of a collection, or of a list as QuPath also writes it; a single one, or its geometry."""
    if isinstance(content, list):
        return content
    data = a_dict(content, str(path))
    if data.get("type") == "FeatureCollection":
        return a_list(data.get("features"), f"{path}, features")
    if data.get("type") == "Feature":
        return [data]
    if data.get("type") in (*_AREAS, *_WITHOUT_AREA, "GeometryCollection"):
        return [{"geometry": data}]
    raise malformed(path, _("is no GeoJSON: it must be a collection of features"))


# --- shapes ------------------------------------------------------------------------------------------------


def _areas(geometry: object, reading: Reading, where: str) -> list[Area]:
    """All polygons of a geometry. What it has beside them is left out, and said."""
    areas = []
    for one in _single(geometry, f"{where}, geometry"):
        kind, coordinates = one.get("type"), one.get("coordinates")
        if kind not in (*_AREAS, *_WITHOUT_AREA):
            raise malformed(f"{where}, geometry", _("is of an unknown type"))
        polygons = [coordinates] if kind == "Polygon" else coordinates
        found = [
            _area(polygon, f"{where}, coordinates")
            for polygon in (a_list(polygons, f"{where}, coordinates") if kind in _AREAS else ())
            if polygon
        ]
        if not found:
            reading.lose(Loss.NO_AREA, where)
        areas += found
    return areas


def _single(geometry: object, where: str) -> Iterator[Mapping[str, Any]]:
    """The geometries of a collection, however deep; nothing has a type of its own."""
    pending = [geometry]
    while pending:
        one = a_dict({"type": "Point"} if pending[-1] is None else pending[-1], where)
        pending.pop()
        if one.get("type") == "GeometryCollection":
            pending += reversed(a_list(one.get("geometries"), where))
        else:
            yield one


def _area(polygon: object, where: str) -> Area:
    rings = []
    for ring in a_list(polygon, where):
        # A position may have a height.
        points = [a_list(position, where)[:2] for position in a_list(ring, where)]
        rings.append(polygon_of(points, Role.INCLUDE, where).points)
    return Area(rings[0], tuple(rings[1:]))


def _polygons(areas: Sequence[Area], size: Size, reading: Reading, where: str) -> tuple[Polygon, ...]:
    """Polygons over all areas: the larger first, so that an island comes after the hole that it lies in."""
    sizes = PackedRings.of([area.outer for area in areas]).areas
    polygons = polygons_of(areas[place] for place in np.argsort(-sizes, kind="stable").tolist())
    if len(areas) == 1 or len(areas) == len(polygons):
        return polygons
    each = [Instance(str(place), "", polygons_of([area])) for place, area in enumerate(areas)]
    whole = Instance("whole", "", polygons)
    *parts, walked = rasterize(Annotation(ImageInfo("", *size), (*each, whole))).instances
    union = union_of(parts, *size)
    if np.array_equal(walked.toggles, union.toggles):
        return polygons
    # They overlap, and a hole of one cuts another.
    reading.lose(Loss.SHAPE, where)
    return traced(union, reading.tolerance)


def _ignored(areas: Sequence[Area], size: Size, reading: Reading) -> Iterator[Polygon]:
    """Ignore regions, which know no holes: they are joined to the outer rings where that is the same mask,
    which it is not where holes cross each other."""
    joined = [bridged([area]) if len(area.holes) <= _FEW_HOLES else area.outer for area in areas]
    meant = [Instance("", "", polygons_of([area])) for area in areas]
    drawn = [Instance("", "", (Polygon(Role.INCLUDE, ring),)) for ring in joined]
    masks = rasterize(Annotation(ImageInfo("", *size), (*meant, *drawn))).instances
    for ring, wanted, got in zip(joined, masks, masks[len(areas) :]):
        if np.array_equal(wanted.toggles, got.toggles):
            yield Polygon(Role.IGNORE, ring)
        else:
            yield from traced_ignore(wanted, reading.tolerance)


# --- what is said of them ----------------------------------------------------------------------------------


def _class_of(properties: Mapping[str, Any], where: str) -> tuple[str, str | None]:
    """The name of the class, empty where there is none, and its colour as "#rrggbb"."""
    given = properties.get("classification")
    classification = given if isinstance(given, dict) else {"name": given}
    name = properties.get("class") or classification.get("name") or properties.get("label")
    names = classification.get("names")
    if not name and isinstance(names, list):
        name = ": ".join(map(str, names))  # as QuPath shows them
    return class_name(name, where) if name else "", _color(classification)


def _classes(content: object, where: str) -> Iterator[FoundClass]:
    """The classes that files of ours list."""
    listed = content.get("classes") if isinstance(content, dict) else None
    for entry in listed if isinstance(listed, list) else ():
        said = entry if isinstance(entry, dict) else {}
        name, index = said.get("name"), said.get("index")
        if isinstance(name, str) and type(index) is int:
            yield FoundClass(class_name(name, f"{where}, classes"), index, _hex_color(said.get("color")))


def _hex_color(value: object) -> str | None:
    return value if isinstance(value, str) and _HEX_COLOR.fullmatch(value) else None


def _is_ignored(properties: Mapping[str, Any], name: str) -> bool:
    # With a class said our way too it is a class that somebody called so.
    return properties.get("role") == "ignore" or (name == IGNORE_CLASS and "class" not in properties)


def _color(classification: Mapping[str, Any]) -> str | None:
    """QuPath's colour: red, green and blue; in earlier versions one number of all."""
    color, packed = classification.get("color"), classification.get("colorRGB")
    if isinstance(color, list) and len(color) == 3 and all(type(c) is int and 0 <= c < 256 for c in color):
        return f"#{bytes(color).hex()}"
    if type(packed) is int:
        return f"#{packed & 0xFFFFFF:06x}"
    return None


def _attributes(properties: Mapping[str, Any], reading: Reading, where: str) -> dict[str, Any]:
    found = a_dict(properties.get("attributes") or {}, f"{where}, attributes")
    stored = kept(found, reading, where)
    if len(stored) == len(found) and any(properties.get(key) for key in _NOT_KEPT):
        reading.lose(Loss.ATTRIBUTES, where)
    return stored
