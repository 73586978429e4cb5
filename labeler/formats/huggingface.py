"""A folder that Hugging Face's `datasets` opens for image segmentation, with classes for `transformers`.

    id2label.json                  {"0": "background", "1": "coin"}
    train/metadata.jsonl           {"file_name": "images/a.jpg", "label_file_name": "labels/a.png"}
    train/images/a.jpg
    train/labels/a.png             8-bit grey: 0 background, n the class, 255 ignore

`load_dataset("imagefolder", data_dir=…)` makes the columns `image` and `label` of that: it opens each
`…_file_name` beside the metadata as an image and leaves the ending out. They are called what the examples of
`transformers` for semantic segmentation call them. A split is a folder; without splits all is in `train`,
as file names that begin with "test" would be taken for a split of their own otherwise. So would folders in
it: "test", "val-2" and their like get a "~" behind the word.

A model has as many outputs as `id2label.json` has entries, so its classes are numbered without gaps, in the
order of their indices. 255 is what `transformers` leaves out of the loss. Same pixels as ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

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
from labeler.formats.pixel_losses import lose_around, lose_overlaps
from labeler.i18n import N_
from labeler.raster import png
from labeler.raster.masks import indexed
from labeler.raster.runs import rasterize

METADATA, CLASSES = "metadata.jsonl", "id2label.json"
BACKGROUND = "background"
#: What `datasets` takes for a split in the name of a folder (its `data_files.py`).
_SPLIT_WORD = re.compile(
    r"(?<![^-._ 0-9/])((?:train|training|validation|valid|dev|val|test|testing|eval|evaluation)~*)"
    r"(?=/|[-._ 0-9][^/]*/)",
    re.IGNORECASE,
)


class HuggingFace(Format):
    """Where instances overlap the later one shows, and ignore regions lie over everything."""

    id = "huggingface"
    title = N_("Hugging Face image segmentation")
    takes_images = True

    def keeps(self, options: Options) -> Keeps:
        return Keeps(classes=True, ignore=True)

    def shared(self, job: Job) -> Sequence[SharedFile]:
        rows = Section(between=b"\n", tail=b"\n")
        # A split without an image is one that `datasets` cannot open.
        metadata = [SharedFile(f"{_folder(split)}/{METADATA}", (rows,), True) for split in job.splits]
        text = json.dumps(_id2label(job.classes), indent=2).encode("ascii")
        return [SharedFile(CLASSES, (Section(text + b"\n"),)), *metadata]

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        masks = rasterize(item.annotation)
        numbers = _numbers(job.classes)
        classes = [numbers[instance.class_name] for instance in item.annotation.instances]
        folder = _folder(item.split)
        mask = f"labels/{_without_splits(item.stem)}.png"
        page.add_file(f"{folder}/{mask}", png.encode_8bit(indexed(masks, classes)))
        row = {"file_name": _image(item), "label_file_name": mask}
        page.add_row(f"{folder}/{METADATA}", json.dumps(row).encode("ascii"))
        page.instances = sum(not runs.is_empty for runs in masks.instances)
        lose_around(page, item)
        lose_overlaps(page, item, masks, classes)

    def image_place(self, item: ImageItem, job: Job) -> str:
        return f"{_folder(item.split)}/{_image(item)}"


def _folder(split: str) -> str:
    return split or "train"


def _image(item: ImageItem) -> str:
    return f"images/{_without_splits(item.name)}"


def _without_splits(path: str) -> str:
    """The same path, with no folder that would be taken for a split; other ones stay others."""
    return _SPLIT_WORD.sub(r"\1~", path)


def _numbers(classes: Sequence[ClassInfo]) -> Mapping[str, int]:
    in_order = sorted(classes, key=lambda entry: entry.index)
    return {entry.name: number for number, entry in enumerate(in_order, 1)}


def _id2label(classes: Sequence[ClassInfo]) -> dict[str, str]:
    numbers = _numbers(classes)
    # Models look names up the other way round, too: no two may be the same.
    nothing = BACKGROUND if BACKGROUND not in numbers else f"{BACKGROUND} (no class)"
    return {"0": nothing, **{str(number): name for name, number in numbers.items()}}
