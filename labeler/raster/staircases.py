"""Rings along the cracks between pixels with fewer points: staircases become lines, within a tolerance.

A step of one pixel cuts its corners: a line through the middles of the runs on both sides of it stays on the
right side of every pixel centre, so steps alone go without changing the mask. Corners between two longer runs
are corners, and stay. What is left is thinned by Douglas and Peucker's rule, except that distances are those
of the true corners, that pixel centres on the wrong side of an edge can count too, and that where rings would
meet or jump over each other points come back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.crossings import holding, meeting

Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Cutting the corner of a step of one pixel moves the boundary by this much (px) at least.
SMALLEST_CUT = 0.125**0.5
#: Rings are split so often whatever the tolerance is: the smallest have four corners, and keep them.
_FIRST_SPLITS = 2
#: So many times each second point is tried for being needless, and never in rings of so few.
_PRUNINGS, _FEW = 4, 8
#: Every ring is at least this wide (px): edges that move less jump over none.
_THINNEST = 1.0
#: Distances are compared with what rounding may add.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Rings:
    """(n, 2) ``points`` of closed rings; ring r is ``points[starts[r] : starts[r + 1]]``."""

    points: NDArray[np.float64]
    starts: Indices


@dataclass(frozen=True)
class _Spans:
    """Stretches of rings, from one place to a later one, each to become one straight edge."""

    first: Indices
    last: Indices

    def __getitem__(self, some: Flags | Indices) -> _Spans:
        return _Spans(self.first[some], self.last[some])

    def __len__(self) -> int:
        return len(self.first)

    @property
    def divisible(self) -> Flags:
        return self.last - self.first > 1


@dataclass(frozen=True)
class _Limit:
    """What an edge must not do: leave a true corner more than ``tolerance`` px away or, to be ``exact``, have
    a pixel centre on its wrong side."""

    tolerance: float
    exact: bool


def simplified(rings: Rings, tolerance: float, *, exact: bool = False) -> Rings:
    """Rings no farther than ``tolerance`` px from any place on these, which run along cracks between pixels.

    Their number and order stay. They do not meet each other or themselves, and each stays on its side of the
    others. With ``exact`` no pixel centre changes sides.
    """
    if tolerance < SMALLEST_CUT:
        return rings
    places, limit = _places(rings, tolerance), _Limit(tolerance, exact)
    kept = np.zeros(len(places.xy), dtype=np.bool_)
    kept[places.ends] = kept[places.starts] = True
    _divide(places, kept, _Spans(places.starts, places.ends), limit, _FIRST_SPLITS)
    if exact:
        # Only where the mask holds them: else points fewer than the tolerance asks for are pixels lost.
        for turn in range(_PRUNINGS):
            _prune(places, kept, limit, turn % 2)
    while len(spans := _entangled(places, kept, limit)):
        _divide(places, kept, spans, limit, 1)
    return places.chosen(kept)


def _divide(places: _Places, kept: Flags, spans: _Spans, limit: _Limit, forced: int) -> None:
    """Keep points in these spans until every edge is within the limit; split all ``forced`` times anyway."""
    while len(spans):
        spans = spans[spans.divisible]
        worst, broken = places.worst(spans, limit)
        broken |= forced > 0
        spans = places.split(spans[broken], worst[broken])
        kept[spans.first] = True
        forced -= 1


def _prune(places: _Places, kept: Flags, limit: _Limit, odd: int) -> None:
    """Let go of points that points kept later made needless, every second one of a ring at a time."""
    place = np.flatnonzero(kept)
    begins = np.searchsorted(place, places.starts)
    counts = np.diff(begins, append=len(place))
    order = np.arange(len(place)) - np.repeat(begins, counts)
    inner = (order > 0) & (order < np.repeat(counts - 1, counts))
    tried = np.flatnonzero(inner & (order % 2 == odd) & np.repeat(counts > _FEW, counts))
    spans = _Spans(place[tried - 1], place[tried + 1])
    _, broken = places.worst(spans, limit)
    kept[place[tried[~broken]]] = False


# --- where points may be -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Places:
    """Where simplified rings may have points: corners, and both ends of the cuts across corners of steps.

    Coordinates are whole half pixels. Each ring comes back to its first place at its end.
    """

    corners: Indices
    #: From each corner to the pixel centre between its two runs, and whether that lies inside.
    inner: Indices
    convex: Flags
    #: The corner's place; when it is cut the place before it, and the next is the place after it.
    at: Indices
    cut: Flags
    xy: Indices
    #: Twice the number of the next corner; one more where the place is that corner.
    code: Indices
    #: First and last place of each ring.
    starts: Indices
    ends: Indices

    def between(self, spans: _Spans) -> tuple[Indices, Indices]:
        """The corners passed by each span: where they start, and how many."""
        first = self.code[spans.first] + 1 >> 1
        return first, (self.code[spans.last] >> 1) - first

    def worst(self, spans: _Spans, limit: _Limit) -> tuple[Indices, Flags]:
        """For each (divisible) span the corner farthest from its edge; whether the edge breaks the limit."""
        first, count = self.between(spans)
        if not len(spans):
            return first, np.empty(0, dtype=np.bool_)
        begins, corner = np.cumsum(count) - count, _ranges(first, count)
        start = self.xy[spans.first]
        along = np.repeat(self.xy[spans.last] - start, count, axis=0)
        way = self.corners[corner] - np.repeat(start, count, axis=0)
        distance = _distance(way, along)
        farthest = np.maximum.reduceat(distance, begins)
        is_worst = np.flatnonzero(distance == np.repeat(farthest, count))
        worst = corner[is_worst[np.searchsorted(is_worst, begins)]]
        broken = farthest > 2 * limit.tolerance + _ROUNDING
        if limit.exact:
            broken |= np.logical_or.reduceat(self._wrong(corner, way, along), begins)
        return worst, broken

    def _wrong(self, corner: Indices, way: Indices, along: Indices) -> Flags:
        """Whether the four pixel centres around a corner are not clearly on their sides of an edge."""
        inner, side = self.inner[corner], np.where(self.convex[corner], 1, -1)
        at = _cross(along, way) * side
        to_inner = _cross(along, inner) * side
        to_next = _cross(along, np.column_stack([-inner[:, 1], inner[:, 0]]))
        # The one between the runs on one side, the opposite one and the two beside it on the other.
        return (at + to_inner <= 0) | (at - to_inner >= 0) | (at + np.abs(to_next) >= 0)

    def split(self, spans: _Spans, worst: Indices) -> _Spans:
        """Each (divisible) span as two, at the corner ``worst`` or at an end of the cut across it."""
        after = self.at[worst] + self.cut[worst]
        middle = np.where(after < spans.last, after, self.at[worst])
        return _Spans(np.concatenate([spans.first, middle]), np.concatenate([middle, spans.last]))

    def chosen(self, kept: Flags) -> Rings:
        kept = kept.copy()
        kept[self.ends] = False
        counts = np.add.reduceat(kept, self.starts, dtype=np.int64)
        return Rings(self.xy[kept] / 2, np.append(0, np.cumsum(counts)))


def _places(rings: Rings, tolerance: float) -> _Places:
    """Corners are cut where that moves the boundary no farther than the tolerance."""
    corners = np.rint(2 * rings.points).astype(np.int64)
    before, after = _neighbours(rings.starts)
    into, out = corners - corners[before], corners[after] - corners
    a, b = np.abs(into).sum(axis=1), np.abs(out).sum(axis=1)
    convex = _cross(into, out) > 0
    step = (b == 2) & (convex != convex[after])
    # Where two rings touch both give way, by as little as sets them apart.
    touched = _repeated(corners)
    cut = touched | ((step | step[before]) & (a * b <= 4 * tolerance * np.hypot(a, b)))
    into //= a[:, None]
    out //= b[:, None]
    entry = corners - into * np.where(touched, 1, a // 2)[:, None]
    leave = corners + out * np.where(touched, 1, b // 2)[:, None]
    # The middle of a run between two cut corners is one place.
    double = cut & ~(cut[after] & (leave == entry[after]).all(axis=1))
    counts = np.diff(rings.starts)
    at = np.cumsum(1 + double) - (1 + double) + np.repeat(np.arange(len(counts)), counts)
    starts = at[rings.starts[:-1]]
    ends = np.append(starts[1:], len(corners) + int(double.sum()) + len(counts)) - 1
    xy, code = np.empty((ends[-1] + 1, 2), dtype=np.int64), np.empty(ends[-1] + 1, dtype=np.int64)
    number = np.arange(len(corners))
    xy[at], code[at] = np.where(cut[:, None], entry, corners), 2 * number + ~cut
    xy[at[double] + 1], code[at[double] + 1] = leave[double], 2 * number[double] + 2
    xy[ends], code[ends] = xy[starts], 2 * rings.starts[1:]
    return _Places(corners, out - into, convex, at, cut, xy, code, starts, ends)


def _neighbours(starts: Indices) -> tuple[Indices, Indices]:
    """The place before and the place after each one on its closed ring."""
    before, after = np.arange(starts[-1]) - 1, np.arange(starts[-1]) + 1
    before[starts[:-1]], after[starts[1:] - 1] = starts[1:] - 1, starts[:-1]
    return before, after


def _repeated(corners: Indices) -> Flags:
    key = corners[:, 0] * (int(corners[:, 1].max()) + 1) + corners[:, 1]
    order = np.argsort(key)
    same = np.append(key[order][1:] == key[order][:-1], False)
    repeated = np.empty(len(key), dtype=np.bool_)
    repeated[order] = same | np.roll(same, 1)
    return repeated


def _ranges(first: Indices, count: Indices) -> Indices:
    """``first[i]`` and the numbers after it, ``count[i]`` of them, for every i."""
    numbers: Indices = np.arange(int(count.sum())) + np.repeat(first - (np.cumsum(count) - count), count)
    return numbers


def _cross(one: Indices, other: Indices) -> Indices:
    product: Indices = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    return product


def _distance(way: Indices, along: Indices) -> NDArray[np.float64]:
    """How far the end of ``way`` is from an edge that starts where it starts and goes ``along``."""
    x, y = way.T.astype(np.float64)
    dx, dy = along.T.astype(np.float64)
    length = dx * dx + dy * dy
    share = np.clip((x * dx + y * dy) / np.maximum(length, 1), 0, 1)
    distance: NDArray[np.float64] = np.hypot(x - share * dx, y - share * dy)
    return distance


# --- rings against each other ------------------------------------------------------------------------------


def _entangled(places: _Places, kept: Flags, limit: _Limit) -> _Spans:
    """The spans whose edges meet others or have gone over another ring, as far as they can be split."""
    place = np.flatnonzero(kept)
    is_end = np.zeros(len(kept), dtype=np.bool_)
    is_end[places.ends] = True
    starting = ~is_end[place[:-1]]
    spans = _Spans(place[:-1][starting], place[1:][starting])
    begins = np.searchsorted(spans.first, places.starts)
    following = np.arange(1, len(spans) + 1)
    following[np.append(begins[1:], len(spans)) - 1] = begins
    # Edges that cannot be split are where the boundary leaves them no room to meet each other.
    found = meeting(places.xy[spans.first] / 2, places.xy[spans.last] / 2, following, spans.divisible)
    # Whoever jumps over a ring passes the pixel centres in it.
    if limit.tolerance >= _THINNEST and not limit.exact:
        found |= _jumping(places, spans, begins)
    return spans[found & spans.divisible]


def _jumping(places: _Places, spans: _Spans, begins: Indices) -> Flags:
    """The spans that have another ring between their corners and their edge."""
    jumping = np.zeros(len(spans), dtype=np.bool_)
    divisible = np.flatnonzero(spans.divisible)
    loops = spans[divisible]
    first, count = places.between(loops)
    # A loop: the span's first place, the corners it passes, its last place.
    size = count + 2
    starts = np.cumsum(size) - size
    points = np.empty((int(size.sum()), 2))
    points[starts], points[starts + size - 1] = places.xy[loops.first], places.xy[loops.last]
    passed = np.ones(len(points), dtype=np.bool_)
    passed[starts] = passed[starts + size - 1] = False
    points[passed] = places.corners[_ranges(first, count)]
    loop, ring = holding(points, size, places.xy[places.starts].astype(np.float64))
    own = np.searchsorted(begins, divisible[loop], side="right") - 1
    jumping[divisible[loop[own != ring]]] = True
    return jumping
