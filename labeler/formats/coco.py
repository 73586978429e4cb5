"""COCO instances: one `annotations.json` for the whole dataset, written as a stream.

Convention: COCO's polygons are continuous coordinates with (0, 0) at the top-left corner of the first pixel,
as ours, so nothing is moved. `segmentation` as RLE is exact. As polygons it is exact for a reader that goes
by pixel centres; pycocotools rounds points to fifths of a pixel first, and so its masks differ in 0.05 pixels
per pixel of perimeter on average (0.1 at most for things over 40 px across), without growing or shrinking.
`area` and `bbox` are always of the exact mask.

COCO's list of polygons is a union: a hole in it would be filled by every reader. Instances with holes are cut
into parts without holes, which stay in one annotation.

Ignore regions are annotations with `iscrowd` 1, always RLE. Crowds count within their category only, and ours
are "don't know" about every class: each category gets one.

Ids say what they stand for and not where it stands in the file: an image's comes from its name, an
annotation's from that and the instance's id, so they survive new images, new instances and a new order. They
are below 2³¹ and 2⁵³, for readers with 32-bit image ids and for those that keep numbers as doubles.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from labeler.formats.base import (
    EMPTY,
    ClassInfo,
    ImageItem,
    Keeps,
    Option,
    Options,
    chosen,
)
from labeler.formats.outlines import Outline, outlines
from labeler.formats.output import OutputFolder
from labeler.formats.report import ExportReport, Loss
from labeler.geometry.rings import Ring
from labeler.i18n import N_
from labeler.raster.rle import Measures
from labeler.raster.runs import ImageMasks, rasterize

SEGMENTATION = Option(
    "segmentation",
    N_("Segmentation"),
    N_("rle: compressed runs, exact for every reader. polygons: editable; holes are cut, never filled."),
    "rle",
    ("rle", "polygons"),
    (N_("runs (RLE)"), N_("polygons")),
)

FILE = "annotations.json"
_IMAGE_ID_BITS = 31
_ANNOTATION_ID_BITS = 22

Record = dict[str, Any]


class Coco:
    """`annotations.json`; `file_name` is relative to the dataset's folder, category ids are class indices."""

    id = "coco"
    title = N_("COCO instances (JSON)")
    options = (SEGMENTATION, EMPTY)

    def keeps(self, options: Options) -> Keeps:
        polygons = chosen(options, SEGMENTATION) == "polygons"
        return Keeps(classes=True, instances=True, overlaps=True, ignore=True, subpixel=polygons)

    def write(
        self,
        items: Iterable[ImageItem],
        classes: Sequence[ClassInfo],
        out: Path,
        options: Options,
        report: ExportReport,
    ) -> None:
        folder = OutputFolder(out, report)
        image_ids = _Ids(_IMAGE_ID_BITS)
        records = _Records(classes, chosen(options, SEGMENTATION) == "polygons", report)
        # Images and annotations are two lists in one file: the second waits on disk while both grow.
        with folder.open(FILE) as file, tempfile.TemporaryFile(dir=out) as waiting:
            file.write(_head(classes))
            images, annotations = _List(file), _List(waiting)
            for item in items:
                image_id = image_ids.of(item.name)
                images.add(_image(item, image_id))
                for record in records.of(item, image_id):
                    annotations.add(record)
                report.images += 1
            file.write(b'\n],\n"annotations": [')
            waiting.seek(0)
            shutil.copyfileobj(waiting, file)
            file.write(b"\n]\n}\n")


class _Records:
    """The annotation records of one image after another."""

    def __init__(self, classes: Sequence[ClassInfo], as_polygons: bool, report: ExportReport) -> None:
        self._index_of = {entry.name: entry.index for entry in classes}
        self._as_polygons = as_polygons
        self._report = report

    def of(self, item: ImageItem, image_id: int) -> Iterator[Record]:
        masks = rasterize(item.annotation)
        ids = _Ids(_ANNOTATION_ID_BITS, image_id << _ANNOTATION_ID_BITS)
        rings = self._rings(item, masks)
        for instance, measures, segmentation in zip(item.annotation.instances, masks.measured, rings):
            # Taken for empty instances too: what is drawn elsewhere must not change an id.
            id = ids.of(instance.id)
            if measures.area == 0:
                self._report.lose(Loss.EMPTY, f"{item.name}, {instance.id}")
                continue
            self._report.instances += 1
            category = self._index_of[instance.class_name]
            yield _annotation(id, image_id, category, measures, segmentation or measures.rle)
        if not masks.ignore.is_empty:
            for category in self._index_of.values():
                id = ids.of(f"ignore/{category}")
                measures = masks.ignore.measured
                yield _annotation(id, image_id, category, measures, measures.rle, iscrowd=1)

    def _rings(self, item: ImageItem, masks: ImageMasks) -> Iterable[list[list[float]] | None]:
        if not self._as_polygons:
            return [None] * len(masks.instances)
        found = outlines(item.annotation, masks)
        for instance, outline in zip(item.annotation.instances, found):
            self._note(outline, f"{item.name}, {instance.id}")
        return [[_flat(ring) for ring in outline.rings] for outline in found]

    def _note(self, outline: Outline, where: str) -> None:
        if not outline.rings:
            return
        if outline.holes:
            self._report.lose(Loss.HOLES, where)
        if not outline.keeps_shape:
            self._report.lose(Loss.SHAPE, where)


class _Ids:
    """Numbers from names: ``first`` plus a hash of so many bits, never 0 (evaluation code takes that for
    "none"). Where two names meet in one number, the later one gets the next that is free."""

    def __init__(self, bits: int, first: int = 0) -> None:
        self._mask = (1 << bits) - 1
        self._first = first
        self._taken = {0}

    def of(self, name: str) -> int:
        digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        number = int.from_bytes(digest, "big") & self._mask
        while number in self._taken:
            number = (number + 1) & self._mask
        self._taken.add(number)
        return self._first + number


class _List:
    """Records of a JSON array, one a line."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._separator = b"\n"

    def add(self, record: Record) -> None:
        self._file.write(self._separator + _json(record))
        self._separator = b",\n"


def _json(value: Any) -> bytes:
    # ASCII, because pycocotools opens files in the encoding of the system, which on Windows is not UTF-8.
    return json.dumps(value, allow_nan=False).encode("ascii")


def _head(classes: Sequence[ClassInfo]) -> bytes:
    # No date: the same labels give the same bytes.
    info = {"description": "Exported by labeler", "version": "1"}
    categories = [{"id": entry.index, "name": entry.name, "supercategory": ""} for entry in classes]
    start = b'{\n"info": %b,\n"licenses": [],\n"categories": %b,\n"images": ['
    return start % (_json(info), _json(categories))


def _image(item: ImageItem, id: int) -> Record:
    image = item.annotation.image
    return {"id": id, "file_name": item.name, "width": image.width, "height": image.height}


def _annotation(
    id: int, image_id: int, category: int, measures: Measures, segmentation: object, iscrowd: int = 0
) -> Record:
    return {
        "id": id,
        "image_id": image_id,
        "category_id": category,
        "iscrowd": iscrowd,
        "area": measures.area,
        "bbox": list(measures.bbox),
        "segmentation": segmentation,
    }


def _flat(ring: Ring) -> list[float]:
    """x, y, x, y …; whole numbers without a point."""
    return [int(value) if value.is_integer() else value for value in ring.ravel().tolist()]
