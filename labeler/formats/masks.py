"""Binary masks as PNG: one an image, a class or an instance. Same pixel convention as ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from labeler.document.model import Annotation
from labeler.formats import names
from labeler.formats.base import Format, ImageItem, Job, Keeps, Option, Options, Page, chosen, in_split
from labeler.formats.choices import EMPTY
from labeler.formats.report import Loss
from labeler.i18n import N_
from labeler.raster import png
from labeler.raster.masks import by_class
from labeler.raster.runs import ImageMasks, Runs, rasterize, union_of

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


class Masks(Format):
    """`photo.png`, `photo.<class>.png` or `photo.<id>.png`; white is inside.

    Per class, a pixel under several instances belongs to the last of them, as in an indexed mask, and a class
    that an image has nothing of gets a file only with ``empty``. Ignore regions have no place here.
    """

    id = "masks"
    title = N_("Binary masks (PNG)")
    options = (PER, BITS)

    def keeps(self, options: Options) -> Keeps:
        per = chosen(options, PER)
        return Keeps(classes=per == "class", instances=per == "instance", overlaps=per == "instance")

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        masks = rasterize(item.annotation)
        bits = 1 if chosen(job.options, BITS) == "1" else 8
        for stem, runs in self._named(page, item, masks, job):
            page.add_file(in_split(item, f"{stem}.png"), png.encode_runs(runs, bits))
        page.instances = sum(not runs.is_empty for runs in masks.instances)
        if not masks.ignore.is_empty:
            page.lose(Loss.IGNORE, item.name)

    def _named(self, page: Page, item: ImageItem, masks: ImageMasks, job: Job) -> Iterable[tuple[str, Runs]]:
        per = chosen(job.options, PER)
        if per == "instance":
            return _of_instances(page, item, masks)
        if per == "class":
            return _of_classes(item, masks, job)
        return [(item.stem, masks.union)]


def _of_instances(page: Page, item: ImageItem, masks: ImageMasks) -> Iterator[tuple[str, Runs]]:
    ids = [instance.id for instance in item.annotation.instances]
    for id, safe_id, runs in zip(ids, names.safe_names(ids), masks.instances):
        if runs.is_empty:
            page.lose(Loss.EMPTY, f"{item.name}, {id}")
        else:
            yield f"{item.stem}.{safe_id}", runs


def _of_classes(item: ImageItem, masks: ImageMasks, job: Job) -> Iterator[tuple[str, Runs]]:
    painted = by_class(masks, _classes_of(item.annotation))
    nothing = union_of((), masks.width, masks.height)
    class_names = [entry.name for entry in job.classes]
    for name, suffix in zip(class_names, names.safe_names(class_names)):
        if name in painted or chosen(job.options, EMPTY):
            yield f"{item.stem}.{suffix}", painted.get(name, nothing)


def _classes_of(annotation: Annotation) -> list[str]:
    return [instance.class_name for instance in annotation.instances]
