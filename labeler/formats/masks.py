"""Binary masks as PNG: one an image, a class or an instance. Same pixel convention as ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from labeler.document.model import Annotation
from labeler.formats import names
from labeler.formats.base import (
    EMPTY,
    ClassInfo,
    ImageItem,
    Keeps,
    Option,
    Options,
    chosen,
)
from labeler.formats.output import OutputFolder
from labeler.formats.report import ExportReport, Loss
from labeler.i18n import N_
from labeler.raster import png
from labeler.raster.masks import by_class
from labeler.raster.runs import ImageMasks, Runs, rasterize

PER = Option(
    "per",
    N_("One mask per"),
    N_("One mask for each of these."),
    "image",
    ("image", "class", "instance"),
    (N_("image"), N_("class"), N_("instance")),
)
BITS = Option(
    "bits", N_("Bits per pixel"), N_("Bits of a pixel: 1 (0 and 1), or 8 (0 and 255)."), "1", ("1", "8")
)


class Masks:
    """`photo.png`, `photo.<class>.png` or `photo.<id>.png`; white is inside.

    Per class, a pixel under several instances belongs to the last of them, as in an indexed mask, and a class
    that an image has nothing of gets a file only with ``empty``. Ignore regions have no place here.
    """

    id = "masks"
    title = N_("Binary masks (PNG)")
    options = (PER, BITS, EMPTY)

    def keeps(self, options: Options) -> Keeps:
        per = chosen(options, PER)
        return Keeps(classes=per == "class", instances=per == "instance", overlaps=per == "instance")

    def write(
        self,
        items: Iterable[ImageItem],
        classes: Sequence[ClassInfo],
        out: Path,
        options: Options,
        report: ExportReport,
    ) -> None:
        folder = OutputFolder(out, report)
        class_names = [entry.name for entry in classes]
        suffixes = dict(zip(class_names, names.safe_names(class_names)))
        for item in items:
            masks = rasterize(item.annotation)
            per = chosen(options, PER)
            if per == "instance":
                named = _of_instances(item, masks, report)
            elif per == "class":
                named = _of_classes(item, masks, suffixes, bool(chosen(options, EMPTY)))
            else:
                named = iter([(item.stem, masks.union)])
            for stem, runs in named:
                folder.write(f"{stem}.png", _encoded(runs, chosen(options, BITS) == "1"))
            _count(item, masks, report)


def _of_instances(item: ImageItem, masks: ImageMasks, report: ExportReport) -> Iterator[tuple[str, Runs]]:
    ids = [instance.id for instance in item.annotation.instances]
    for id, safe_id, runs in zip(ids, names.safe_names(ids), masks.instances):
        if runs.is_empty:
            report.lose(Loss.EMPTY, f"{item.name}, {id}")
        else:
            yield f"{item.stem}.{safe_id}", runs


def _of_classes(
    item: ImageItem, masks: ImageMasks, suffixes: dict[str, str], empty: bool
) -> Iterator[tuple[str, Runs]]:
    painted = by_class(masks, _classes_of(item.annotation))
    nothing = rasterize(Annotation(item.annotation.image)).union
    for name, suffix in suffixes.items():
        if empty or name in painted:
            yield f"{item.stem}.{suffix}", painted.get(name, nothing)


def _classes_of(annotation: Annotation) -> list[str]:
    return [instance.class_name for instance in annotation.instances]


def _encoded(runs: Runs, one_bit: bool) -> bytes:
    if one_bit:
        return png.encode_mask(runs.to_packed(), runs.width, runs.height)
    return png.encode_mask_8bit(runs.to_mask())


def _count(item: ImageItem, masks: ImageMasks, report: ExportReport) -> None:
    report.images += 1
    report.instances += sum(not runs.is_empty for runs in masks.instances)
    if not masks.ignore.is_empty:
        report.lose(Loss.IGNORE, item.name)
