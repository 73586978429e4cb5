"""Outlines with fewer points or with smoother ones, holes still in what they are holes of.

Whatever is done to an outline, it moves by no more than the ``amount`` (px) that was asked for, and a border
that rings share stays shared. Rings come in groups: what did not cross itself or another of its group does
not do so afterwards, and what lay within another still does; else less is done to it. Knows no annotation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from labeler.geometry.borders import Borders, borders
from labeler.geometry.faces import GRID, keys
from labeler.geometry.late import shapely
from labeler.geometry.rings import Ring, simplified

#: Called between pieces of work; it ends the work by raising an exception.
Tick = Callable[[], None]
#: So often an outline that would cross is tried with half the amount, before it stays as it was.
_TRIES = 6
#: Parts of the amount (px) that smoothing spends: the standard deviation of the bell that points are averaged
#: under (its mean distance is 0.8 of it, the step between samples half of it), the rest on fewer points.
_BELL, _STEP, _FEWER = 0.8, 0.5, 0.1
#: A bell no wider than this share of a closed outline, or a small thing would shrink to a point.
_WIDEST = 1 / 16
_MOST_SAMPLES = 1 << 18

#: Makes other lines of some; of those that are not ``free`` the ends stay.
Change = Callable[[Sequence[Ring], Sequence[bool], float], list[Ring]]
Groups = Sequence[Sequence[Ring]]


def no_tick() -> None:
    """Nobody waits: go on."""


def simplify(
    groups: Groups, amount: float, tick: Tick = no_tick, fixed: Groups | None = None
) -> list[list[Ring]]:
    """Each ring with as few of its points as stay within ``amount`` px.

    ``fixed`` are, for each group, rings that belong to it and stay as they are.
    """
    return _reshaped(groups, _with_fewer_points, amount, tick, fixed)


def smooth(
    groups: Groups, amount: float, tick: Tick = no_tick, fixed: Groups | None = None
) -> list[list[Ring]]:
    """Each ring without what is rougher than ``amount`` px; points where rings meet stay where they are.

    ``fixed`` are, for each group, rings that belong to it and stay as they are.
    """
    return _reshaped(groups, partial(_smoothed_all, tick=tick), amount, tick, fixed)


def _reshaped(
    groups: Groups, change: Change, amount: float, tick: Tick, fixed: Groups | None
) -> list[list[Ring]]:
    made: list[list[Ring]] = [list(group) for group in groups]
    if amount * GRID < 1:
        return made
    for members in _connected(groups):
        tick()
        rings = [ring for number in members for ring in groups[number]]
        owners = [number for number in members for _ in groups[number]]
        still = [(number, ring) for number in members for ring in (fixed[number] if fixed else ())]
        relations = _Relations(
            [*rings, *(ring for _, ring in still)], np.array([*owners, *(number for number, _ in still)])
        )
        changed = iter(_changed(rings, relations, change, amount))
        for number in members:
            made[number] = [next(changed) for _ in groups[number]]
    return made


def _connected(groups: Groups) -> list[list[int]]:
    """The groups in bundles that have points in common."""
    bundle = list(range(len(groups)))

    def root(number: int) -> int:
        while bundle[number] != number:
            bundle[number] = bundle[bundle[number]]
            number = bundle[number]
        return number

    rings = [(number, ring) for number, group in enumerate(groups) for ring in group]
    if rings:
        owners = np.repeat([number for number, _ in rings], [len(ring) for _, ring in rings])
        places = keys(np.rint(np.concatenate([ring for _, ring in rings]) * GRID))
        order = np.argsort(places, kind="stable")
        same = places[order][1:] == places[order][:-1]
        pairs = np.stack([owners[order][:-1][same], owners[order][1:][same]], axis=1)
        for one, other in np.unique(pairs, axis=0).tolist():
            bundle[root(one)] = root(other)
    bundles: dict[int, list[int]] = {}
    for number in range(len(groups)):
        bundles.setdefault(root(number), []).append(number)
    return list(bundles.values())


def _changed(rings: Sequence[Ring], before: _Relations, change: Change, amount: float) -> list[Ring]:
    """The rings changed by up to ``amount``, each as far as it lies to its owner's others as it did."""
    if not rings:
        return []
    shared = borders(rings)
    amounts = np.full(len(shared.lines), amount, dtype=np.float64)
    while True:
        lines = _changed_lines(shared, amounts, change)
        made = shared.joined(lines)
        bad = before.spoiled(made)
        lowered = sorted({line for ring in bad for line, _ in shared.rings[ring] if amounts[line]})
        if not lowered:
            # What was not a polygon to begin with is none of ours.
            return [new if len(new) > 2 else ring for new, ring in zip(made, rings)]
        amounts[lowered] /= 2
        amounts[amounts < amount / 2**_TRIES] = 0


def _changed_lines(shared: Borders, amounts: NDArray[np.float64], change: Change) -> list[Ring]:
    made = list(shared.lines)
    for amount in np.unique(amounts[amounts > 0]).tolist():
        chosen = np.flatnonzero(amounts == amount).tolist()
        lines, free = [shared.lines[n] for n in chosen], [shared.free[n] for n in chosen]
        for number, line in zip(chosen, change(lines, free, amount)):
            made[number] = line
    return made


# --- what must stay ----------------------------------------------------------------------------------------


class _Relations:
    """Which rings cross themselves, and which of one owner lie within or across which others."""

    def __init__(self, rings: Sequence[Ring], owners: NDArray[np.int64]) -> None:
        self._owners = owners
        self._before = _polygons(rings)
        self._were_sound = _sound(self._before)

    def spoiled(self, rings: Sequence[Ring]) -> set[int]:
        """The rings that were simple and are not, or lie otherwise to one of their owner's than they did.

        ``rings`` are the first of those that there were; the others stayed.
        """
        after = np.concatenate([_polygons(rings), self._before[len(rings) :]])
        sound = _sound(after)
        spoiled = set(np.flatnonzero(self._were_sound & ~sound).tolist())
        ones, others = self._pairs(after, sound & self._were_sound)
        before = _relations(self._before[ones], self._before[others])
        same = (before == _relations(after[ones], after[others])).all(axis=1)
        spoiled.update(ones[~same].tolist(), others[~same].tolist())
        return {ring for ring in spoiled if ring < len(rings)}

    def _pairs(
        self, after: NDArray[np.object_], chosen: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of one owner's chosen rings whose boxes meet, before or after."""
        if len(np.unique(self._owners)) == len(self._owners):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        numbers = np.flatnonzero(chosen)
        found = [shapely.STRtree(some[numbers]).query(some[numbers]) for some in (self._before, after)]
        ones, others = numbers[np.unique(np.concatenate(found, axis=1), axis=1)]
        mine = (ones < others) & (self._owners[ones] == self._owners[others])
        return ones[mine], others[mine]


def _polygons(rings: Sequence[Ring]) -> NDArray[np.object_]:
    """Each ring filled; too few points for a polygon give an empty one."""
    return np.array(
        [shapely.Polygon(ring) if len(ring) > 2 else shapely.Polygon() for ring in rings], dtype=np.object_
    )


def _sound(polygons: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.asarray(shapely.is_valid(polygons) & (shapely.area(polygons) > 0))


def _relations(ones: NDArray[np.object_], others: NDArray[np.object_]) -> NDArray[np.bool_]:
    """For each pair whether they overlap, whether the first sticks out of the other, and the other of it."""
    if not len(ones):
        return np.empty((0, 3), dtype=np.bool_)
    matrices = np.array([list(matrix) for matrix in shapely.relate(ones, others)])
    return np.asarray(matrices[:, [0, 2, 6]] != "F")


# --- what is done to a line --------------------------------------------------------------------------------


def _with_fewer_points(lines: Sequence[Ring], free: Sequence[bool], amount: float) -> list[Ring]:
    # Together, because then none comes to cross another either.
    together = shapely.multilinestrings([shapely.LineString(line) for line in lines])
    made = shapely.get_parts(shapely.simplify(together, amount, preserve_topology=True))
    if len(made) != len(lines):  # a line of one point only
        return list(lines)
    return [shapely.get_coordinates(line) for line in made]


def _smoothed_all(lines: Sequence[Ring], free: Sequence[bool], amount: float, tick: Tick) -> list[Ring]:
    made = []
    for line, closed in zip(lines, free):
        tick()
        made.append(_smoothed(line, closed, amount))
    return made


def _smoothed(line: Ring, closed: bool, amount: float) -> Ring:
    """The line averaged under a bell; the ends of one that is not closed stay."""
    length = np.append(0.0, np.hypot(*np.diff(line, axis=0).T).cumsum())
    width = min((1 - _FEWER) * amount / (_BELL + _STEP / 2), length[-1] * _WIDEST)
    count = int(np.ceil(length[-1] / (width * _STEP))) if width > 0 else 0
    if count < 4 or count > _MOST_SAMPLES:
        return line
    at = np.linspace(0, length[-1], count + 1)
    samples = np.stack([np.interp(at, length, line[:, axis]) for axis in (0, 1)], axis=1)
    made = _averaged(samples, width * count / length[-1], closed=closed)
    fewer = simplified(made, amount * _FEWER)
    return np.round(fewer * GRID) / GRID + 0.0


def _averaged(samples: Ring, width: float, *, closed: bool) -> Ring:
    """Evenly spaced samples averaged under a bell ``width`` samples wide; of an open line the ends stay."""
    if closed:
        made = _under_bell(samples[:-1], width)
        return np.vstack([made, made[:1]])
    # Beyond its ends the line goes on as it came, turned by half a circle: so the average stays on them.
    straight = np.linspace(samples[0], samples[-1], len(samples))
    aside = (samples - straight)[1:-1]
    rest = np.zeros((1, 2))
    made = _under_bell(np.concatenate([rest, aside, rest, -aside[::-1]]), width)
    return np.vstack([samples[:1], straight[1:-1] + made[1 : len(aside) + 1], samples[-1:]])


def _under_bell(samples: Ring, width: float) -> Ring:
    """Samples that go on from the start after the end, each averaged with its neighbours."""
    bell = np.exp(-2 * (np.pi * width * np.fft.rfftfreq(len(samples))) ** 2)
    made: Ring = np.fft.irfft(np.fft.rfft(samples, axis=0) * bell[:, None], n=len(samples), axis=0)
    return made
