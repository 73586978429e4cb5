"""Pascal VOC segmentation: masks of classes and of objects, boxes as XML, lists of images.

Masks have the same pixels as ours, exact. `SegmentationClass` has the index of the class and the palette of
our classes' colours; `SegmentationObject` counts the instances from 1, in the order of the objects in the
XML, with VOC's own palette. 255 is ignore ("void"). VOC draws a void border around everything; we draw none.
Where instances overlap the topmost shows. 254 instances have a place in a palette: an image with more gets a
mask of objects in 16-bit grey, with 65535 for ignore, and the report says so.

Convention of the boxes: VOC counts pixels from 1 and includes the last: a thing that covers the first 10
columns has xmin 1 and xmax 10. They are of the exact mask of the instance, also where another lies over it.

Lists are `trainval.txt`, or one for each part of a split, with train and val together in `trainval.txt`.
Images in folders stay in folders: `sub/photo` is a line, and `SegmentationClass/sub/photo.png` its mask.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Instance
from labeler.formats import voc_reading
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
from labeler.formats.indexed import palette
from labeler.formats.pixel_losses import lose_overlaps
from labeler.formats.reading import FoundImage, Reading
from labeler.formats.report import Loss
from labeler.formats.voc_classes import BACKGROUND, CLASS_NAMES, COLOURS, IGNORED, LABEL_MAP
from labeler.formats.voc_reading import MARKS
from labeler.formats.xml_values import content, text_of
from labeler.i18n import N_
from labeler.raster import png
from labeler.raster.masks import IGNORE, IGNORE_ID, indexed, painted
from labeler.raster.runs import ImageMasks, rasterize

ALL = "trainval"
_LISTS = "ImageSets/Segmentation"


class Voc(Format):
    """`SegmentationClass`, `SegmentationObject`, `Annotations` and lists; copies lie in `JPEGImages`."""

    id = "voc"
    title = N_("Pascal VOC segmentation")
    reads = True

    def keeps(self, options: Options) -> Keeps:
        return Keeps(classes=True, instances=True, ignore=True)

    def shared(self, job: Job) -> Sequence[SharedFile]:
        lists = dict.fromkeys((ALL, *filter(None, job.splits)))
        return [
            *(SharedFile(_list(name), (Section(),)) for name in lists),
            SharedFile(LABEL_MAP, (Section(_label_map(job.classes)),)),
            SharedFile(CLASS_NAMES, (Section(_class_names(job.classes)),)),
        ]

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        masks = rasterize(item.annotation)
        indices = [job.index_of[instance.class_name] for instance in item.annotation.instances]
        classes = png.encode_indexed(indexed(masks, indices), palette(job.classes))
        page.add_file(f"SegmentationClass/{item.stem}.png", classes)
        page.add_file(f"SegmentationObject/{item.stem}.png", _objects(page, item, masks))
        page.add_file(f"Annotations/{item.stem}.xml", _boxes(page, item, masks))
        for name in dict.fromkeys((item.split or ALL, "test" if item.split == "test" else ALL)):
            page.add_row(_list(name), f"{item.stem}\n".encode("utf-8", "surrogateescape"))
        lose_overlaps(page, item, masks, range(len(masks.instances)))
        if item.annotation.flags:
            page.lose(Loss.ATTRIBUTES, item.name)

    def image_place(self, item: ImageItem, job: Job) -> str:
        return f"JPEGImages/{_file_name(item)}"

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        return voc_reading.read(source, reading)


def _list(name: str) -> str:
    return f"{_LISTS}/{name}.txt"


def _file_name(item: ImageItem) -> str:
    """That of the image beside its masks: readers put the suffix behind the line of a list."""
    return f"{item.stem}{PurePosixPath(item.name).suffix}"


# --- objects -----------------------------------------------------------------------------------------------


def _objects(page: Page, item: ImageItem, masks: ImageMasks) -> bytes:
    """The mask of objects, which counts those that show."""
    shown = np.array([not runs.is_empty for runs in masks.instances], dtype=np.bool_)
    numbers = np.where(shown, np.cumsum(shown), 0)
    page.instances = int(shown.sum())
    if page.instances < IGNORE:
        small: NDArray[np.uint8] = painted(masks, np.append(numbers, IGNORE).astype(np.uint8))
        return png.encode_indexed(small, COLOURS)
    page.lose(Loss.DEEP, item.name)
    for instance, number in zip(item.annotation.instances, numbers.tolist()):
        if number >= IGNORE_ID:
            page.lose(Loss.NUMBER, f"{item.name}, {instance.id}")
    numbers = np.where(numbers < IGNORE_ID, numbers, 0)
    large: NDArray[np.uint16] = painted(masks, np.append(numbers, IGNORE_ID).astype(np.uint16))
    return png.encode_16bit(large)


def _boxes(page: Page, item: ImageItem, masks: ImageMasks) -> bytes:
    """The XML of an image: an object for each instance that shows, in the order of their numbers."""
    image = item.annotation.image
    objects = []
    for instance, measures in zip(item.annotation.instances, masks.measured):
        if measures.area:
            objects.append(_object(page, item, instance, measures.bbox))
        else:
            page.lose(Loss.EMPTY, f"{item.name}, {instance.id}")
    # How many channels the image has stands in the image alone; VOC's have three.
    lines = (
        "<annotation>",
        "  <folder>JPEGImages</folder>",
        f"  <filename>{content(_file_name(item))}</filename>",
        "  <source><database>labeler</database></source>",
        f"  <size><width>{image.width}</width><height>{image.height}</height><depth>3</depth></size>",
        "  <segmented>1</segmented>",
        *objects,
        "</annotation>\n",
    )
    return "\n".join(lines).encode()


def _object(page: Page, item: ImageItem, instance: Instance, box: tuple[int, int, int, int]) -> str:
    marks = {mark: "1" if instance.attributes.get(mark) is True else "0" for mark in MARKS}
    others = {k: v for k, v in instance.attributes.items() if not (k in MARKS and v is True)}
    texts = {key: text for key, value in others.items() if (text := text_of(value)) is not None}
    if len(texts) < len(others):
        page.lose(Loss.ATTRIBUTES, f"{item.name}, {instance.id}")
    left, top, width, height = box
    lines = (
        "  <object>",
        f"    <name>{content(instance.class_name)}</name>",
        "    <pose>Unspecified</pose>",
        *(f"    <{mark}>{value}</{mark}>" for mark, value in marks.items()),
        "    <bndbox>",
        f"      <xmin>{left + 1}</xmin><ymin>{top + 1}</ymin>",
        f"      <xmax>{left + width}</xmax><ymax>{top + height}</ymax>",
        "    </bndbox>",
        *_attributes(texts),
        "  </object>",
    )
    return "\n".join(lines)


def _attributes(texts: dict[str, str]) -> Iterator[str]:
    """As CVAT and Datumaro have them; VOC itself has none."""
    if texts:
        yield "    <attributes>"
        for key, text in texts.items():
            names = f"<name>{content(key)}</name><value>{content(text)}</value>"
            yield f"      <attribute>{names}</attribute>"
        yield "    </attributes>"


# --- classes -----------------------------------------------------------------------------------------------


def _label_map(classes: Sequence[ClassInfo]) -> bytes:
    """As CVAT and Datumaro have it, who refuse masks with a colour that is not here."""
    colours = palette(classes)
    names = [(BACKGROUND, 0), *((entry.name, entry.index) for entry in classes)]
    if IGNORED not in dict(names):
        names.append((IGNORED, IGNORE))
    lines = [f"{_line(name)}:{','.join(map(str, colours[index]))}::" for name, index in names]
    return "\n".join(["# label:color_rgb:parts:actions", *lines, ""]).encode()


def _class_names(classes: Sequence[ClassInfo]) -> bytes:
    """One a line: the first is the background, 0; a line is empty where no class has its number."""
    names = {0: BACKGROUND, **{entry.index: entry.name for entry in classes}}
    return "".join(f"{_line(names.get(index, ''))}\n" for index in range(max(names) + 1)).encode()


def _line(name: str) -> str:
    return " ".join(name.splitlines())
