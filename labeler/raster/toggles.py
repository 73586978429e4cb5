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
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import DECIMALS

Toggles = NDArray[np.int64]
#: Toggles with more above and below them: as wide as they need to be, for it is sorting that takes the time.
Keys = NDArray[np.signedinteger[Any]]

#: Steps of the grid in one pixel; pixel centres lie on it, half a pixel in.
GRID = 10**DECIMALS
HALF = GRID // 2

#: Under a sort key lies its polygon's slot: even slots add, odd slots remove, a higher slot wins. 62 of the
#: bits of an int64 are slots, so that a set of polygons is a number and no sign gets in the way.
SLOT_BITS = 6
LAST_SLOT = 61
ADDING = 0x1555_5555_5555_5555
REMOVING = 0x2AAA_AAAA_AAAA_AAAA
LARGEST_KEY = 1 << 62 - SLOT_BITS
#: Most masks need one slot to add and one to remove.
PAIR_BITS, REMOVING_SLOT = 1, 1

#: Crossings worked on at once: what bounds the memory of a monstrous polygon, and stays in the cache.
BATCH = 1 << 17
#: Whole numbers up to here are exact in float64, and so is the floor of their quotients.
EXACT_IN_FLOAT = 2**52


class Layer(NamedTuple):
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


def walk(layers: Sequence[Layer], window: Window) -> Keys:
    """The masks of all layers: walks the layers of each mask in order, one adds, another removes.

    Returns sorted keys ``mask * window.span + toggle``. Masks may come interleaved: only the order among the
    layers of one mask counts.
    """
    keys: Keys = np.empty(0, dtype=np.int64)
    for chosen, slots in _rounds(layers):
        bits = max(PAIR_BITS, max(slots).bit_length())
        kind = kind_for((max(layer.mask for layer in layers) + 1) * window.span << bits)
        crossings = _crossings(chosen, slots, bits, kind, window)
        keys = settle(np.concatenate([keys.astype(kind) << bits, *crossings]), bits)
    return keys


def kind_for(largest: int) -> type[np.signedinteger[Any]]:
    """The narrowest type of a key below this."""
    return np.int32 if largest <= np.iinfo(np.int32).max else np.int64


def settle(keys: Keys, bits: int = PAIR_BITS) -> Keys:
    """Keys with a slot of so many bits (any order, overwritten) to plain sorted keys of where the result
    turns on and off."""
    if not len(keys):
        return keys
    keys.sort()
    # A set of slots is a number, and nearly always a small one.
    kind: type[np.integer[Any]] = np.uint8 if bits <= 3 else np.int64
    bit = np.left_shift(kind(1), (keys & (1 << bits) - 1).astype(kind))
    inside = np.bitwise_xor.accumulate(bit)
    keys >>= bits
    # Polygons that turn at the same place turn together: only the last word there counts.
    last = np.empty(len(keys), dtype=np.bool_)
    last[-1] = True
    np.not_equal(keys[1:], keys[:-1], out=last[:-1])
    if not last.all():
        keys, inside = keys[last], inside[last]
    # The highest slot wins: with adding and removing slots apart, the greater number has it.
    largest = np.iinfo(kind).max
    on = inside & kind(ADDING & largest) > inside & kind(REMOVING & largest)
    changed = np.empty_like(on)
    changed[0] = on[0]
    np.not_equal(on[1:], on[:-1], out=changed[1:])
    return keys if changed.all() else keys[changed]


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


def _crossings(
    layers: Sequence[Layer],
    slots: Sequence[int],
    bits: int,
    kind: type[np.signedinteger[Any]],
    window: Window,
) -> list[Keys]:
    """Slotted keys of every place where an edge crosses the centre line of a column."""
    edges = _edges(layers, slots, bits, window)
    kept: list[Keys] = []
    limit = 64 * BATCH
    for batch in _batches(edges):
        kept.append(_keys(batch, bits, kind, window))
        if sum(map(len, kept)) > limit:
            kept = [odd_ones(np.concatenate(kept))]
            limit = max(limit, 2 * len(kept[0]))
    return kept


def _batches(edges: _Edges) -> Iterator[_Edges]:
    """The edges in slices with about ``BATCH`` crossings."""
    total = np.cumsum(edges.count)
    if not len(total):
        return
    if total[-1] <= BATCH:
        yield edges
        return
    cuts = np.searchsorted(total, np.arange(BATCH, int(total[-1]), BATCH))
    bounds = sorted({0, *cuts.tolist(), len(total)})
    for start, stop in pairwise(bounds):
        yield edges[start:stop]


def odd_ones(keys: Keys) -> Keys:
    """One of each key that comes an odd number of times: what turns twice at one place does not turn."""
    keys.sort()
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    odd = np.diff(starts, append=len(keys)) % 2 == 1
    once: Keys = keys[starts[odd]]
    return once


def _edges(layers: Sequence[Layer], slots: Sequence[int], bits: int, window: Window) -> _Edges:
    counts = np.array([len(layer.points) for layer in layers])
    ends = np.cumsum(counts)
    points = np.concatenate([layer.points for layer in layers])
    points *= GRID
    x, y = np.rint(points, out=points).astype(np.int64).T
    following = np.arange(1, len(x) + 1)
    following[ends - 1] = ends - counts
    # The first column whose nudged centre line is right of the point.
    column = _held((x + (HALF - 1)) // GRID, *window.columns)
    crossed = np.flatnonzero(column != column[following])
    following = following[crossed]
    # What all edges of a layer have in common.
    masks = np.array([layer.mask for layer in layers], dtype=np.int64)
    bases = (masks * window.span - (window.left * window.stride + window.top) << bits) + slots
    base = np.repeat(bases, counts)[crossed]
    here, there = column[crossed], column[following]
    left = np.minimum(here, there)
    x, y, dx, dy = x[crossed], y[crossed], x[following] - x[crossed], y[following] - y[crossed]
    dy *= np.sign(dx)
    dx = np.abs(dx)
    # With coordinates within 10**9 every product here stays below 2**63: 4e18 at most.
    denominator = dx * GRID
    numerator = (y - HALF) * dx + dy * (left * GRID + HALF - x)
    # The crossing rounded up. But a centre exactly on it is nudged to the right, where an edge along which y
    # grows has passed below it: then the next row is the first.
    numerator += denominator - (dy <= 0)
    base += left * (window.stride << bits)
    return _Edges(np.abs(there - here), numerator, dy * GRID, denominator, base)


def _held(numbers: NDArray[Any], lowest: int, highest: int) -> NDArray[Any]:
    """np.clip in place, which takes longer than its work on a few thousand numbers."""
    np.maximum(numbers, lowest, out=numbers)
    np.minimum(numbers, highest, out=numbers)
    return numbers


def _keys(edges: _Edges, bits: int, kind: type[np.signedinteger[Any]], window: Window) -> Keys:
    """Slotted keys of all crossings of these edges (fewer than 2**21)."""
    ends = np.cumsum(edges.count)
    before, total = ends - edges.count, int(ends[-1])
    # Counted on from edge to edge instead of from 0 for each: saves taking the start off every crossing.
    numerator = edges.numerator - edges.step * before
    bases = edges.base - before * (window.stride << bits)
    largest = int(np.abs(numerator).max()) + total * int(np.abs(edges.step).max())
    if largest < EXACT_IN_FLOAT:
        rows = _rows(numerator, edges, window, np.arange(total, dtype=np.float64)).astype(kind)
    else:
        rows = _rows(numerator, edges, window, np.arange(total, dtype=np.int64)).astype(kind)
    # On the way 32 bits may overflow; what comes out fits, and so is right.
    keys: Keys = np.arange(total, dtype=kind)
    keys *= np.array(window.stride).astype(kind)
    keys += rows
    keys <<= bits
    keys += np.repeat(bases.astype(kind), edges.count)
    return keys


def _rows(numerator: Toggles, edges: _Edges, window: Window, k: NDArray[Any]) -> NDArray[Any]:
    """Quotients in the type of ``k``, held between the window's rows; for floats yet to be rounded down."""
    rows = np.repeat(edges.step.astype(k.dtype), edges.count)
    rows *= k
    rows += np.repeat(numerator.astype(k.dtype), edges.count)
    divide = np.true_divide if k.dtype.kind == "f" else np.floor_divide
    divide(rows, np.repeat(edges.denominator.astype(k.dtype), edges.count), out=rows)
    return _held(rows, *window.rows)
