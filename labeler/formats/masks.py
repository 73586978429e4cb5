"""Masks as PNG, binary or with numbered instances. Same pixel convention as ours.

Read are mask images of any kind; `value_reading` says what their values mean, `mask_files` what their names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.formats import names
from labeler.formats.base import (
    Format,
    ImageItem,
    Job,
    Keeps,
    Option,
    Options,
    Page,
    chosen,
    in_split,
    number,
)
from labeler.formats.building import class_name
from labeler.formats.choices import EMPTY
from labeler.formats.mask_files import SUFFIX, MaskFile, Suffixes, image_place, mask_files
from labeler.formats.pixel_losses import lose_around, lose_overlaps
from labeler.formats.reading import FoundImage, Reading, Size, a_dict, a_list, malformed, read_json
from labeler.formats.report import Loss
from labeler.formats.value_reading import AUTO, BINARY, INSTANCES, VALUES, Things, ValueReader, label_map_of
from labeler.i18n import N_, _
from labeler.raster import png
from labeler.raster.masks import IGNORE_ID, by_class, instance_ids
from labeler.raster.runs import ImageMasks, Runs, rasterize, union_of
from labeler.raster.soft import WIDEST, feathered
from labeler.raster.xseg import rasterize_like_xseg

IMAGE, CLASS, INSTANCE, NUMBERS = "image", "class", "instance", "numbers"

PER = Option(
    "per",
    N_("One mask per"),
    N_(
        "One mask for each of these. numbers: one an image, of 16 bits, where the n-th instance has the "
        "value n."
    ),
    IMAGE,
    (IMAGE, CLASS, INSTANCE, NUMBERS),
    (N_("image"), N_("class"), N_("instance"), N_("image, instances numbered (16 bits)")),
)
BITS = Option(
    "bits",
    N_("Bits per pixel"),
    N_("Bits of a pixel: 1; 8, which are 0 and 255; or 8-01, which are 0 and 1, as training code may want."),
    "1",
    ("1", "8", "8-01"),
    ("1", N_("8 (0 and 255)"), N_("8 (0 and 1)")),
)
FEATHER = Option(
    "feather",
    N_("Feather"),
    N_(
        "Let masks fade over so many pixels on both sides of the border, with 8 bits; 128 and more is "
        "inside. Not for numbers."
    ),
    default=0.0,
    most=float(WIDEST),
    unit="px",
    metavar="PX",
)
RULE = Option(
    "rule",
    N_("Pixels inside"),
    N_(
        "Which pixels are inside. centre: those whose centre is, the exact masks. xseg: as the XSeg editor "
        "painted them, borders included, for comparing with its masks."
    ),
    "centre",
    ("centre", "xseg"),
    (N_("by their centres"), N_("as the XSeg editor, for comparing")),
)


class Masks(Format):
    """`photo.png`, `photo.<class>.png` or `photo.<id>.png`; white is inside.

    Per class, a pixel under several instances belongs to the last of them, as in an indexed mask, and a class
    that an image has nothing of gets a file only with ``empty``. Ignore regions have no place in these; where
    instances are numbered it is 65535, and `photo.json` beside the mask says what each number is.
    """

    id = "masks"
    title = N_("Masks (PNG)")
    options = (PER, BITS, FEATHER, RULE)
    reads = True
    import_options = (VALUES, SUFFIX)

    def check(self, options: Options) -> None:
        bits, feather = str(options.get(BITS.name, "8")), number(options, FEATHER)
        if chosen(options, PER) == NUMBERS and (BITS.name in options or feather):
            raise LabelerError(_("Numbers have 16 bits and no soft edges: leave out bits and feather."))
        if feather and bits != "8":
            raise LabelerError(_("Soft edges need 8 bits, 0 to 255: not {bits}.").format(bits=bits))

    def keeps(self, options: Options) -> Keeps:
        per = chosen(options, PER)
        return Keeps(
            classes=per in (CLASS, NUMBERS),
            instances=per in (INSTANCE, NUMBERS),
            overlaps=per == INSTANCE,
            ignore=per == NUMBERS,
            pixels=chosen(options, RULE) != "xseg",
        )

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        is_xseg = chosen(job.options, RULE) == "xseg"
        masks = (rasterize_like_xseg if is_xseg else rasterize)(item.annotation)
        page.instances = sum(not runs.is_empty for runs in masks.instances)
        lose_around(page, item)
        if chosen(job.options, PER) == NUMBERS:
            _add_numbers(page, item, masks)
            return
        for stem, runs in self._named(page, item, masks, job):
            page.add_file(in_split(item, f"{stem}.png"), _encoded(runs, job.options))
        if not masks.ignore.is_empty:
            page.lose(Loss.IGNORE, item.name)

    def _named(self, page: Page, item: ImageItem, masks: ImageMasks, job: Job) -> Iterable[tuple[str, Runs]]:
        per = chosen(job.options, PER)
        if per == INSTANCE:
            return _of_instances(page, item, masks)
        if per == CLASS:
            return _of_classes(page, item, masks, job)
        return [(item.stem, masks.union)]

    def image_place(self, item: ImageItem, job: Job) -> str:
        return image_place(item)

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        files = mask_files(source, reading.images)
        suffixes = Suffixes(files, reading.classes, str(chosen(reading.options, SUFFIX)))
        return [_found(image, some, suffixes, reading) for image, some in files.items()]


# --- writing -----------------------------------------------------------------------------------------------


def _of_instances(page: Page, item: ImageItem, masks: ImageMasks) -> Iterator[tuple[str, Runs]]:
    ids = [instance.id for instance in item.annotation.instances]
    for id, safe_id, runs in zip(ids, names.safe_names(ids), masks.instances):
        if runs.is_empty:
            page.lose(Loss.EMPTY, f"{item.name}, {id}")
        else:
            yield f"{item.stem}.{safe_id}", runs


def _of_classes(page: Page, item: ImageItem, masks: ImageMasks, job: Job) -> Iterator[tuple[str, Runs]]:
    classes = _classes_of(item.annotation)
    lose_overlaps(page, item, masks, classes)
    painted = by_class(masks, classes)
    nothing = union_of((), masks.width, masks.height)
    class_names = [entry.name for entry in job.classes]
    for name, suffix in zip(class_names, names.safe_names(class_names)):
        if name in painted or chosen(job.options, EMPTY):
            yield f"{item.stem}.{suffix}", painted.get(name, nothing)


def _classes_of(annotation: Annotation) -> list[str]:
    return [instance.class_name for instance in annotation.instances]


def _encoded(runs: Runs, options: Options) -> bytes:
    if feather := number(options, FEATHER):
        return png.encode_8bit(feathered(runs, feather))
    bits = chosen(options, BITS)
    if bits == "8-01":
        return png.encode_8bit(runs.to_mask().view("uint8"))
    return png.encode_runs(runs, 8 if bits == "8" else 1)


def _add_numbers(page: Page, item: ImageItem, masks: ImageMasks) -> None:
    instances = item.annotation.instances
    if len(instances) >= IGNORE_ID:
        raise LabelerError(
            _(
                "{image} has {count} instances, more than 16 bits can number: export a mask per instance."
            ).format(image=item.name, count=len(instances))
        )
    rows = []
    for n, (instance, runs) in enumerate(zip(instances, masks.instances), 1):
        if runs.is_empty:
            page.lose(Loss.EMPTY, f"{item.name}, {instance.id}")
        else:
            row = {"number": n, "id": instance.id, "class": instance.class_name}
            rows.append(json.dumps(row, ensure_ascii=False))
    lose_overlaps(page, item, masks, range(len(instances)))
    page.add_file(in_split(item, f"{item.stem}.png"), png.encode_16bit(instance_ids(masks)))
    text = '{"instances": [\n' + ",\n".join(rows) + "\n]}\n"
    page.add_file(in_split(item, f"{item.stem}.json"), text.encode(errors="replace"))


# --- reading -----------------------------------------------------------------------------------------------


def _found(image: str, files: Sequence[MaskFile], suffixes: Suffixes, reading: Reading) -> FoundImage:
    def read(size: Size) -> Annotation:
        things = Things([], [])
        for file in files:
            _put(things, file, suffixes, reading, size)
        return things.annotation(size)

    return FoundImage(image, str(files[0].path), read)


def _put(things: Things, file: MaskFile, suffixes: Suffixes, reading: Reading, size: Size) -> None:
    mask = ValueReader(label_map_of(file.path, size), str(file.path), reading)
    is_wide = mask.labels.bits >= 16 and not file.suffix
    numbered = _numbered(file.path.with_suffix(".json")) if is_wide else None
    values = str(chosen(reading.options, VALUES))
    if values == AUTO and numbered is not None:
        values = INSTANCES
    elif values == AUTO:
        # What has a class or an instance to itself says no more than where it is.
        values = BINARY if file.suffix else mask.meant()
    named = suffixes.class_of(file)
    name = class_name(named, str(file.path)) if named else reading.default_class
    mask.put(things, values, name, numbered or {})


def _numbered(path: Path) -> dict[int, str] | None:
    """The class of each number, as an export says it beside the mask; None when nothing is there.

    Other tools put files of this name beside images as well.
    """
    data = read_json(path) if path.is_file() else None
    if not isinstance(data, dict) or "instances" not in data:
        return None
    where = str(path)
    return dict(_row(row, where) for row in a_list(data["instances"], where))


def _row(row: Any, where: str) -> tuple[int, str]:
    fields = a_dict(row, where)
    count = fields.get("number")
    if isinstance(count, bool) or not isinstance(count, int):
        raise malformed(where, _("has an instance without a number"))
    return count, class_name(fields.get("class", ""), where)
