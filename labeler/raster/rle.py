"""COCO's run-length encoding, area and bounding box of masks, for many masks in one pass.

The strings are byte for byte those of ``pycocotools.mask.encode``: lengths of alternating runs, column by
column, zeros first; from the fourth on the difference to the one before last; 5 bits to a character, lowest
first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from labeler.raster.toggles import Toggles


class CocoRle(TypedDict):
    """COCO's compressed form: ``size`` is [height, width]."""

    size: list[int]
    counts: str


class Measures(NamedTuple):
    """What an export says about a mask; ``bbox`` is x, y, width, height in pixels, zeros when it is empty."""

    rle: CocoRle
    area: int
    bbox: tuple[int, int, int, int]


def measure(toggles: Sequence[Toggles], width: int, height: int) -> list[Measures]:
    """RLE, area and bounding box of masks of ``height`` × ``width`` pixels, each given by its toggles."""
    if not toggles:
        return []
    lengths = np.array([len(one) for one in toggles])
    joined = np.concatenate(toggles)
    column = joined // (height + 1)
    strings = _compress(*_counts(joined - column, lengths, width * height))
    sizes = _areas(joined, lengths)
    boxes = _boxes(column, joined - column * (height + 1), lengths)
    return [
        Measures({"size": [height, width], "counts": string}, area, (x, y, across, down))
        for string, area, (x, y, across, down) in zip(strings, sizes, boxes)
    ]


def counts(toggles: Toggles, width: int, height: int) -> list[int]:
    """Lengths of the alternating runs of one mask, column by column, zeros first."""
    positions = toggles - toggles // (height + 1)
    runs, _ = _counts(positions, np.array([len(toggles)]), width * height)
    return [int(run) for run in runs]


def _areas(toggles: Toggles, lengths: NDArray[np.intp]) -> list[int]:
    covered = np.concatenate([[0], np.cumsum(toggles[1::2] - toggles[::2])])
    ends = np.cumsum(lengths // 2)
    areas: list[int] = (covered[ends] - covered[ends - lengths // 2]).tolist()
    return areas


def _boxes(column: Toggles, row: Toggles, lengths: NDArray[np.intp]) -> list[list[int]]:
    boxes = np.zeros((len(lengths), 4), dtype=np.int64)
    filled = lengths > 0
    ends = np.cumsum(lengths)[filled]
    if len(ends):
        starts = ends - lengths[filled]
        left, top = column[starts], np.minimum.reduceat(row[::2], starts // 2)
        right, bottom = column[ends - 1] + 1, np.maximum.reduceat(row[1::2], starts // 2)
        boxes[filled] = np.stack([left, top, right - left, bottom - top], axis=1)
    return boxes.tolist()


def _counts(positions: Toggles, lengths: NDArray[np.intp], size: int) -> tuple[Toggles, NDArray[np.intp]]:
    """Run lengths of all masks in one array, and how many each has. ``positions``: column · height + row."""
    mask = np.repeat(np.arange(len(lengths)), lengths)
    # A run that ends at a column's foot goes on at the next one's head: the pair says nothing.
    goes_on = (positions[1:-1:2] == positions[2::2]) & (mask[1:-1:2] == mask[2::2])
    keep = np.ones(len(positions), dtype=bool)
    keep[1:-1:2] &= ~goes_on
    keep[2::2] &= ~goes_on
    positions, mask = positions[keep], mask[keep]
    lengths = np.bincount(mask, minlength=len(lengths))
    # Each mask's positions between 0 and the number of pixels, apart from the next one's.
    ends = np.cumsum(lengths + 2)
    bounds = np.empty(ends[-1], dtype=np.int64)
    bounds[np.arange(len(positions)) + 2 * mask + 1] = positions
    bounds[ends - 1] = size
    bounds[ends - lengths - 2] = 0
    runs = np.diff(bounds)
    # Between masks lies a difference that is none; and a mask that ends with ones has no zeros after them.
    real = np.ones(len(runs), dtype=bool)
    real[ends[:-1] - 1] = False
    touching = (lengths > 0) & (bounds[ends - 2] == size)
    real[ends[touching] - 2] = False
    return runs[real], lengths + 1 - touching


def _compress(runs: Toggles, lengths: NDArray[np.intp]) -> list[str]:
    """COCO's strings of all masks; ``runs`` are their run lengths one after another."""
    runs = runs.astype(np.int32) if runs.max() <= np.iinfo(np.int32).max else runs
    values = runs.copy()
    values[2:] -= runs[:-2]
    firsts = np.cumsum(lengths) - lengths
    for early in range(3):
        here = firsts[lengths > early] + early
        values[here] = runs[here]
    magnitudes = np.where(values < 0, ~values, values)
    lanes = int(magnitudes.max()).bit_length() // 5 + 1
    characters = np.empty((lanes, len(values)), dtype=np.uint8)
    follows = np.ones(
        1, dtype=np.uint8
    )  # whether the number goes on in this lane; 0 makes a character that is dropped
    for lane in range(lanes):
        more = (magnitudes >= 1 << 5 * lane + 4).view(np.uint8)
        characters[lane] = ((values & 31).astype(np.uint8) + (more << 5) + 48) * follows
        values >>= 5
        follows = more
    flat = characters.T.ravel()
    used = flat != 0
    text = flat[used].tobytes().decode("ascii")
    ends = np.cumsum(np.add.reduceat(used, firsts * lanes, dtype=np.int64)).tolist()
    return [text[start:end] for start, end in zip([0, *ends], ends)]
