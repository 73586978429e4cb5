"""One PNG an image with a palette: the value of a pixel is the index of its class. Same pixels as ours.

Read are the same and grey ones: `value_reading` says which class an index is, `mask_files` for which image.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labeler.document.model import Annotation
from labeler.formats.base import ClassInfo, Format, ImageItem, Job, Keeps, Options, Page, in_split
from labeler.formats.mask_files import MaskFile, image_place, mask_files
from labeler.formats.pixel_losses import lose_around, lose_overlaps
from labeler.formats.reading import FoundImage, Reading, Size, malformed
from labeler.formats.value_reading import CLASSES, IGNORE_COLOUR, Things, ValueReader, label_map_of
from labeler.i18n import N_, _
from labeler.raster import png
from labeler.raster.labelmaps import Kind
from labeler.raster.masks import IGNORE, indexed
from labeler.raster.runs import rasterize

Colour = tuple[int, int, int]


class Indexed(Format):
    """`photo.png`, 8 bits: 0 background, 1 to 254 the class, 255 ignore; the palette has the class colours.

    Where instances overlap the later one shows, and ignore regions lie over everything.
    """

    id = "indexed"
    title = N_("Indexed masks (PNG with palette)")
    reads = True

    def keeps(self, options: Options) -> Keeps:
        return Keeps(classes=True, ignore=True)

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        masks = rasterize(item.annotation)
        indices = [job.index_of[instance.class_name] for instance in item.annotation.instances]
        data = png.encode_indexed(indexed(masks, indices), palette(job.classes))
        page.add_file(in_split(item, f"{item.stem}.png"), data)
        page.instances = sum(not runs.is_empty for runs in masks.instances)
        lose_around(page, item)
        lose_overlaps(page, item, masks, indices)

    def image_place(self, item: ImageItem, job: Job) -> str:
        return image_place(item)

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        files = mask_files(source, reading.images)
        return [_found(file, reading) for some in files.values() for file in some]


def _found(file: MaskFile, reading: Reading) -> FoundImage:
    where = str(file.path)

    def read(size: Size) -> Annotation:
        labels = label_map_of(file.path, size)
        if labels.kind is Kind.COLOUR:
            raise malformed(where, _("has colours where indices of classes are needed: import it as masks"))
        things = Things([], [])
        ValueReader(labels, where, reading).put(things, CLASSES, reading.default_class, {})
        return things.annotation(size)

    return FoundImage(file.image, where, read)


def palette(classes: Sequence[ClassInfo]) -> list[Colour]:
    """256 colours: black, the classes' at their indices, the ignore colour last, black where no class is."""
    colours: list[Colour] = [(0, 0, 0)] * 256
    for entry in classes:
        colours[entry.index] = _rgb(entry.color)
    colours[IGNORE] = IGNORE_COLOUR
    return colours


def _rgb(color: str) -> Colour:
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue
