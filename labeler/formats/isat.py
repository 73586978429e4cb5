"""ISAT's JSON (ISAT with segment anything): `photo.json`, a list of polygons in layers, and `isat.yaml`.

Convention: ISAT's canvas is Qt's, continuous with (0, 0) at the top-left corner of the first pixel, as ours,
so nothing is moved. Its own exports cut coordinates off to whole numbers and take them for the middles of
pixels, and what it gets from a model are the middles of the outermost pixels: both are about half a pixel
larger, or smaller, than what we mean by the same points.

Polygons of one category and one `group` are one instance; group 0 is none. `layer` is the painting order.
`__background__` cuts what lies below it: ISAT makes one of every hole in a model's mask, and paints it over
everything in lower layers. `iscrowd` is an ignore region here; ours have the category `__ignore__`, so that
they are no class of their own when they come back.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from labeler.document.model import Annotation, Instance, Polygon, Role
from labeler.errors import LabelerError
from labeler.formats.base import (
    Format,
    ImageItem,
    Job,
    Keeps,
    Options,
    Page,
    Section,
    SharedFile,
    in_split,
)
from labeler.formats.building import check_size, class_name, polygon_of
from labeler.formats.coordinates import positions
from labeler.formats.isat_classes import FILE, category_lines, read_categories
from labeler.formats.painting import Painting
from labeler.formats.reading import (
    FoundImage,
    Reading,
    Size,
    a_dict,
    a_list,
    a_number,
    files_below,
    malformed,
)
from labeler.formats.report import Loss
from labeler.formats.shapes import (
    BACKGROUNDS,
    GROUP,
    IGNORE,
    Groups,
    JsonFiles,
    Record,
    a_size,
    drawn,
    file_of,
)
from labeler.formats.values import kept
from labeler.geometry.rings import Ring
from labeler.i18n import N_, _
from labeler.raster.measures import Measures
from labeler.raster.runs import rasterize

#: The one attribute of an instance, and the one flag of an image, that ISAT has a field for, when a text.
_NOTE = "note"


class Isat(Format):
    """A file an image, and `isat.yaml` with the categories and their colours."""

    id = "isat"
    title = N_("ISAT (JSON)")
    reads = True

    def keeps(self, options: Options) -> Keeps:
        return Keeps(classes=True, instances=True, overlaps=True, ignore=True, subpixel=True)

    # --- writing -----------------------------------------------------------------------------------------

    def shared(self, job: Job) -> Sequence[SharedFile]:
        text = category_lines(job.classes)
        return [SharedFile(f"{split}/{FILE}" if split else FILE, (Section(text),)) for split in job.splits]

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        image = item.annotation.image
        flags = item.annotation.flags
        info = {
            "description": "ISAT",
            "folder": "",
            "name": PurePosixPath(item.name).name,
            "width": image.width,
            "height": image.height,
            "depth": None,  # ISAT then asks the image
            "note": _note(flags),
        }
        if set(flags) - ({_NOTE} if _note(flags) else set()):
            page.lose(Loss.ATTRIBUTES, item.name)
        content = file_of({"info": info}, "objects", _objects(page, item), {})
        page.add_file(in_split(item, f"{item.stem}.json"), content)

    # --- reading -----------------------------------------------------------------------------------------

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        if source.is_dir():
            for path in files_below(source, ".yaml"):
                if path.name == FILE:
                    read_categories(path, reading)
        files = JsonFiles(
            "objects",
            lambda data: a_dict(data.get("info"), "info").get("name"),
            lambda data, where, size: _annotation(data, where, size, reading),
            _(self.title),
        )
        return list(files.found(source, reading.images))


# --- writing -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ring:
    """A polygon to be: its points and whose it is."""

    points: Ring
    category: str
    group: int
    note: str = ""
    iscrowd: bool = False


def _objects(page: Page, item: ImageItem) -> list[Record]:
    """Everything on an image from the lowest to the highest.

    Area and box are those of the polygon's own pixels, so that the areas of an instance add up to its mask's;
    one that covers none is left out.
    """
    rings = list(_rings(page, item))
    alone = tuple(Instance("", "", (Polygon(Role.INCLUDE, ring.points),)) for ring in rings)
    measured = rasterize(Annotation(item.annotation.image, alone)).measured
    seen = [(ring, measures) for ring, measures in zip(rings, measured) if measures.area]
    return [_object(ring, measures, layer) for layer, (ring, measures) in enumerate(seen, 1)]


def _rings(page: Page, item: ImageItem) -> Iterator[_Ring]:
    masks = rasterize(item.annotation)
    groups = Groups(item.annotation.instances)
    for place, thing in enumerate(drawn(page, item, masks), 1):
        instance = thing.instance
        own = groups.own(instance)
        note = _note(instance.attributes)
        if set(instance.attributes) - {GROUP if own else "", _NOTE if note else ""}:
            page.lose(Loss.ATTRIBUTES, f"{item.name}, {instance.id}")
        group = own or groups.new(place)
        for ring in thing.rings:
            yield _Ring(ring, instance.class_name, group, note)
    for polygon in item.annotation.ignore:
        yield _Ring(polygon.points, IGNORE, 0, iscrowd=True)


def _object(ring: _Ring, measures: Measures, layer: int) -> Record:
    left, top, width, height = measures.bbox
    return {
        "category": ring.category,
        "group": ring.group,
        "segmentation": positions(ring.points),
        "area": measures.area,
        "layer": float(layer),
        "bbox": [left, top, left + width, top + height],
        "iscrowd": ring.iscrowd,
        "note": ring.note,
    }


def _note(values: Mapping[str, Any]) -> str:
    note = values.get(_NOTE)
    return note if isinstance(note, str) else ""


# --- reading -----------------------------------------------------------------------------------------------


def _annotation(data: Mapping[str, Any], where: str, size: Size, reading: Reading) -> Annotation:
    info = a_dict(data.get("info"), f"{where}, info")
    if said := a_size(info, ("width", "height"), where):
        check_size(said, size, where)
    painting = Painting(reading, where)
    objects = [
        (a_dict(one, f"{where}, objects[{number}]"), f"{where}, objects[{number}]")
        for number, one in enumerate(data["objects"])
    ]
    for one, place in sorted(objects, key=lambda pair: _layer(*pair)):
        _paint(painting, one, place, reading)
    return painting.annotation(size, _noted(info, where, reading), _kept_group)


def _layer(one: Mapping[str, Any], where: str) -> float:
    layer = one.get("layer")
    return 2.0 if layer is None else a_number(layer, f"{where}, layer")  # 2: what ISAT takes it for


def _paint(painting: Painting, one: Mapping[str, Any], where: str, reading: Reading) -> None:
    points = a_list(one.get("segmentation"), f"{where}, segmentation")
    if len(points) < 3:
        reading.lose(Loss.NO_AREA, where)
        return
    region = polygon_of(points, Role.INCLUDE, where)
    category = class_name(one.get("category", ""), where)
    if one.get("iscrowd") or category == IGNORE:
        painting.ignore(region)
    elif category in BACKGROUNDS:
        painting.background(region)
    else:
        painting.thing(category, _group(one.get("group"), where), region, _noted(one, where, reading))


def _group(value: object, where: str) -> Hashable:
    """None for what belongs to no group: ISAT's labels of old have "" and texts of digits."""
    try:
        number = 0 if value in (None, "") else int(a_number(_digits(value), where))
    except (LabelerError, ValueError) as error:
        raise malformed(where, _("has a group that is no number")) from error
    return number or None


def _digits(value: object) -> object:
    return int(value[:20]) if isinstance(value, str) else value


def _kept_group(group: Hashable, place: int, only_holds: bool) -> dict[str, Any]:
    """Every instance has a number in ISAT. One that only counts them is made again when they are written."""
    return {} if group == place else {GROUP: group}


def _noted(data: Mapping[str, Any], where: str, reading: Reading) -> Record:
    return kept({_NOTE: data[_NOTE]} if data.get(_NOTE) else {}, reading, where)
