"""One mask for many instances: an indexed image, or one binary mask a class.

Instances are painted in list order, later over earlier.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import groupby
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from labeler.raster.runs import ImageMasks, Runs, union_of

BACKGROUND, IGNORE = 0, 255

K = TypeVar("K", bound=Hashable)


def indexed(masks: ImageMasks, indices: Sequence[int]) -> NDArray[np.uint8]:
    """(height, width) uint8: ``indices[n]`` where instance n is on top, 0 for background, 255 where ignored.

    Ignore regions are painted last: "don't know" is also said about what lies under it.
    """
    painted = np.full((masks.height, masks.width), BACKGROUND, dtype=np.uint8)
    for index, runs in [*_groups(masks, indices), (IGNORE, masks.ignore)]:
        left, top, patch = runs.to_patch()
        height, width = patch.shape
        painted[top : top + height, left : left + width][patch] = index
    return painted


def by_class(masks: ImageMasks, classes: Sequence[K]) -> dict[K, Runs]:
    """The binary mask of each class, in order of first use; ``classes[n]`` is the class of instance n.

    A pixel under two instances belongs to the class of the later one only, as in an indexed mask.
    """
    pieces: dict[K, list[Runs]] = {name: [] for name in classes}
    covered = union_of((), masks.width, masks.height)
    for name, runs in reversed(_groups(masks, classes)):
        pieces[name].append(runs.without(covered))
        covered = union_of((covered, runs), masks.width, masks.height)
    return {name: union_of(parts, masks.width, masks.height) for name, parts in pieces.items()}


def _groups(masks: ImageMasks, keys: Sequence[K]) -> list[tuple[K, Runs]]:
    """Neighbours in the list with the same key as one mask: their order among themselves shows nowhere."""
    pairs = zip(keys, masks.instances, strict=True)
    return [
        (key, union_of((runs for _, runs in group), masks.width, masks.height))
        for key, group in groupby(pairs, key=lambda pair: pair[0])
    ]
