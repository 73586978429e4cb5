"""Many closed rings measured at once, point by point in one array. Knows no annotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.rings import Ring


@dataclass(frozen=True, eq=False)
class PackedRings:
    """``points`` of all rings one after the other, (n, 2) in px; ring ``i`` begins at ``starts[i]``."""

    points: Ring
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, rings: Sequence[Ring]) -> PackedRings:
        """None of the rings may be without a point."""
        lengths = np.array([len(ring) for ring in rings], dtype=np.intp)
        points = np.concatenate(rings) if rings else np.zeros((0, 2))
        return cls(points, np.cumsum(lengths) - lengths)

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def lengths(self) -> NDArray[np.intp]:
        """How many points each ring has."""
        return np.diff(self.starts, append=len(self.points))

    @cached_property
    def following(self) -> Ring:
        """For each point the next one of its ring."""
        after = np.arange(1, len(self.points) + 1)
        after[self.starts + self.lengths - 1] = self.starts
        return self.points[after]

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """left, top, right, bottom of each ring, (m, 4)."""
        if not len(self):
            return np.zeros((0, 4))
        low = np.minimum.reduceat(self.points, self.starts)
        return np.hstack([low, np.maximum.reduceat(self.points, self.starts)])

    @cached_property
    def areas(self) -> NDArray[np.float64]:
        """Inside of each ring in px², for rings that do not cross themselves."""
        # From each ring's own first point, so that far from the origin no digits are lost.
        origin = np.repeat(self.points[self.starts], self.lengths, axis=0)
        here, there = self.points - origin, self.following - origin
        return np.abs(self._sums(here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0])) / 2

    @cached_property
    def perimeters(self) -> NDArray[np.float64]:
        """Length of each outline in px."""
        along = self.following - self.points
        return self._sums(np.hypot(along[:, 0], along[:, 1]))

    @cached_property
    def thicknesses(self) -> NDArray[np.float64]:
        """The shorter side (px) of the rectangle with each ring's area and perimeter.

        For a band that is its width, however it winds; for a disc a little more than its radius.
        """
        half = self.perimeters / 2
        # Nothing encloses more than a disc, which no rectangle can: take the square then.
        return (half - np.sqrt(np.maximum(half**2 - 4 * self.areas, 0))) / 2

    @cached_property
    def repeats(self) -> NDArray[np.bool_]:
        """For each point whether the next one of its ring is at the same place."""
        return np.asarray((self.points == self.following).all(axis=1))

    def ring_of(self, points: NDArray[np.intp]) -> NDArray[np.intp]:
        """Which ring each of these points (by its place in ``points``) belongs to."""
        return np.searchsorted(self.starts, points, side="right") - 1

    def _sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.add.reduceat(values, self.starts) if len(self) else np.zeros(0)


def canonical(ring: Ring) -> bytes:
    """The same bytes however a ring is written: from any point, either way round, with points repeated."""
    kept = ring[(ring != np.roll(ring, 1, axis=0)).any(axis=1)]
    if not len(kept):
        return ring[:1].tobytes()
    first = np.lexsort((kept[:, 1], kept[:, 0]))[0]
    # A place that the ring comes by twice makes two beginnings; take the ways from both into account.
    beginnings = np.flatnonzero((kept == kept[first]).all(axis=1)).tolist()
    ways = [np.roll(kept, -begin, axis=0) for begin in beginnings]
    ways += [np.roll(way[::-1], 1, axis=0) for way in ways]
    return min((way.tobytes() for way in ways), default=b"")
