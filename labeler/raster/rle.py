"""COCO's run-length encoding, read: compressed strings and lists of counts, from files of anyone."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np

from labeler.raster.measures import CocoRle as CocoRle
from labeler.raster.measures import Measures as Measures
from labeler.raster.runs import Runs
from labeler.raster.toggles import Toggles, odd_ones

#: No image has a longer side (px).
LONGEST_SIDE = 1_000_000
#: No number of a mask takes more characters, of 5 bits each.
_LONGEST_NUMBER = 10
_FIRST_CHARACTER, _MORE, _SIGN = 48, 32, 16


def runs_of(counts: str | bytes | Sequence[int], size: Sequence[int]) -> Runs:
    """The mask of a COCO ``segmentation``: compressed ``counts``, or the lengths of its runs.

    ``size`` is [height, width] in pixels, as in COCO. The pixels are those of ``pycocotools.mask.decode``.
    Memory goes with the length of ``counts`` and with the width, whatever the height is; who asks for pixels
    then compares ``size`` with the image's first.

    Raises ValueError for a size that no image has, for what is no number, for negative counts, for a string
    that is cut off, and when the counts are not exactly as many as there are pixels.
    """
    height, width = _checked(size)
    if isinstance(counts, str):
        counts = counts.encode("ascii")
    lengths = _differences(counts) if isinstance(counts, bytes) else _whole_numbers(counts)
    total = width * height
    # The first number that is too large is told as it is, whatever overflows after it.
    if ((lengths < 0) | (lengths > total)).any():
        raise ValueError("a run is shorter than nothing or longer than the image")
    ends = np.cumsum(lengths)
    if (ends > total).any() or not len(ends) or ends[-1] != total:
        raise ValueError(f"the counts do not add up to {height} × {width} pixels")
    turns = odd_ones(ends[: len(ends) // 2 * 2])
    return Runs(width, height, _by_column(turns, height))


def _checked(size: Sequence[int]) -> tuple[int, int]:
    """Height and width; ValueError unless they are two whole numbers that an image can have."""
    if not isinstance(size, (list, tuple)) or len(size) != 2 or not all(type(side) is int for side in size):
        raise ValueError("the size is not [height, width]")
    height, width = size
    if not (1 <= height <= LONGEST_SIDE and 1 <= width <= LONGEST_SIDE):
        raise ValueError("no image has this size")
    return height, width


def _whole_numbers(counts: Sequence[int]) -> Toggles:
    if not isinstance(counts, (list, tuple)) or not {int}.issuperset(map(type, counts)):
        raise ValueError("the counts are not whole numbers")
    try:
        return np.frombuffer(array("q", counts), dtype=np.int64)
    except OverflowError:
        raise ValueError("a run is longer than any image") from None


def _differences(string: bytes) -> Toggles:
    """The run lengths of a compressed string."""
    characters = np.frombuffer(string, dtype=np.uint8).astype(np.int64) - _FIRST_CHARACTER
    if ((characters < 0) | (characters >= 2 * _MORE)).any():
        raise ValueError("the counts have a character that means nothing")
    ends = np.flatnonzero(characters < _MORE) + 1
    if len(characters) and (not len(ends) or ends[-1] != len(characters)):
        raise ValueError("the counts are cut off")
    sizes = np.diff(ends, prepend=0)
    if (sizes > _LONGEST_NUMBER).any():
        raise ValueError("a run is longer than any image")
    place = np.arange(len(characters)) - np.repeat(ends - sizes, sizes)
    numbers: Toggles = ends
    if len(ends):
        numbers = np.bitwise_or.reduceat((characters & 31) << 5 * place, ends - sizes)
    numbers -= (characters[ends - 1] & _SIGN) << 5 * sizes - 4
    # From the fourth on each is the difference to the one before last.
    numbers[1::2] = np.cumsum(numbers[1::2])
    numbers[2::2] = np.cumsum(numbers[2::2])
    return numbers


def _by_column(turns: Toggles, height: int) -> Toggles:
    """Toggles from where, counted down the columns, a mask turns on and off: no run goes over a foot."""
    on, off = turns[::2], turns[1::2]
    first, last = on // height, (off - 1) // height
    count = last - first + 1
    column = np.arange(int(count.sum())) + np.repeat(first - np.cumsum(count) + count, count)
    toggles = np.empty((len(column), 2), dtype=np.int64)
    toggles[:, 0] = np.maximum(np.repeat(on, count), column * height)
    toggles[:, 1] = np.minimum(np.repeat(off, count), (column + 1) * height)
    toggles += column[:, None]
    return toggles.ravel()
