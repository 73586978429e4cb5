"""One PNG an image with a palette: the value of a pixel is the index of its class. Same pixels as ours."""

from __future__ import annotations

from collections.abc import Sequence

from labeler.formats.base import ClassInfo, Format, ImageItem, Job, Keeps, Options, Page, in_split
from labeler.i18n import N_
from labeler.raster import png
from labeler.raster.masks import IGNORE, indexed
from labeler.raster.runs import rasterize

Colour = tuple[int, int, int]

#: What viewers show for "don't know": Pascal VOC's pale yellow, which people know for it.
IGNORE_COLOUR: Colour = (224, 224, 192)


class Indexed(Format):
    """`photo.png`, 8 bits: 0 background, 1 to 254 the class, 255 ignore; the palette has the class colours.

    Where instances overlap the later one shows, and ignore regions lie over everything.
    """

    id = "indexed"
    title = N_("Indexed masks (PNG with palette)")

    def keeps(self, options: Options) -> Keeps:
        return Keeps(classes=True, ignore=True)

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        masks = rasterize(item.annotation)
        indices = [job.index_of[instance.class_name] for instance in item.annotation.instances]
        data = png.encode_indexed(indexed(masks, indices), palette(job.classes))
        page.add_file(in_split(item, f"{item.stem}.png"), data)
        page.instances = sum(not runs.is_empty for runs in masks.instances)


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
