"""Polygons to toggles: where, going down each column of pixels, a mask turns on or off. Exact.

The one place where polygons meet pixels. A *toggle* is an integer ``column * (height + 1) + row``; with that
stride every column closes by itself. An edge makes one toggle in every column whose centre line it crosses,
so the cost follows the perimeter, never the area, and all edges of all masks go through one vectorised pass.

Vertices lie on a grid of 1/1000 px (what sidecars store) and all decisions are made on integers. A pixel
centre exactly on an edge is decided by nudging it by (+ε, +δ) with δ much smaller than ε, so it belongs to
the polygon whose inside lies to its right (below, for a level edge), and polygons that share an edge tile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import DECIMALS

Toggles = NDArray[np.int64]

#: Steps of the grid in one pixel; pixel centres lie on it, half a pixel in.
GRID = 10**DECIMALS
HALF = GRID // 2

#: Under a sort key lies its polygon's slot: even slots add, odd slots remove, a higher slot wins. 62 of the
#: bits of an int64 are slots, so that a set of polygons is a number and no sign gets in the way.
SLOT_BITS = 6
REMOVING_SLOT, LAST_SLOT = 1, 61
ADDING = 0x1555_5555_5555_5555
REMOVING = 0x2AAA_AAAA_AAAA_AAAA
LARGEST_KEY = 1 << 62 - SLOT_BITS

#: Crossings worked on at once: what bounds the memory of a monstrous polygon, and stays in the cache.
BATCH = 1 << 17
#: Whole numbers up to here are exact in float64, and so is the floor of their quotients.
EXACT_IN_FLOAT = 2**52


@dataclass(frozen=True)
class Layer:
    """One polygon of one mask: ``mask`` counts from 0, ``points`` is (n, 2) float64 in image pixels."""

    mask: int
    adds: bool
    points: NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """The pixels wanted, a box in image pixels, and the box outside which everything stays off."""

    left: int
    top: int
    width: int
    height: int
    image_width: int
    image_height: int

    @property
    def stride(self) -> int:
        return self.height + 1

    @property
    def span(self) -> int:
        """How many toggles there can be, so how far the keys of two masks lie apart."""
        return max(self.width, 1) * self.stride

    @property
    def is_whole(self) -> bool:
        return (self.left, self.top, self.width, self.height) == (0, 0, self.image_width, self.image_height)

    @property
    def columns(self) -> tuple[int, int]:
        first = max(self.left, 0)
        return first, max(first, min(self.left + self.width, self.image_width))

    @property
    def rows(self) -> tuple[int, int]:
        first = max(self.top, 0)
        return first, max(first, min(self.top + self.height, self.image_height))


def walk(layers: Sequence[Layer], window: Window) -> Toggles:
    """The masks of all layers: walks the layers of each mask in order, one adds, another removes.

    Returns sorted keys ``mask * window.span + toggle``. Masks may come interleaved: only the order among the
    layers of one mask counts.
    """
    keys = np.empty(0, dtype=np.int64)
    for chosen, slots in _rounds(layers):
        keys = settle(np.concatenate([keys << SLOT_BITS, *_crossings(chosen, slots, window)]))
    return keys


def settle(keys: Toggles) -> Toggles:
    """Slotted keys (any order, overwritten) to plain sorted keys of where the result turns on and off."""
    if not len(keys):
        return keys
    keys.sort()
    inside = np.bitwise_xor.accumulate(np.left_shift(1, keys & (1 << SLOT_BITS) - 1))
    keys >>= SLOT_BITS
    # Polygons that turn at the same place turn together: only the last word there counts.
    last = np.append(keys[1:] != keys[:-1], True)
    keys, inside = keys[last], inside[last]
    # The highest slot wins: with adding and removing slots apart, the greater number has it.
    on = inside & ADDING > inside & REMOVING
    changed = np.empty_like(on)
    changed[0] = on[0]
    np.not_equal(on[1:], on[:-1], out=changed[1:])
    toggles: Toggles = keys[changed]
    return toggles


def _rounds(layers: Sequence[Layer]) -> Iterator[tuple[list[Layer], list[int]]]:
    """Layers with their slots, in as many rounds as the longest walk needs: one, up to 31 layers a mask.

    From the second round on slot 0 holds what the earlier rounds left.
    """
    rounds: dict[int, tuple[list[Layer], list[int]]] = {}
    reached: dict[int, tuple[int, int]] = {}
    for layer in layers:
        number, slot = reached.get(layer.mask, (0, -1))
        slot += 1 if slot % 2 == layer.adds else 2
        if slot > LAST_SLOT:
            number, slot = number + 1, 2 if layer.adds else 1
        reached[layer.mask] = number, slot
        chosen, slots = rounds.setdefault(number, ([], []))
        chosen.append(layer)
        slots.append(slot)
    for number in sorted(rounds):
        yield rounds[number]


@dataclass(frozen=True)
class _Edges:
    """Edges that cross a column, as arrays. In its k-th column an edge's first row below it is
    ``(numerator + k * step) // denominator``."""

    count: Toggles  # columns crossed
    numerator: Toggles
    step: Toggles
    denominator: Toggles
    base: Toggles  # slotted key of row 0 (of the image) in the first column

    def __getitem__(self, some: slice) -> _Edges:
        return _Edges(
            self.count[some], self.numerator[some], self.step[some], self.denominator[some], self.base[some]
        )


def _crossings(layers: Sequence[Layer], slots: Sequence[int], window: Window) -> list[Toggles]:
    """Slotted keys of every place where an edge crosses the centre line of a column."""
    edges = _edges(layers, slots, window)
    kept: list[Toggles] = []
    limit = 64 * BATCH
    for batch in _batches(edges):
        kept.append(_keys(batch, window))
        if sum(map(len, kept)) > limit:
            kept = [odd_ones(np.concatenate(kept))]
            limit = max(limit, 2 * len(kept[0]))
    return kept


def _batches(edges: _Edges) -> Iterator[_Edges]:
    """The edges in slices with about ``BATCH`` crossings."""
    total = np.cumsum(edges.count)
    if not len(total):
        return
    cuts = np.searchsorted(total, np.arange(BATCH, int(total[-1]), BATCH))
    bounds = sorted({0, *cuts.tolist(), len(total)})
    for start, stop in pairwise(bounds):
        yield edges[start:stop]


def odd_ones(keys: Toggles) -> Toggles:
    """One of each key that comes an odd number of times: what turns twice at one place does not turn."""
    keys.sort()
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    odd = np.diff(starts, append=len(keys)) % 2 == 1
    once: Toggles = keys[starts[odd]]
    return once


def _edges(layers: Sequence[Layer], slots: Sequence[int], window: Window) -> _Edges:
    counts = np.array([len(layer.points) for layer in layers])
    ends = np.cumsum(counts)
    x, y = np.rint(np.concatenate([layer.points for layer in layers]).T * GRID).astype(np.int64)
    following = np.arange(1, len(x) + 1)
    following[ends - 1] = ends - counts
    # The first column whose nudged centre line is right of the point.
    column = np.clip((x + (HALF - 1)) // GRID, *window.columns)
    crossed = np.flatnonzero(column != column[following])
    following = following[crossed]
    masks = np.array([layer.mask for layer in layers], dtype=np.int64)
    mask = np.repeat(masks, counts)[crossed]
    slot = np.repeat(slots, counts)[crossed]
    left = np.minimum(column[crossed], column[following])
    count = np.abs(column[following] - column[crossed])
    x, y, dx, dy = x[crossed], y[crossed], x[following] - x[crossed], y[following] - y[crossed]
    dy = np.where(dx < 0, -dy, dy)
    dx = np.abs(dx)
    # With coordinates within 10**9 every product here stays below 2**63: 4e18 at most.
    denominator = dx * GRID
    numerator = (y - HALF) * dx + dy * (left * GRID + HALF - x)
    # The crossing rounded up. But a centre exactly on it is nudged to the right, where an edge along which y
    # grows has passed below it: then the next row is the first.
    numerator += denominator - (dy <= 0)
    base = (mask * window.span + (left - window.left) * window.stride - window.top << SLOT_BITS) + slot
    return _Edges(count, numerator, dy * GRID, denominator, base)


def _keys(edges: _Edges, window: Window) -> Toggles:
    """Slotted keys of all crossings of these edges (fewer than 2**21)."""
    before = np.cumsum(edges.count) - edges.count
    total = int(before[-1] + edges.count[-1])
    k = np.arange(total, dtype=np.int64)
    # Counted on from edge to edge instead of from 0 for each: saves taking the start off every crossing.
    numerator = edges.numerator - edges.step * before
    keys = np.repeat(edges.base - (before * window.stride << SLOT_BITS), edges.count)
    largest = int(np.abs(numerator).max()) + total * int(np.abs(edges.step).max())
    if largest < EXACT_IN_FLOAT:
        rows = _rows(numerator, edges, window, np.arange(total, dtype=np.float64)).astype(np.int64)
    else:
        rows = _rows(numerator, edges, window, k)
    k *= window.stride
    k += rows
    k <<= SLOT_BITS
    keys += k
    return keys


def _rows(numerator: Toggles, edges: _Edges, window: Window, k: NDArray[Any]) -> NDArray[Any]:
    """Quotients in the type of ``k``, held between the window's rows; for floats yet to be rounded down."""
    rows = np.repeat(edges.step.astype(k.dtype), edges.count)
    rows *= k
    rows += np.repeat(numerator.astype(k.dtype), edges.count)
    divide = np.true_divide if k.dtype.kind == "f" else np.floor_divide
    divide(rows, np.repeat(edges.denominator.astype(k.dtype), edges.count), out=rows)
    top, bottom = window.rows
    return np.clip(rows, top, bottom, out=rows)
