"""The pixel rule once more, as plainly and slowly as it can be said, in exact rational arithmetic.

Looks along rows where ``labeler.raster`` goes down columns, and really nudges the centre of each pixel.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

from labeler.document.model import Annotation, Polygon, Role

#: Far below what two places on the grid of 1/1000 px can be apart, and the second far below the first.
RIGHT = Fraction(1, 10**18)
DOWN = Fraction(1, 10**36)


def edges_of(polygon: Polygon) -> list[tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]]:
    points = [(Fraction(f"{x:.3f}"), Fraction(f"{y:.3f}")) for x, y in polygon.points.tolist()]
    return list(zip(points, points[1:] + points[:1], strict=True))


def polygon_mask(polygon: Polygon, width: int, height: int) -> NDArray[np.bool_]:
    """(height, width) bool: the pixels whose nudged centre is inside by the even-odd rule."""
    edges = edges_of(polygon)
    centres = [column + Fraction(1, 2) + RIGHT for column in range(width)]
    mask = np.zeros((height, width), dtype=bool)
    for row in range(height):
        y = row + Fraction(1, 2) + DOWN
        crossed = [edge for edge in edges if (edge[0][1] < y) != (edge[1][1] < y)]
        crossings = [x1 + (y - y1) * (x2 - x1) / (y2 - y1) for (x1, y1), (x2, y2) in crossed]
        if crossings:
            mask[row] = [sum(crossing > centre for crossing in crossings) % 2 for centre in centres]
    return mask


def turns(polygon: Polygon, column: int, height: int) -> list[int]:
    """The rows where one column of a large image goes in and out, for which a mask would be too slow."""
    x = column + Fraction(1, 2) + RIGHT
    crossed = [edge for edge in edges_of(polygon) if (edge[0][0] < x) != (edge[1][0] < x)]
    rows = Counter(
        min(max(ceil(y1 + (x - x1) * (y2 - y1) / (x2 - x1) - Fraction(1, 2) - DOWN), 0), height)
        for (x1, y1), (x2, y2) in crossed
    )
    return sorted(row for row, times in rows.items() if times % 2)


def instance_masks(annotation: Annotation, width: int, height: int) -> list[NDArray[np.bool_]]:
    masks = []
    for instance in annotation.instances:
        mask = np.zeros((height, width), dtype=bool)
        for polygon in instance.polygons:
            mask[polygon_mask(polygon, width, height)] = polygon.role is Role.INCLUDE
        for polygon in annotation.exclude:
            mask[polygon_mask(polygon, width, height)] = False
        masks.append(mask)
    return masks


def ignore_mask(annotation: Annotation, width: int, height: int) -> NDArray[np.bool_]:
    mask = np.zeros((height, width), dtype=bool)
    for polygon in annotation.ignore:
        mask |= polygon_mask(polygon, width, height)
    return mask
