"""Masks as runs: the exact pixels of an annotation, and everything exports say about them.

A pixel belongs to a polygon when its centre is inside by the even-odd rule (``toggles`` says how ties fall).
The mask of an instance: its polygons in order, include adds, exclude removes; then every image-wide exclude
removes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, Polygon, Role
from labeler.errors import LabelerError
from labeler.i18n import _
from labeler.raster import measures, planes
from labeler.raster.toggles import (
    LARGEST_KEY,
    PAIR_BITS,
    REMOVING_SLOT,
    Keys,
    Layer,
    Toggles,
    Window,
    kind_for,
    settle,
    walk,
)


@dataclass(frozen=True, eq=False)
class Runs:
    """One mask of ``height`` × ``width`` pixels.

    ``toggles`` are sorted integers ``column * (height + 1) + row``, an even number of them: going down the
    columns, the mask is on from ``toggles[2 * i]`` to before ``toggles[2 * i + 1]``.
    """

    width: int
    height: int
    toggles: Toggles

    @classmethod
    def from_mask(cls, mask: NDArray[np.bool_]) -> Runs:
        """The runs of a (height, width) bool mask."""
        height, width = mask.shape
        return cls(width, height, planes.toggles_of(mask))

    @property
    def is_empty(self) -> bool:
        return not len(self.toggles)

    @property
    def area(self) -> int:
        """Number of pixels."""
        return int((self.toggles[1::2] - self.toggles[::2]).sum())

    @property
    def bbox(self) -> tuple[int, int, int, int]:
        """x, y, width and height in pixels of the smallest box around the mask; zeros when it is empty."""
        return self.measured.bbox

    @cached_property
    def measured(self) -> measures.Measures:
        """RLE, area and bbox. For many masks ``ImageMasks.measured`` is much faster."""
        return measures.measure([self.toggles], self.width, self.height)[0]

    def rle(self) -> measures.CocoRle:
        """COCO's compressed RLE, the same bytes as ``pycocotools.mask.encode`` gives."""
        return self.measured.rle

    def counts(self) -> list[int]:
        """COCO's uncompressed RLE: lengths of alternating runs, column by column, zeros first."""
        return measures.counts(self.toggles, self.width, self.height)

    def to_packed(self) -> NDArray[np.uint8]:
        """(height, ceil(width / 8)) uint8, the leftmost pixel in the highest bit: PNG's 1-bit rows."""
        return planes.packed(self.toggles, self.width, self.height)

    def to_mask(self) -> NDArray[np.bool_]:
        """(height, width) bool."""
        return planes.unpacked(self.to_packed(), self.width)

    def to_patch(self) -> tuple[int, int, NDArray[np.bool_]]:
        """The mask within its bbox: left, top and (bbox height, bbox width) bool."""
        return self.bbox[0], self.bbox[1], planes.patch(self.toggles, self.height, self.bbox)

    def without(self, other: Runs) -> Runs:
        """The pixels that are in this mask and not in the other, of the same size."""
        keys = [self.toggles << PAIR_BITS, (other.toggles << PAIR_BITS) + REMOVING_SLOT]
        return Runs(self.width, self.height, settle(np.concatenate(keys)).astype(np.int64, copy=False))


def union_of(masks: Iterable[Runs], width: int, height: int) -> Runs:
    """The pixels that are in any of the masks, all of this size."""
    toggles = [mask.toggles for mask in masks if not mask.is_empty]
    if len(toggles) == 1:
        return Runs(width, height, toggles[0])
    return covered(np.concatenate([np.empty(0, dtype=np.int64), *toggles]), width, height)


def covered(toggles: Toggles, width: int, height: int) -> Runs:
    """The pixels in any of these runs: pairs of a toggle on and one off, which may come over each other."""
    if not len(toggles):
        return Runs(width, height, toggles)
    # The n-th place where any run begins begins a run of the union when by then n have ended, all before it:
    # one that ends just there goes on.
    narrow = toggles.astype(kind_for(width * (height + 1)))
    on, off = np.sort(narrow[::2]), np.sort(narrow[1::2])
    apart = on[1:] > off[:-1]
    union = np.empty(2 * (int(np.count_nonzero(apart)) + 1), dtype=np.int64)
    union[0], union[-1] = on[0], off[-1]
    union[2::2], union[1:-1:2] = on[1:][apart], off[:-1][apart]
    return Runs(width, height, union)


@dataclass(frozen=True, eq=False)
class ImageMasks:
    """The masks of an image: ``instances`` in annotation order, without what image-wide excludes remove, and
    ``ignore``, the union of the ignore regions. All of ``height`` × ``width`` pixels."""

    width: int
    height: int
    instances: tuple[Runs, ...]
    ignore: Runs

    @cached_property
    def union(self) -> Runs:
        """The binary mask: every instance."""
        return union_of(self.instances, self.width, self.height)

    @cached_property
    def measured(self) -> tuple[measures.Measures, ...]:
        """RLE, area and bbox of every instance, worked out together."""
        return tuple(measures.measure([mask.toggles for mask in self.instances], self.width, self.height))


def rasterize(annotation: Annotation, width: int | None = None, height: int | None = None) -> ImageMasks:
    """The masks of an annotation, in the size of its image unless another is given. Exact, in one pass."""
    width = annotation.image.width if width is None else width
    height = annotation.image.height if height is None else height
    return _rasterize(annotation, Window(0, 0, width, height, width, height))


def rasterize_window(annotation: Annotation, left: int, top: int, width: int, height: int) -> ImageMasks:
    """The same pixels, only those of a window in image pixels; outside the image everything is off."""
    window = Window(left, top, width, height, annotation.image.width, annotation.image.height)
    return _rasterize(annotation, window)


def _rasterize(annotation: Annotation, window: Window) -> ImageMasks:
    count = len(annotation.instances)
    if (count + 2) * window.span > LARGEST_KEY:
        raise LabelerError(
            _("{file} is said to have {width} × {height} pixels, too many for masks: check its size.").format(
                file=annotation.image.file, width=window.width, height=window.height
            )
        )
    layers = [
        Layer(number, polygon.role is Role.INCLUDE, polygon.points)
        for number, instance in enumerate(annotation.instances)
        for polygon in instance.polygons
        if _may_touch(polygon, window)
    ]
    # Image-wide regions are two masks more; the last one is then taken off every instance.
    layers += [Layer(count, True, polygon.points) for polygon in annotation.ignore]
    layers += [Layer(count + 1, True, polygon.points) for polygon in annotation.exclude]
    masks = _split(walk(layers, window), count + 2, window)
    ignore, exclude = masks[count:]
    if len(exclude):
        masks = _cut(masks[:count], exclude, window)
    instances = tuple(Runs(window.width, window.height, toggles) for toggles in masks[:count])
    return ImageMasks(window.width, window.height, instances, Runs(window.width, window.height, ignore))


def _may_touch(polygon: Polygon, window: Window) -> bool:
    if window.is_whole:
        return True  # nearly all do, and asking costs as much as drawing a small one
    left, top, right, bottom = polygon.bounds
    return (
        left <= window.left + window.width
        and right >= window.left
        and top <= window.top + window.height
        and bottom >= window.top
    )


def _split(keys: Keys, count: int, window: Window) -> list[Toggles]:
    """Each mask's toggles from the keys of all."""
    starts = np.arange(count + 1, dtype=np.int64) * window.span
    # Looked up in their own type: numpy would turn all keys into the other one first.
    bounds = np.searchsorted(keys, starts[1:-1].astype(keys.dtype))
    bounds = np.concatenate([[0], bounds, [len(keys)]])
    toggles = keys - np.repeat(starts[:-1], np.diff(bounds))
    return [toggles[start:stop] for start, stop in pairwise(bounds.tolist())]


def _cut(masks: list[Toggles], exclude: Toggles, window: Window) -> list[Toggles]:
    """The masks without the pixels of ``exclude``, again all in one pass."""
    keys = []
    for number, toggles in enumerate(masks):
        keys.append(toggles + number * window.span << PAIR_BITS)
        if len(toggles):
            # Only the columns this mask has: the cost stays with what is cut.
            columns = toggles[[0, -1]] // window.stride + [0, 1]
            start, stop = np.searchsorted(exclude, columns * window.stride)
            keys.append((exclude[start:stop] + number * window.span << PAIR_BITS) + REMOVING_SLOT)
    return _split(settle(np.concatenate(keys)), len(masks), window) if keys else masks
