"""One mask for many instances: an indexed image, numbers of instances, or one binary mask a class.

Instances are painted in list order, later over earlier.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import groupby
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from labeler.raster.late import cv2
from labeler.raster.runs import ImageMasks, Runs, union_of
from labeler.raster.toggles import Toggles

BACKGROUND, IGNORE, IGNORE_ID = 0, 255, 65535

#: Layers painted at once: a set of them is a number, and whole numbers of so many bits are exact as floats.
_LAYER_BITS, _AT_ONCE = 6, 52

K = TypeVar("K", bound=Hashable)


def indexed(masks: ImageMasks, indices: Sequence[int]) -> NDArray[np.uint8]:
    """(height, width) uint8: ``indices[n]`` where instance n is on top, 0 for background, 255 where ignored.

    Ignore regions are painted last: "don't know" is also said about what lies under it.
    """
    values: NDArray[np.uint8] = painted(masks, np.array([*indices, IGNORE], dtype=np.uint8))
    return values


def instance_ids(masks: ImageMasks) -> NDArray[np.uint16]:
    """(height, width) uint16: n + 1 where instance n is on top, 0 for background, 65535 where ignored.

    Ignore regions are painted last, as in an indexed mask. Raises ValueError for more than 65534 instances.
    """
    count = len(masks.instances)
    if count >= IGNORE_ID:
        raise ValueError(f"{count} instances are more than 16 bits can number")
    values = np.array([*range(1, count + 1), IGNORE_ID], dtype=np.uint16)
    ids: NDArray[np.uint16] = painted(masks, values)
    return ids


def painted(masks: ImageMasks, values: NDArray[Any]) -> NDArray[Any]:
    """(height, width) of the type of ``values``: ``values[n]`` where instance n is on top, 0 for background,
    the last of them where ignored."""
    layers = [*masks.instances, masks.ignore]
    if len(layers) != len(values):
        raise ValueError(f"{len(layers) - 1} instances, and values for {len(values) - 1}")
    columns = np.zeros(masks.width * masks.height, dtype=values.dtype)
    for start in range(0, len(layers), _AT_ONCE):
        top, lengths = _on_top(layers[start : start + _AT_ONCE], masks.width, masks.height)
        table = np.append(values.dtype.type(BACKGROUND), values[start : start + _AT_ONCE])
        if start == 0:
            columns = np.repeat(table[top], lengths)
        else:
            over = np.repeat(top, lengths)
            np.copyto(columns, table[over], where=over > 0)
    # Runs go down the columns. OpenCV turns images in a tenth of numpy's time.
    return np.asarray(cv2.transpose(columns.reshape(masks.width, masks.height)))


def _on_top(layers: Sequence[Runs], width: int, height: int) -> tuple[NDArray[np.uint8], Toggles]:
    """Going down the columns: which layer is on top, counted from 1, or 0, and for how many pixels."""
    keys = np.concatenate([layer.toggles << _LAYER_BITS | number for number, layer in enumerate(layers)])
    keys.sort()
    on = np.bitwise_xor.accumulate(np.left_shift(1, keys & (1 << _LAYER_BITS) - 1))
    toggles = keys >> _LAYER_BITS
    bounds = np.concatenate([[0], toggles - toggles // (height + 1), [width * height]])
    # The exponent of a whole number is how many bits it has: the place of the highest.
    top = np.frexp(np.append(0, on).astype(np.float64))[1]
    return top.astype(np.uint8), np.diff(bounds)


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
