"""One PNG an image with a palette: the value of a pixel is the index of its class. Same pixels as ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from labeler.formats.base import EMPTY, ClassInfo, ImageItem, Keeps, Options
from labeler.formats.output import OutputFolder
from labeler.formats.report import ExportReport
from labeler.i18n import N_
from labeler.raster import png
from labeler.raster.masks import IGNORE, indexed
from labeler.raster.runs import rasterize

Colour = tuple[int, int, int]

#: What viewers show for "don't know": Pascal VOC's pale yellow, which people know for it.
IGNORE_COLOUR: Colour = (224, 224, 192)


class Indexed:
    """`photo.png`, 8 bits: 0 background, 1 to 254 the class, 255 ignore; the palette has the class colours.

    Where instances overlap the later one shows, and ignore regions lie over everything.
    """

    id = "indexed"
    title = N_("Indexed masks (PNG with palette)")
    options = (EMPTY,)

    def keeps(self, options: Options) -> Keeps:
        return Keeps(classes=True, ignore=True)

    def write(
        self,
        items: Iterable[ImageItem],
        classes: Sequence[ClassInfo],
        out: Path,
        options: Options,
        report: ExportReport,
    ) -> None:
        folder = OutputFolder(out, report)
        index_of = {entry.name: entry.index for entry in classes}
        colours = palette(classes)
        for item in items:
            masks = rasterize(item.annotation)
            indices = [index_of[instance.class_name] for instance in item.annotation.instances]
            folder.write(f"{item.stem}.png", png.encode_indexed(indexed(masks, indices), colours))
            report.images += 1
            report.instances += sum(not runs.is_empty for runs in masks.instances)


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
