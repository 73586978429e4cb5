"""CVAT for images, XML 1.1: one `annotations.xml` for all images, written as a stream.

Convention: CVAT's points are continuous, (0, 0) the top-left corner of the first pixel and (width, height)
the bottom-right one, as ours: its canvas is the image as a drawing, and a polygon may reach from 0 to the
width. Nothing is moved. A `<mask>` is a box of whole pixels and the runs in it, row by row, zeros first;
CVAT's loader (`dataset_manager/formats/cvat.py`) takes `left + width - 1` for its last column.

A `<polygon>` has no holes. What has none is written as polygons, those of one instance with one `group_id`,
which CVAT takes for one thing too; what has holes as a `<mask>`, exact. `z_order` is the place in painting
order. CVAT has no ignore regions, and takes only labels and attributes that the task has: `labels.json` is
for the raw view of its label editor.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from labeler.document.model import Instance
from labeler.formats import cvat_reading
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
from labeler.formats.outlines import shapes
from labeler.formats.reading import FoundImage, Reading
from labeler.formats.report import Loss
from labeler.formats.xml_values import content, quoted, text_of
from labeler.geometry.rings import Ring
from labeler.i18n import N_
from labeler.raster.runs import ImageMasks, Runs, rasterize

SHAPES = Option(
    "shapes",
    N_("Shapes"),
    N_("polygons: editable; what has holes becomes a mask. masks: everything as runs of pixels."),
    "polygons",
    ("polygons", "masks"),
    (N_("polygons"), N_("masks")),
)

FILE, LABELS = "annotations.xml", "labels.json"


class Cvat(Format):
    """`annotations.xml`; names of images are relative to the dataset's folder, and copies lie in `images`."""

    id = "cvat"
    title = N_("CVAT for images 1.1 (XML)")
    options = (SHAPES,)
    reads = True

    def keeps(self, options: Options) -> Keeps:
        polygons = chosen(options, SHAPES) == "polygons"
        return Keeps(classes=True, instances=True, overlaps=True, subpixel=polygons)

    def shared(self, job: Job) -> Sequence[SharedFile]:
        images = Section(_head(job.classes), b"", b"</annotations>\n")
        labels = SharedFile(LABELS, (Section(_labels(job.classes)),))
        names = [f"{split}/{FILE}" if split else FILE for split in job.splits]
        return [*(SharedFile(name, (images,)) for name in names), labels]

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        annotation = item.annotation
        masks = rasterize(annotation)
        shapes = "".join(_shapes(page, item, masks, job))
        info = annotation.image
        image = {"id": item.number, "name": item.name, "width": info.width, "height": info.height}
        page.add_row(in_split(item, FILE), _element("image", image, shapes, "  ").encode())
        if not masks.ignore.is_empty:
            page.lose(Loss.IGNORE, item.name)
        if annotation.flags:
            page.lose(Loss.ATTRIBUTES, item.name)

    def image_place(self, item: ImageItem, job: Job) -> str:
        return in_split(item, f"images/{item.name}")

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        return cvat_reading.read(source, reading)


def _shapes(page: Page, item: ImageItem, masks: ImageMasks, job: Job) -> Iterator[str]:
    """The elements of the instances of an image, the lowest first."""
    instances = item.annotation.instances
    as_masks = chosen(job.options, SHAPES) == "masks"
    found = [None] * len(instances) if as_masks else shapes(item.annotation, masks)
    for place, (instance, runs, shape) in enumerate(zip(instances, masks.instances, found)):
        where = f"{item.name}, {instance.id}"
        if runs.is_empty:
            page.lose(Loss.EMPTY, where)
            continue
        page.instances += 1
        holes = shape is not None and any(area.holes for area in shape.areas)
        if holes:
            page.lose(Loss.MASK, where)
        elif shape and not shape.keeps_shape:
            page.lose(Loss.SHAPE, where)
        attributes, inner, left_out = _attributes(instance)
        if left_out:
            page.lose(Loss.ATTRIBUTES, where)
        attributes["z_order"] = str(place)
        rings = shape.rings if shape and not holes else ()
        if len(rings) > 1:
            attributes["group_id"] = str(place + 1)
        for ring in rings:
            yield _element("polygon", {**attributes, "points": _points(ring)}, inner, "    ")
        if not rings:
            yield _element("mask", {**attributes, **_mask(runs)}, inner, "    ")


def _attributes(instance: Instance) -> tuple[dict[str, str], str, bool]:
    """What a shape says of its instance, the elements in it, and whether some of it had no place."""
    occluded = instance.attributes.get("occluded") is True
    own = {
        "label": instance.class_name,
        "source": "manual" if instance.source == "human" else "auto",
        "occluded": "1" if occluded else "0",
    }
    others = {
        key: value for key, value in instance.attributes.items() if not (key == "occluded" and occluded)
    }
    texts = {key: text for key, value in others.items() if (text := text_of(value)) is not None}
    inner = "".join(
        f"      <attribute name={quoted(key)}>{content(text)}</attribute>\n" for key, text in texts.items()
    )
    return own, inner, len(texts) < len(others)


def _mask(runs: Runs) -> dict[str, int | str]:
    left, top, patch = runs.to_patch()
    height, width = patch.shape
    flat = patch.ravel()
    turns = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    counts = np.diff(turns, prepend=0, append=flat.size).tolist()
    counts = [0, *counts] if flat[0] else counts
    return {"rle": str(counts)[1:-1], "left": left, "top": top, "width": width, "height": height}


def _points(ring: Ring) -> str:
    numbers = flat(ring)
    return ";".join(f"{x},{y}" for x, y in zip(numbers[::2], numbers[1::2]))


def _element(tag: str, attributes: Mapping[str, object], inner: str, indent: str) -> str:
    start = " ".join(f"{key}={quoted(str(value))}" for key, value in attributes.items())
    end = f">\n{inner}{indent}</{tag}>" if inner else "/>"
    return f"{indent}<{tag} {start}{end}\n"


def _head(classes: Sequence[ClassInfo]) -> bytes:
    # No date and no number of images: the same labels give the same bytes, and rows come later.
    labels = "".join(
        f"        <label><name>{content(entry.name)}</name><color>{entry.color}</color>"
        "<type>any</type><attributes></attributes></label>\n"
        for entry in classes
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n'
        "  <meta>\n    <task>\n      <name>labeler</name>\n      <mode>annotation</mode>\n"
        f"      <labels>\n{labels}      </labels>\n    </task>\n  </meta>\n"
    ).encode()


def _labels(classes: Sequence[ClassInfo]) -> bytes:
    labels = [{"name": entry.name, "color": entry.color, "attributes": []} for entry in classes]
    return (json.dumps(labels, indent=2) + "\n").encode("ascii")
