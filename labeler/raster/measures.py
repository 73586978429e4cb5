"""What exports say about masks, for many in one pass: COCO's run-length encoding, area and bounding box.

The strings are byte for byte those of ``pycocotools.mask.encode``: lengths of alternating runs, column by
column, zeros first; from the fourth on the difference to the one before last; 5 bits to a character, lowest
first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from labeler.raster.toggles import Toggles

#: A word is three characters and a zero: numbers of so many bits.
_WORD_BITS = 15
_HALF, _LOW = 1 << _WORD_BITS - 1, (1 << _WORD_BITS) - 1
#: Two more places in the table of words: what parts one mask's string from the next, and no character.
_BREAK, _NOTHING = _LOW + 1, _LOW + 2


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
    bounds, starts, ends = _bounds(toggles, width, height)
    column = bounds // (height + 1)
    boxes = _boxes(column, bounds - column * (height + 1), starts, ends, height)
    runs, starts, ends = _runs(bounds - column, starts, ends)
    areas = np.add.reduceat(runs[1::2], starts >> 1)
    boxes[areas == 0] = 0
    return [
        Measures({"size": [height, width], "counts": string}, area, (x, y, across, down))
        for string, area, (x, y, across, down) in zip(
            _strings(runs, starts, ends), areas.tolist(), boxes.tolist()
        )
    ]


def counts(toggles: Toggles, width: int, height: int) -> list[int]:
    """Lengths of the alternating runs of one mask, column by column, zeros first."""
    bounds, starts, ends = _bounds([toggles], width, height)
    runs, _, _ = _runs(bounds - bounds // (height + 1), starts, ends)
    lengths: list[int] = runs[:-1].tolist()
    # A mask that ends with ones has no zeros after them.
    return lengths[:-1] if len(lengths) > 1 and not lengths[-1] else lengths


def _bounds(
    toggles: Sequence[Toggles], width: int, height: int
) -> tuple[Toggles, NDArray[np.intp], NDArray[np.intp]]:
    """All masks' toggles in one array, each mask's between 0 and the first toggle behind the image.

    With where each mask starts, an even number, and where it ends.
    """
    first, behind = np.zeros(1, dtype=np.int64), np.full(1, width * (height + 1), dtype=np.int64)
    parts = [part for one in toggles for part in (first, one, behind)]
    ends = np.cumsum(np.array([len(one) + 2 for one in toggles]))
    starts = np.zeros_like(ends)
    starts[1:] = ends[:-1]
    return np.concatenate(parts), starts, ends


def _boxes(
    column: Toggles, row: Toggles, starts: NDArray[np.intp], ends: NDArray[np.intp], height: int
) -> NDArray[np.int64]:
    """x, y, width and height of each mask that is not empty."""
    row[ends - 1] = height  # not a place where anything turns on: no mask is higher for it
    boxes = np.empty((len(starts), 4), dtype=np.int64)
    boxes[:, 0] = column[starts + 1]
    boxes[:, 1] = np.minimum.reduceat(row[1::2], starts >> 1)
    boxes[:, 2] = column[ends - 2] + 1
    boxes[:, 3] = np.maximum.reduceat(row[::2], starts >> 1)
    boxes[:, 2:] -= boxes[:, :2]
    return boxes


def _runs(
    positions: Toggles, starts: NDArray[np.intp], ends: NDArray[np.intp]
) -> tuple[Toggles, NDArray[np.intp], NDArray[np.intp]]:
    """The lengths of all masks' runs, a 0 after each mask, and where each mask's start and end then.

    ``positions`` are the bounds as ``column * height + row``.
    """
    # A run that ends at a column's foot goes on at the next one's head: the pair says nothing.
    goes_on = positions[::2] == positions[1::2]
    goes_on[starts >> 1] = False
    goes_on[(ends >> 1) - 1] = False
    if goes_on.any():
        positions = positions[np.repeat(~goes_on, 2)]
        gone = 2 * np.cumsum(np.add.reduceat(goes_on, starts >> 1, dtype=np.intp))
        ends = ends - gone
        starts = np.append(0, ends[:-1])
    runs = np.empty_like(positions)
    np.subtract(positions[1:], positions[:-1], out=runs[:-1])
    runs[ends - 1] = 0
    return runs, starts, ends


def _strings(runs: Toggles, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> list[str]:
    """COCO's strings of all masks; ``runs`` as ``_runs`` gives them."""
    values = runs.copy()
    values[2:] -= runs[:-2]
    early = np.minimum(starts[:, None] + np.arange(3), len(runs) - 1)
    values[early] = runs[early]
    values[ends - 1] = 0
    places = values & _LOW
    places[ends - 1] = _BREAK
    # A mask that ends with ones has no zeros after them.
    places[(ends - 2)[(ends - starts > 2) & (runs[ends - 2] == 0)]] = _NOTHING
    return _characters(values, places).decode("ascii").split("\n")[:-1]


def _characters(values: Toggles, places: Toggles) -> bytes:
    """The characters of all numbers: the words at ``places``, and further ones where a word is too short."""
    table = _words()
    words = table[places]
    where = np.flatnonzero(values + _HALF >> _WORD_BITS != 0)
    rest = values[where]
    words[where] = _going_on(rest)
    behind, further = [], []
    while len(where):
        rest >>= _WORD_BITS
        longer = rest + _HALF >> _WORD_BITS != 0
        behind.append(where + 1)
        further.append(np.where(longer, _going_on(rest), table[rest & _LOW]))
        where, rest = where[longer], rest[longer]
    if behind:
        words = np.insert(words, np.concatenate(behind), np.concatenate(further))
    return words.tobytes().translate(None, b"\0")


@cache
def _words() -> NDArray[np.uint32]:
    """The characters of each number from -2**14 to 2**14 - 1, at the place of its lowest 15 bits."""
    values = np.arange(_LOW + 1)
    values[_HALF:] -= _LOW + 1
    characters = np.zeros((_NOTHING + 1, 4), dtype=np.uint8)
    follows = np.ones(_LOW + 1, dtype=np.bool_)
    for place in range(3):
        more = (values >= 16) | (values < -16)
        characters[: _LOW + 1, place] = np.where(follows, (values & 31) + 32 * more + 48, 0)
        values >>= 5
        follows = more
    characters[_BREAK, 0] = ord("\n")
    return characters.view(np.uint32).ravel()


def _going_on(values: Toggles) -> NDArray[np.uint32]:
    """The characters of the lowest 15 bits of numbers that have more."""
    characters = np.zeros((len(values), 4), dtype=np.uint8)
    for place in range(3):
        characters[:, place] = (values >> 5 * place & 31) + 32 + 48
    return characters.view(np.uint32).ravel()
