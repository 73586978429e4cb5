"""What formats that say everything in pixels have no place for."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from labeler.formats.base import ImageItem, Page
from labeler.formats.report import Loss
from labeler.raster.runs import ImageMasks, Runs, union_of


def lose_around(page: Page, item: ImageItem) -> None:
    """Flags of the image and attributes of its instances."""
    if item.annotation.flags:
        page.lose(Loss.ATTRIBUTES, item.name)
    for instance in item.annotation.instances:
        if instance.attributes:
            page.lose(Loss.ATTRIBUTES, f"{item.name}, {instance.id}")


def lose_overlaps(page: Page, item: ImageItem, masks: ImageMasks, keys: Sequence[Hashable]) -> None:
    """An image where things of different keys lie over each other: a pixel says the topmost only."""
    parts: dict[Hashable, list[Runs]] = {}
    for key, runs in zip(keys, masks.instances, strict=True):
        parts.setdefault(key, []).append(runs)
    if len(parts) > 1:
        each = [union_of(some, masks.width, masks.height) for some in parts.values()]
        if sum(runs.area for runs in each) > union_of(each, masks.width, masks.height).area:
            page.lose(Loss.OVERLAPS, item.name)
