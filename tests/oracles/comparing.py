"""What a reader should find, as our rasteriser has it, and how far off one is that fills rings itself."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from labeler.document.model import Annotation
from labeler.raster.runs import rasterize
from tests.formats.cases import CASES, CLASSES

Mask = NDArray[np.bool_]
#: How far rounding a point to 1/100 px takes it at most, as Datumaro does.
HUNDREDTHS = 0.0072
INDEX = {entry.name: entry.index for entry in CLASSES}


@dataclass(frozen=True)
class Found:
    """What a reader found: pixels, and what it said of them."""

    pixels: NDArray[Any]
    said: Mapping[str, Any]

    @property
    def label(self) -> str:
        return str(self.said["label"])


@dataclass(frozen=True)
class Wanted:
    """``number`` is its place among all instances, from 1."""

    number: int
    label: str
    mask: Mask


def wanted(annotation: Annotation) -> list[Wanted]:
    """The instances that cover a pixel, in order."""
    masks = rasterize(annotation)
    return [
        Wanted(number, instance.class_name, runs.to_mask())
        for number, (instance, runs) in enumerate(zip(annotation.instances, masks.instances), 1)
        if not runs.is_empty
    ]


def ignored(annotation: Annotation) -> Mask:
    return rasterize(annotation).ignore.to_mask()


def painted(annotation: Annotation, value: Callable[[Wanted], int], ignore: int) -> NDArray[np.int64]:
    """Every instance with its value; later over earlier, ignore over all."""
    values = np.zeros((annotation.image.height, annotation.image.width), np.int64)
    for one in wanted(annotation):
        values[one.mask] = value(one)
    values[ignored(annotation)] = ignore
    return values


def assert_exact(found: Mapping[str, Sequence[Found]], ordered: bool = True) -> None:
    """Every instance with its class and its very pixels, nothing else; in their order if there is one."""
    for case, annotation in CASES.items():
        expected = [(one.label, one.mask.tobytes()) for one in wanted(annotation)]
        got = [(one.label, one.pixels.astype(bool).tobytes()) for one in found[case]]
        assert [label for label, _ in got] == [label for label, _ in expected] or not ordered, case
        assert Counter(got) == Counter(expected), case
        assert got == expected or not ordered, case


def farthest(found: Mapping[str, Sequence[Found]], rings: Mapping[str, Sequence[Sequence[Any]]]) -> float:
    """How far from the lines of an instance's ``rings`` lies the farthest centre of a pixel that differs.

    Asserts that there are as many instances, of the same classes, in the same order.
    """
    distances = [0.0]
    for case, annotation in CASES.items():
        expected = wanted(annotation)
        assert [one.label for one in found[case]] == [one.label for one in expected], case
        for got, one, lines in zip(found[case], expected, rings[case], strict=True):
            distances.append(distance(got.pixels.astype(bool) != one.mask, lines))
    return max(distances)


def distance(mask: Mask, rings: Sequence[Any]) -> float:
    """Of the farthest centre of a pixel of the mask from the nearest line of the rings; 0 without pixels."""
    rows, columns = np.nonzero(mask)
    if not rings:
        return math.inf if len(rows) else 0.0
    lines = shapely.multilinestrings([shapely.linearrings(ring) for ring in rings])
    return max(shapely.distance(lines, shapely.points(columns + 0.5, rows + 0.5)).tolist(), default=0.0)


def joined_groups(found: Iterable[Found]) -> list[Found]:
    """Those of one group as one; those without, or with 0, are alone."""
    groups: dict[object, list[Found]] = {}
    for n, one in enumerate(found):
        groups.setdefault(one.said["group"] or ("alone", n), []).append(one)
    return [
        Found(joined(some), {**some[0].said, "rings": [ring for one in some for ring in one.said["rings"]]})
        for some in groups.values()
    ]


def rings_of(found: Mapping[str, Sequence[Found]]) -> dict[str, list[Any]]:
    return {case: [one.said["rings"] for one in things] for case, things in found.items()}


def only(found: Mapping[str, Iterable[Found]], keep: Callable[[Found], object]) -> dict[str, list[Found]]:
    return {case: [one for one in things if keep(one)] for case, things in found.items()}


def joined(found: Iterable[Found]) -> Mask:
    """All of them together."""
    return np.logical_or.reduce([np.zeros((80, 100), bool), *(one.pixels.astype(bool) for one in found)])
