"""Where a line meets itself: edges that cross, touch or run back over each other. Knows no annotation.

Decided in whole steps of the grid that sidecars keep (1/1000 px), so the answer is exact and the same
before and after saving. Edge ``i`` runs from point ``i`` to the next; a point that repeats the one before it
is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.booleans import GRID
from labeler.geometry.late import shapely
from labeler.geometry.nearest import Position
from labeler.geometry.rings import Ring

#: No coordinate is farther from the origin (px), so that products of differences fit 64 bits.
_FARTHEST_PX = 1_000_000.0
#: A line that meets itself more often is a scribble: nobody needs every place.
MOST_CONTACTS = 200
#: So many edges are held against all others at once: memory follows it where all boxes overlap.
_CHUNK = 128

Steps = NDArray[np.int64]
Pairs = NDArray[np.intp]
_Vector = tuple[int, int]


@dataclass(frozen=True)
class Contact:
    """Edges ``first`` < ``second`` meet at ``position`` (px) though they do not follow each other there.

    ``crosses``: each goes to the other side. Otherwise one only touches the other, or runs along it.
    """

    first: int
    second: int
    position: Position
    crosses: bool


def are_simple(rings: Sequence[Ring]) -> NDArray[np.bool_]:
    """For each closed ring whether it never meets itself. All at once: 10,000 rings take 50 ms."""
    return np.asarray(shapely.is_simple(line_rings(rings)), dtype=np.bool_)


def line_rings(rings: Sequence[Ring]) -> NDArray[np.object_]:
    """Closed rings (px) as shapely's, in steps of the grid."""
    if not rings:
        return np.zeros(0, dtype=np.object_)
    closed = [part for ring in rings for part in (ring, ring[:1])]
    owners = np.repeat(np.arange(len(rings)), [len(ring) + 1 for ring in rings])
    return np.asarray(shapely.linearrings(to_steps(np.concatenate(closed)), indices=owners))


def self_contacts(line: Ring, *, closed: bool = True, limit: int = MOST_CONTACTS) -> tuple[Contact, ...]:
    """Where a ring (or an open line) meets itself, each place once, at most ``limit`` of them.

    Without a contact shapely calls the ring valid, unless all its points are one.
    """
    steps, numbers = _without_repeats(to_steps(line), closed)
    if len(steps) < 2 or _is_simple(steps, closed):
        return ()
    edges = Edges.of(steps, closed)
    contacts = distinct(_all_meetings(edges), limit)
    renumbered = [
        Contact(int(numbers[c.first]), int(numbers[c.second]), c.position, c.crosses) for c in contacts
    ]
    return tuple(sorted(renumbered, key=lambda c: (c.first, c.second)))


def last_edge_contacts(line: Steps) -> tuple[Contact, ...]:
    """Where the last edge of an open line, in grid steps without repeated points, meets the others. O(n)."""
    if len(line) < 3:
        return ()
    edges = Edges.of(line, closed=False)
    near = _reaching(line[:-1], line[-2:])
    pairs = np.stack([near, np.full(len(near), len(line) - 2)])
    return tuple(distinct(meetings(edges, pairs), MOST_CONTACTS))


def _reaching(line: Steps, edge: Steps) -> Pairs:
    """The edges of an open line that are not all on one side of the box around another edge."""
    x, y = line.T
    (x1, y1), (x2, y2) = edge.tolist()
    sides = (x < min(x1, x2), x > max(x1, x2), y < min(y1, y2), y > max(y1, y2))
    beside = np.zeros(len(line) - 1, dtype=np.bool_)
    for side in sides:
        beside |= side[:-1] & side[1:]
    return np.flatnonzero(~beside)


def to_steps(points: Ring) -> Steps:
    """Points (px) in whole steps of the grid, (n, 2)."""
    return np.rint(np.clip(points, -_FARTHEST_PX, _FARTHEST_PX) * GRID).astype(np.int64)


def distinct(contacts: Iterable[Contact], limit: int) -> list[Contact]:
    """One contact per place: where edges meet in a vertex, several pairs of them do."""
    found: dict[tuple[float, float], Contact] = {}
    for contact in contacts:
        x, y = contact.position
        place = round(x, 3), round(y, 3)
        if place not in found or (contact.crosses and not found[place].crosses):
            found[place] = contact
        if len(found) >= limit:
            break
    return list(found.values())


# --- edges -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of a line of grid steps; ``closed``: the last one leads back to the first point."""

    starts: Steps
    ends: Steps
    closed: bool

    @classmethod
    def of(cls, steps: Steps, closed: bool) -> Edges:
        if closed:
            return cls(steps, np.roll(steps, -1, axis=0), closed)
        return cls(steps[:-1], steps[1:], closed)

    def strand(self, edge: int, at: _Vector) -> tuple[_Vector, _Vector] | None:
        """Where the line comes from and goes to at this place of an edge; None at the end of an open line."""
        start, end = _vector(self.starts[edge]), _vector(self.ends[edge])
        if at == start:
            before = self._next_to(edge - 1)
            return None if before is None else (_vector(self.starts[before]), end)
        if at == end:
            after = self._next_to(edge + 1)
            return None if after is None else (start, _vector(self.ends[after]))
        return start, end

    def _next_to(self, edge: int) -> int | None:
        count = len(self.starts)
        if self.closed:
            return edge % count
        return edge if 0 <= edge < count else None


def _without_repeats(steps: Steps, closed: bool) -> tuple[Steps, Pairs]:
    """The line without points that repeat the one before, and which edge each remaining one starts."""
    repeats = (steps == np.roll(steps, -1, axis=0)).all(axis=1)
    if not closed:
        repeats[-1:] = False
    # Of a run of equal points the last one stays: the edge that it starts has a length.
    numbers = np.flatnonzero(~repeats)
    return steps[numbers], numbers


def _is_simple(steps: Steps, closed: bool) -> bool:
    """Much faster than to find where it is not."""
    if not closed:
        return bool(shapely.is_simple(shapely.LineString(steps)))
    return len(steps) > 2 and bool(shapely.is_simple(shapely.LinearRing(np.vstack([steps, steps[:1]]))))


# --- pairs of edges ----------------------------------------------------------------------------------------


def _all_meetings(edges: Edges) -> Iterator[Contact]:
    if len(edges.starts) == 2 and edges.closed:
        # There and back again: the only two edges follow each other at both ends.
        for end in edges.starts:
            yield Contact(0, 1, _position(end), crosses=False)
        return
    ends = np.stack([edges.starts, edges.ends], axis=1).astype(np.float64)
    lines: NDArray[np.object_] = np.asarray(shapely.linestrings(ends))
    tree = shapely.STRtree(lines)
    for begin in range(0, len(lines), _CHUNK):
        first, second = tree.query(lines[begin : begin + _CHUNK])
        pairs = np.stack([first + begin, second])
        yield from meetings(edges, pairs[:, pairs[0] < pairs[1]])


def meetings(edges: Edges, pairs: Pairs) -> Iterator[Contact]:
    """The contacts among (2, m) pairs of edges, the first before the second; several may be at one place."""
    a, b = edges.starts[pairs[0]], edges.ends[pairs[0]]
    c, d = edges.starts[pairs[1]], edges.ends[pairs[1]]
    sides = np.stack([_side(c, d, a), _side(c, d, b), _side(a, b, c), _side(a, b, d)])
    signs = np.sign(sides)
    crosses = np.flatnonzero((signs[0] * signs[1] < 0) & (signs[2] * signs[3] < 0))[:MOST_CONTACTS]
    if len(crosses):
        # Sides are twice areas of triangles over the second edge: their shares are those along the first.
        share = sides[0, crosses] / (sides[0, crosses].astype(np.float64) - sides[1, crosses])
        positions = (a[crosses] + share[:, None] * (b[crosses] - a[crosses])) / GRID
        for (first, second), (x, y) in zip(pairs[:, crosses].T.tolist(), positions.tolist()):
            yield Contact(first, second, (x, y), crosses=True)
    yield from _touches(edges, pairs, (a, b, c, d), signs)


def _touches(
    edges: Edges, pairs: Pairs, corners: tuple[Steps, Steps, Steps, Steps], signs: Steps
) -> Iterator[Contact]:
    """Where an end of one edge lies on the other."""
    a, b, c, d = corners
    follows = pairs[1] - pairs[0] == 1
    wraps = (pairs[1] - pairs[0] == len(edges.starts) - 1) & edges.closed
    # Edges that follow each other share a point; what else they share, one runs back along the other.
    shared = (wraps, follows, follows, wraps)
    for end, (point, low, high) in enumerate(((a, c, d), (b, c, d), (c, a, b), (d, a, b))):
        near = np.flatnonzero((signs[end] == 0) & ~shared[end])
        near = near[_within(point[near], low[near], high[near])][:MOST_CONTACTS]
        for first, second, at in zip(*pairs[:, near].tolist(), point[near]):
            yield Contact(first, second, _position(at), _passes(edges, first, second, _vector(at)))


def _side(start: Steps, end: Steps, point: Steps) -> Steps:
    """Twice the signed areas of triangles: positive, zero, negative for left of, on, right of the edge."""
    along, to = end - start, point - start
    return along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]


def _within(point: Steps, low: Steps, high: Steps) -> NDArray[np.bool_]:
    """Whether points lie in the box of two others."""
    beside = (point < np.minimum(low, high)) | (point > np.maximum(low, high))
    return np.asarray(~beside.any(axis=1))


def _passes(edges: Edges, first: int, second: int, at: _Vector) -> bool:
    """Whether one line goes over to the other side of the other in the vertex that they share.

    Where they share more than the point this is not followed up: no.
    """
    strands = edges.strand(first, at), edges.strand(second, at)
    if strands[0] is None or strands[1] is None:
        return False
    (before, after), others = [[_minus(end, at) for end in strand] for strand in strands if strand]
    if any(_cross(one, other) == 0 and _dot(one, other) > 0 for one in (before, after) for other in others):
        return False
    return _in_sweep(before, after, others[0]) != _in_sweep(before, after, others[1])


def _in_sweep(start: _Vector, end: _Vector, direction: _Vector) -> bool:
    """Whether a turn from start to end, always the same way round, goes over this direction."""
    turn = _cross(start, end)
    after, before = _cross(start, direction) > 0, _cross(direction, end) > 0
    return (after and before) if turn >= 0 else (after or before)


def _cross(a: _Vector, b: _Vector) -> int:
    return a[0] * b[1] - a[1] * b[0]


def _dot(a: _Vector, b: _Vector) -> int:
    return a[0] * b[0] + a[1] * b[1]


def _minus(a: _Vector, b: _Vector) -> _Vector:
    return a[0] - b[0], a[1] - b[1]


def _vector(point: Steps) -> _Vector:
    x, y = point.tolist()
    return x, y


def _position(point: Steps) -> Position:
    x, y = (point / GRID).tolist()
    return x, y
