"""Cityscapes: `gtFine/<split>/<city>/<image>_gtFine_polygons.json` and three masks beside it.

Convention: the polygons of the JSON are as in Cityscapes' label tool, which draws them on a scaled canvas:
(0, 0) is the top-left corner of the first pixel, as ours, and nothing is moved. (The dataset's own masks were
made from them with Pillow, whose polygons include their borders; ours are exact.) Objects are painted in
their order. They know no holes: an instance is cut into parts over its very pixels, which other readers take
for several objects. Two keys of ours, which they skip, say what belongs together (`instance`) and what is an
ignore region (`ignore`).

`labelIds` are class indices, 0 nothing and 255 ignore. `instanceIds` are 16 bits: class index × 1000 + a
number from 0 for each instance of the class, as `json2instanceImg.py` counts. There is no room for indices
above 65, nor for more than a thousand instances: their pixels are the class index alone, as those of groups
are in Cityscapes.

The dataset has one level of folders, cities. The first folder of an image's name is its city, images without
one are of the city "default", and further folders become part of the file's name: `a/b/c.jpg` is `a/b%2Fc`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, Instance, Role
from labeler.formats import cityscapes_reading
from labeler.formats.base import (
    ClassInfo,
    Format,
    ImageItem,
    Job,
    Keeps,
    Options,
    Page,
    Section,
    SharedFile,
)
from labeler.formats.cityscapes_reading import IGNORE, NO_CITY, PER_CLASS
from labeler.formats.coordinates import positions
from labeler.formats.indexed import palette
from labeler.formats.outlines import outlines
from labeler.formats.reading import FoundImage, Reading
from labeler.formats.report import Loss
from labeler.geometry.rings import Ring
from labeler.i18n import N_
from labeler.raster import png
from labeler.raster.masks import painted
from labeler.raster.runs import ImageMasks, rasterize

#: The folder of what is not split: readers want one of the three.
UNSPLIT = "train"
LARGEST_ID = 65535
#: What is not told apart in training, in Cityscapes' own list.
_NO_TRAINING = 255

Record = dict[str, Any]


class Cityscapes(Format):
    """Polygons as JSON, and masks of classes, of instances and for the eye; copies lie in `leftImg8bit`."""

    id = "cityscapes"
    title = N_("Cityscapes (polygons and ids)")
    reads = True
    import_options = (cityscapes_reading.FROM_MASKS,)

    def keeps(self, options: Options) -> Keeps:
        return Keeps(classes=True, instances=True, overlaps=True, ignore=True, subpixel=True)

    def shared(self, job: Job) -> Sequence[SharedFile]:
        return [SharedFile("gtFine/labels.json", (Section(_labels(job.classes)),))]

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        masks = rasterize(item.annotation)
        place = f"gtFine/{_place(item)}_gtFine"
        page.add_file(f"{place}_polygons.json", _document(item, _objects(page, item, masks)))
        classes, instances = _ids(page, item, masks, job)
        page.add_file(f"{place}_labelIds.png", png.encode_8bit(classes))
        page.add_file(f"{place}_instanceIds.png", png.encode_16bit(instances))
        page.add_file(f"{place}_color.png", png.encode_rgb(_colours(classes, job)))
        page.instances = sum(not runs.is_empty for runs in masks.instances)
        if item.annotation.flags:
            page.lose(Loss.ATTRIBUTES, item.name)

    def image_place(self, item: ImageItem, job: Job) -> str:
        return f"leftImg8bit/{_place(item)}_leftImg8bit{PurePosixPath(item.name).suffix}"

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        return cityscapes_reading.read(source, reading)


def _place(item: ImageItem) -> str:
    """Split, city and the beginning of the file's name: different ones for different images."""
    city, slash, rest = item.stem.replace("%", "%25").partition("/")
    if not slash:
        city, rest = NO_CITY, city
    elif city.casefold() == NO_CITY:
        city = f"%{ord(city[0]):02X}{city[1:]}"
    return f"{item.split or UNSPLIT}/{city}/{rest.replace('/', '%2F')}"


# --- polygons ----------------------------------------------------------------------------------------------


def _objects(page: Page, item: ImageItem, masks: ImageMasks) -> Iterator[Record]:
    """The objects of an image, the lowest first, ignore regions above."""
    instances = item.annotation.instances
    for instance, runs, outline in zip(instances, masks.instances, outlines(item.annotation, masks)):
        where = f"{item.name}, {instance.id}"
        if runs.is_empty:
            page.lose(Loss.EMPTY, where)
            continue
        if outline.holes:
            page.lose(Loss.HOLES, where)
        elif len(outline.rings) > 1:
            page.lose(Loss.PARTED, where)
        if not outline.keeps_shape:
            page.lose(Loss.SHAPE, where)
        if instance.attributes:
            page.lose(Loss.ATTRIBUTES, where)
        for ring in outline.rings:
            yield {"label": instance.class_name, "instance": instance.id, "polygon": positions(ring)}
    for ring in _ignored(item.annotation):
        yield {"label": "ignore", "ignore": True, "polygon": positions(ring)}


def _ignored(annotation: Annotation) -> tuple[Ring, ...]:
    polygons = tuple(replace(polygon, role=Role.INCLUDE) for polygon in annotation.ignore)
    regions = Annotation(annotation.image, (Instance("ignore", "", polygons),))
    (outline,) = outlines(regions, rasterize(regions))
    return outline.rings


def _document(item: ImageItem, objects: Iterator[Record]) -> bytes:
    """One object a line."""
    image = item.annotation.image
    rows = ",\n".join(json.dumps(one) for one in objects)
    head = f'{{\n"imgHeight": {image.height},\n"imgWidth": {image.width},\n"objects": [\n'
    return f"{head}{rows}\n]\n}}\n".encode("ascii")


# --- masks -------------------------------------------------------------------------------------------------


def _ids(
    page: Page, item: ImageItem, masks: ImageMasks, job: Job
) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """(height, width) class indices, and (height, width) numbers of instances."""
    counts: Counter[int] = Counter()
    numbers, indices = [], []
    for instance, runs in zip(item.annotation.instances, masks.instances):
        index = job.index_of[instance.class_name]
        number = index * PER_CLASS + counts[index]
        if counts[index] >= PER_CLASS or number > LARGEST_ID:
            number = index
            if not runs.is_empty:
                page.lose(Loss.NUMBER, f"{item.name}, {instance.id}")
        counts[index] += not runs.is_empty
        indices.append(index)
        numbers.append(number)
    ids = painted(masks, np.array([*numbers, IGNORE], dtype=np.uint16))
    # Numbers say what class they are of.
    class_of = np.arange(LARGEST_ID + 1)
    class_of[PER_CLASS:] //= PER_CLASS
    return class_of.astype(np.uint8)[ids], ids


def _colours(classes: NDArray[np.uint8], job: Job) -> NDArray[np.uint8]:
    """(height, width, 3) red, green, blue."""
    colours = np.array(palette(job.classes), dtype=np.uint8)
    # In a quarter of the time that an index takes; nothing is out of 256 colours, so nothing is clipped.
    return colours.take(classes, axis=0, mode="clip")


def _labels(classes: Sequence[ClassInfo]) -> bytes:
    """The list of `labels.py`, as far as it says something here."""
    colours = palette(classes)
    names = [("unlabeled", 0), *((entry.name, entry.index) for entry in classes), ("ignore", IGNORE)]
    records = [
        {
            "name": name,
            "id": id,
            "trainId": number if 0 <= number < len(classes) else _NO_TRAINING,
            "hasInstances": 0 <= number < len(classes),
            "ignoreInEval": not 0 <= number < len(classes),
            "color": list(colours[id]),
        }
        for number, (name, id) in enumerate(names, -1)
    ]
    return ("[\n" + ",\n".join(json.dumps(record) for record in records) + "\n]\n").encode("ascii")
