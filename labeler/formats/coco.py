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

Attributes of instances go into an object `attributes`, where Datumaro and CVAT keep theirs. How files of
others are read is in `coco_reading`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from labeler.document.model import Extra
from labeler.formats import coco_reading
from labeler.formats.base import (
    ClassInfo,
    Format,
    ImageItem,
    Job,
    Keeps,
    Option,
    Options,
    Page,
    Section,
    SharedFile,
    chosen,
    in_split,
)
from labeler.formats.coordinates import flat
from labeler.formats.outlines import outlines
from labeler.formats.reading import FoundImage, Reading
from labeler.formats.report import Loss
from labeler.formats.values import kept
from labeler.i18n import N_
from labeler.raster.measures import Measures
from labeler.raster.runs import ImageMasks, Runs, rasterize

RLE, UNCOMPRESSED, POLYGONS = "rle", "rle-uncompressed", "polygons"
SEGMENTATION = Option(
    "segmentation",
    N_("Segmentation"),
    N_(
        "rle: compressed runs, exact for every reader. rle-uncompressed: the same as lists of numbers, for "
        "readers without pycocotools. polygons: editable; holes are cut, never filled."
    ),
    RLE,
    (RLE, UNCOMPRESSED, POLYGONS),
    (N_("runs (RLE)"), N_("runs as numbers"), N_("polygons")),
)

FILE = "annotations.json"
#: The sections of the file.
IMAGES, ANNOTATIONS = 0, 1
_ANNOTATION_ID_BITS = 22


class Coco(Format):
    """`annotations.json`; `file_name` is relative to the dataset's folder, category ids are class indices."""

    id = "coco"
    title = N_("COCO instances (JSON)")
    options = (SEGMENTATION,)
    reads = True

    def keeps(self, options: Options) -> Keeps:
        polygons = chosen(options, SEGMENTATION) == POLYGONS
        return Keeps(classes=True, instances=True, overlaps=True, ignore=True, subpixel=polygons)

    def shared(self, job: Job) -> Sequence[SharedFile]:
        images = Section(_head(job.classes), b",\n", b"\n],\n")
        annotations = Section(b'"annotations": [\n', b",\n", b"\n]\n}\n")
        names = [f"{split}/{FILE}" if split else FILE for split in job.splits]
        return [SharedFile(name, (images, annotations)) for name in names]

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        file = in_split(item, FILE)
        page.add_row(file, _image(item), IMAGES)
        for record in _records(page, item, job):
            # ASCII, because pycocotools opens files in the encoding of the system: on Windows not UTF-8.
            page.add_row(file, record.encode("ascii"), ANNOTATIONS)
        if item.annotation.flags:
            page.lose(Loss.ATTRIBUTES, item.name)

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        return coco_reading.read(source, reading)


def _records(page: Page, item: ImageItem, job: Job) -> Iterator[str]:
    """The annotation records of one image."""
    masks = rasterize(item.annotation)
    ids = _Ids(item.number)
    segmentations = _segmentations(page, item, masks, job)
    for instance, measures, segmentation in zip(item.annotation.instances, masks.measured, segmentations):
        # Taken for empty instances too: what is drawn elsewhere must not change an id.
        id = ids.of(instance.id)
        if measures.area == 0:
            page.lose(Loss.EMPTY, f"{item.name}, {instance.id}")
            continue
        page.instances += 1
        category = job.index_of[instance.class_name]
        attributes = _attributes(page, instance.attributes, f"{item.name}, {instance.id}")
        yield _record(id, item, category, 0, measures, segmentation, attributes)
    if not masks.ignore.is_empty:
        measures = masks.ignore.measured
        segmentation = _runs(masks.ignore, measures, job)
        for category in job.index_of.values():
            yield _record(ids.of(f"ignore/{category}"), item, category, 1, measures, segmentation)


def _segmentations(page: Page, item: ImageItem, masks: ImageMasks, job: Job) -> Iterable[str]:
    """What stands for the mask of each instance."""
    if chosen(job.options, SEGMENTATION) != POLYGONS:
        return [_runs(runs, measures, job) for runs, measures in zip(masks.instances, masks.measured)]
    found = outlines(item.annotation, masks)
    for instance, outline in zip(item.annotation.instances, found):
        if outline.rings and outline.holes:
            page.lose(Loss.HOLES, f"{item.name}, {instance.id}")
        if outline.rings and not outline.keeps_shape:
            page.lose(Loss.SHAPE, f"{item.name}, {instance.id}")
    return [_encode([flat(ring) for ring in outline.rings]) for outline in found]


def _runs(runs: Runs, measures: Measures, job: Job) -> str:
    size, counts = measures.rle["size"], measures.rle["counts"]
    if chosen(job.options, SEGMENTATION) == UNCOMPRESSED:
        return f'{{"size": {size}, "counts": {runs.counts()}}}'
    # Of what these strings are made of JSON escapes this character only.
    return f'{{"size": {size}, "counts": "{counts.replace(chr(92), 2 * chr(92))}"}}'


def _attributes(page: Page, attributes: Extra, where: str) -> str:
    if not attributes:
        return ""
    return f', "attributes": {_encode(kept(attributes, page, where))}'


class _Ids:
    """Ids of an image's annotations: its number, then a hash of the instance's id, never 0 (evaluation code
    takes that for "none"). Where two meet in one, the later one gets the next that is free."""

    def __init__(self, image_number: int) -> None:
        self._first = image_number << _ANNOTATION_ID_BITS
        self._taken = {0}

    def of(self, name: str) -> int:
        number = zlib.crc32(name.encode("utf-8", "surrogatepass")) & (1 << _ANNOTATION_ID_BITS) - 1
        while number in self._taken:
            number = (number + 1) & (1 << _ANNOTATION_ID_BITS) - 1
        self._taken.add(number)
        return self._first + number


_encode = json.JSONEncoder(allow_nan=False).encode


def _head(classes: Sequence[ClassInfo]) -> bytes:
    # No date: the same labels give the same bytes.
    info = {"description": "Exported by labeler", "version": "1"}
    categories = [{"id": entry.index, "name": entry.name, "supercategory": ""} for entry in classes]
    start = '{\n"info": %s,\n"licenses": [],\n"categories": %s,\n"images": [\n'
    return (start % (_encode(info), _encode(categories))).encode("ascii")


def _image(item: ImageItem) -> bytes:
    image = item.annotation.image
    record = {"id": item.number, "file_name": item.name, "width": image.width, "height": image.height}
    return _encode(record).encode("ascii")


def _record(
    id: int,
    item: ImageItem,
    category: int,
    iscrowd: int,
    measures: Measures,
    segmentation: str,
    attributes: str = "",
) -> str:
    # By hand: a tenth of an export's time less. Python's lists of numbers are JSON's.
    return (
        f'{{"id": {id}, "image_id": {item.number}, "category_id": {category}, "iscrowd": {iscrowd}, '
        f'"area": {measures.area}, "bbox": {list(measures.bbox)}, '
        f'"segmentation": {segmentation}{attributes}}}'
    )
