"""Rings taken apart where they meet others, so that a border that two share is changed once for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.faces import GRID, keys
from labeler.geometry.rings import Ring

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Borders:
    """``lines`` are (n, 2) in px; that of a ring which meets no other is all of it, its first point again at
    the end. ``rings`` names for each ring its lines in order, and whether it runs along them backwards.
    """

    lines: tuple[Ring, ...]
    rings: tuple[tuple[tuple[int, bool], ...], ...]
    #: For each line whether it is a ring that meets no other: none of its points has to stay.
    free: tuple[bool, ...]

    def joined(self, lines: Sequence[Ring]) -> list[Ring]:
        """The rings again, made of ``lines`` in the place of the own ones."""
        return [
            np.concatenate([(lines[n][::-1] if backwards else lines[n])[:-1] for n, backwards in parts])
            for parts in self.rings
        ]


def borders(rings: Sequence[Ring]) -> Borders:
    """Take rings apart at the points where they meet others or themselves. Repeated points are left out."""
    chains, count = _numbered(rings)
    meets = _meeting_points(chains, count)
    found: dict[bytes, int] = {}
    lines: list[Ring] = []
    free: list[bool] = []
    parts: list[tuple[tuple[int, bool], ...]] = []
    for chain, ring in chains:
        part: list[tuple[int, bool]] = []
        for chosen in _pieces(chain, meets):
            forth, back = chain[chosen].tobytes(), chain[chosen][::-1].tobytes()
            key = min(forth, back)
            if key not in found:
                found[key] = len(lines)
                lines.append(ring[chosen] if forth == key else ring[chosen][::-1])
                free.append(not meets[chain[chosen[0]]])
            part.append((found[key], forth != key))
        parts.append(tuple(part))
    return Borders(tuple(lines), tuple(parts), tuple(free))


def _numbered(rings: Sequence[Ring]) -> tuple[list[tuple[Places, Ring]], int]:
    """Each ring without repeated points, with a number for every point that is the same in all rings."""
    places, numbers = np.unique(keys(np.rint(np.concatenate(rings) * GRID)), return_inverse=True)
    chains: list[tuple[Places, Ring]] = []
    start = 0
    for ring in rings:
        chain = numbers[start : start + len(ring)].astype(np.int64)
        start += len(ring)
        differs = chain != np.roll(chain, 1)
        differs[0] |= not differs.any()  # all points are one
        chains.append((chain[differs], ring[differs]))
    return chains, len(places)


def _meeting_points(chains: Sequence[tuple[Places, Ring]], count: int) -> NDArray[np.bool_]:
    """Which points do not lie between the same two others wherever they occur."""
    start = np.concatenate([chain for chain, _ in chains])
    end = np.concatenate([np.roll(chain, -1) for chain, _ in chains])
    edges = np.unique(np.minimum(start, end) * count + np.maximum(start, end))
    ends = np.concatenate([edges // count, edges % count])
    meets: NDArray[np.bool_] = np.bincount(ends, minlength=count) != 2
    return meets


def _pieces(chain: Places, meets: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Which points of a ring, in order, make up each of its lines; both ends are in it."""
    nodes = np.flatnonzero(meets[chain])
    if not len(nodes):
        first = int(chain.argmin())  # so that equal rings begin at the same point
        return [np.append(np.arange(first, first + len(chain)), first) % len(chain)]
    following = np.append(nodes[1:], nodes[0] + len(chain))
    return [np.arange(one, other + 1) % len(chain) for one, other in zip(nodes, following)]
