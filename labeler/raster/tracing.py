"""Masks to polygons: the way back, exact. Rings run along the cracks between pixels, never through centres.

Pixels hang together by their sides (4-connected): two that touch in a corner only are two areas, so that no
ring touches itself and areas share single points at most. A hole that touches itself in a corner is two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.booleans import Area
from labeler.raster.runs import Runs
from labeler.raster.staircases import Rings, simplified
from labeler.raster.toggles import Toggles

Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]


def trace(mask: NDArray[np.bool_], tolerance: float = 0.0, *, exact: bool = False) -> list[Area]:
    """The areas of a mask: outer rings with their holes, in an order in which they can be walked.

    ``mask`` is (height, width) bool. Rings are (n, 2) float64 in image pixels, on the corners of pixels;
    (0, 0) is the top-left corner of the first one. Walk the areas in order, adding the outer ring and then
    removing each hole, and the very same mask comes back; an island in a hole comes after the area that has
    the hole. Outer rings run clockwise on screen, holes the other way round. An empty mask has no areas.

    With a ``tolerance`` (px; less than 0.36 changes nothing) points are left out: no place on the true
    boundary is farther than that from its simplified ring. No ring meets itself or another, every ring stays
    and keeps its side of the others. With ``exact`` the simplified rings, too, give the very same mask.
    """
    return trace_runs(Runs.from_mask(mask), tolerance, exact=exact)


def trace_runs(runs: Runs, tolerance: float = 0.0, *, exact: bool = False) -> list[Area]:
    """``trace`` of a mask that is there as runs: what it costs follows the boundary, never the area."""
    if runs.is_empty:
        return []
    cracks = _Cracks.of(runs)
    orbits = cracks.orbits()
    pinched = cracks.pinched(orbits)
    if len(pinched):
        cracks = cracks.parted(pinched)
        orbits = cracks.orbits()
    rings = Rings(cracks.points(orbits).astype(np.float64), 2 * orbits.starts)
    if tolerance > 0:
        rings = simplified(rings, tolerance, exact=exact)
    return _areas(rings, cracks.parents(orbits, runs.toggles))


@dataclass(frozen=True)
class _Orbits:
    """Vertical edges in the order of their rings: ring r is ``edges[starts[r] : starts[r + 1]]``."""

    edges: Indices
    starts: Indices
    #: The ring of each edge.
    ring: Indices


@dataclass(frozen=True)
class _Cracks:
    """The corners of a mask's boundary and how straight edges join them.

    Corners are sorted by ``keys``, ``x * stride + y``; where four cracks meet there are two. Corners 2k and
    2k + 1 are the upper and the lower end of vertical edge k.
    """

    stride: int
    keys: Indices
    #: Per vertical edge: the mask lies right of it, so that it is walked upwards.
    upwards: Flags
    #: The first of each two corners where four cracks meet.
    doubles: Indices
    #: Whether the level edge from the left goes on downwards there.
    swapped: Flags

    @classmethod
    def of(cls, runs: Runs) -> _Cracks:
        # A run's end is a level crack: its left end in its own column's line, its right end in the next one.
        places = np.concatenate([runs.toggles, runs.toggles + runs.height + 1])
        order = np.argsort(places, kind="stable")
        places, begins, is_left = places[order], order & 1 == 0, order < len(runs.toggles)
        meet = places[1:] == places[:-1]
        # Two runs that begin, or end, at the same row: the boundary goes straight on there.
        straight = meet & (begins[1:] == begins[:-1])
        kept = ~(np.append(straight, False) | np.append(False, straight))
        doubles = np.flatnonzero(np.append(meet & ~straight, False)[kept])
        begins, mask_right = begins[kept], (is_left == begins)[kept]
        # A run begins right below the corner: what hangs together there is above left and below right.
        return cls(runs.height + 1, places[kept], mask_right[::2], doubles, ~begins[doubles])

    @cached_property
    def x(self) -> Indices:
        return self.keys // self.stride

    @cached_property
    def y(self) -> Indices:
        return self.keys - self.x * self.stride

    @cached_property
    def level_order(self) -> Indices:
        """Corners along rows: 2k and 2k + 1 in this order are the ends of level edge k."""
        x, y = self.x, self.y
        key = (y * (x[-1] + 1) + x) << 1
        key[self.doubles] += self.swapped
        key[self.doubles + 1] += ~self.swapped
        return np.argsort(key)

    @cached_property
    def across(self) -> Indices:
        """The other end of each corner's level edge."""
        order = self.level_order
        across = np.empty_like(order)
        across[order[::2]] = order[1::2]
        across[order[1::2]] = order[::2]
        return across

    @cached_property
    def heads(self) -> Indices:
        """The corner where each vertical edge ends, walked with the mask on the right hand."""
        return 2 * np.arange(len(self.upwards)) + ~self.upwards

    def orbits(self) -> _Orbits:
        """Which edges follow each other, for all rings at once: every round looks twice as far ahead."""
        # Half as wide as positions elsewhere: it is the memory that takes the time.
        following: NDArray[Any] = (self.across[self.heads] >> 1).astype(np.int32)
        first: NDArray[Any] = np.arange(len(following), dtype=np.int32)
        ahead = np.zeros_like(first)
        step = 1
        while (better := first[following] < first).any():
            reached = following[better]
            ahead[better] = ahead[reached] + step
            first[better] = first[reached]
            following = following[following]
            step *= 2
        return _in_order(first, ahead)

    def points(self, orbits: _Orbits) -> NDArray[np.int64]:
        """(n, 2) corners of all rings, one after the other."""
        heads = self.heads[orbits.edges]
        corners = np.column_stack([heads, self.across[heads]]).ravel()
        return np.column_stack([self.x[corners], self.y[corners]])

    def pinched(self, orbits: _Orbits) -> Indices:
        """Which of the ``doubles`` one ring goes through twice."""
        return np.flatnonzero(orbits.ring[self.doubles >> 1] == orbits.ring[self.doubles + 1 >> 1])

    def parted(self, pinched: Indices) -> _Cracks:
        """Joined the other way there: each ring falls apart into rings that do not touch themselves."""
        swapped = self.swapped.copy()
        swapped[pinched] ^= True
        return replace(self, swapped=swapped)

    def parents(self, orbits: _Orbits, toggles: Toggles) -> Indices:
        """For each ring the outer ring of its area: itself, unless it is a hole."""
        leftmost = orbits.edges[orbits.starts[:-1]]
        parents = np.arange(len(leftmost))
        holes = np.flatnonzero(~self.upwards[leftmost])
        # Left of a hole's first edge is a pixel of its area. The top of the run it is in belongs to a ring of
        # the same area that reaches farther to the left.
        pixel = self.keys[2 * leftmost[holes]] - self.stride
        run = (np.searchsorted(toggles, pixel, side="right") - 1) // 2 * 2
        top_x, top_y = np.divmod(toggles[run], self.stride)
        order = self.level_order
        span = self.x[-1] + 1
        level = np.searchsorted((self.y * span + self.x)[order], top_y * span + top_x, side="right") - 1
        parents[holes] = orbits.ring[order[level] >> 1]
        while (parents != (farther := parents[parents])).any():
            parents = farther
        return parents


def _in_order(first: NDArray[Any], ahead: NDArray[Any]) -> _Orbits:
    """Orbits of edges that know the first edge of their ring and how many steps ahead it is."""
    _, ring, counts = np.unique(first, return_inverse=True, return_counts=True)
    starts = np.append(0, np.cumsum(counts))
    place = starts[ring] + np.where(ahead > 0, counts[ring] - ahead, 0)
    edges = np.empty_like(place)
    edges[place] = np.arange(len(place))
    return _Orbits(edges, starts, ring)


def _areas(rings: Rings, parents: Indices) -> list[Area]:
    parts = [rings.points[start:stop] for start, stop in pairwise(rings.starts.tolist())]
    order = np.argsort(parents, kind="stable")
    bounds = np.flatnonzero(np.diff(parents[order], prepend=-1, append=len(parts)))
    groups = (order[start:stop].tolist() for start, stop in pairwise(bounds.tolist()))
    # A ring's own number is the lowest of its area: outer rings reach farther left than their holes.
    return [Area(parts[group[0]], tuple(parts[hole] for hole in group[1:])) for group in groups]
