"""Polygons that share edges share no pixel and leave none out."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.raster.runs import rasterize
from tests.builders import annotation_of, polygon

WIDTH, HEIGHT = 16, 12

#: Much of it on pixel centres and corners, where ties are.
grid_x = st.integers(0, 2 * WIDTH).map(lambda half: half / 2) | st.integers(0, 1000 * WIDTH).map(
    lambda x: x / 1000
)
grid_y = st.integers(0, 2 * HEIGHT).map(lambda half: half / 2) | st.integers(0, 1000 * HEIGHT).map(
    lambda y: y / 1000
)
positions = st.tuples(grid_x, grid_y)


def coverage(pieces: list[list[tuple[float, float]]]) -> np.ndarray:
    """How many of the polygons each pixel is in."""
    masks = rasterize(annotation_of(*map(polygon, pieces), width=WIDTH, height=HEIGHT)).instances
    return np.sum([mask.to_mask() for mask in masks], axis=0)


@given(positions)
@settings(max_examples=150)
def test_a_fan_around_any_point_covers_the_image_once(middle: tuple[float, float]) -> None:
    frame = [(0.0, 0.0), (WIDTH, 0.0), (WIDTH, HEIGHT), (0.0, HEIGHT)]
    pieces = [[middle, a, b] for a, b in zip(frame, frame[1:] + frame[:1], strict=True)]
    assert (coverage(pieces) == 1).all()


@given(st.lists(st.integers(0, 1000 * HEIGHT), min_size=2, max_size=6), st.data())
@settings(max_examples=100)
def test_a_broken_line_splits_the_image_in_two(heights: list[int], data: st.DataObject) -> None:
    """Neither half has a pixel of the other, whichever way their points run."""
    columns = [0.0, *sorted(data.draw(grid_x) for _ in heights[2:]), float(WIDTH)]
    line = [(x, y / 1000) for x, y in zip(columns, heights, strict=True)]
    above = [*line, (WIDTH, 0.0), (0.0, 0.0)]
    below = [*reversed(line), (0.0, HEIGHT), (WIDTH, HEIGHT)]
    assert (coverage([above, below]) == 1).all()


@given(st.lists(grid_x, min_size=3, max_size=3), st.lists(grid_y, min_size=3, max_size=3), st.data())
@settings(max_examples=100)
def test_a_net_of_triangles_covers_the_image_once(
    columns: list[float], rows: list[float], data: st.DataObject
) -> None:
    """A net of 2 × 2 cells of any proportions, every cell cut along either diagonal."""
    xs, ys = [0.0, sorted(columns)[1], WIDTH], [0.0, sorted(rows)[1], HEIGHT]
    net = [[(x, y) for x in xs] for y in ys]
    pieces = []
    for row in range(2):
        for column in range(2):
            a, b = net[row][column : column + 2]
            d, c = net[row + 1][column : column + 2]
            pieces += [[a, b, c], [a, c, d]] if data.draw(st.booleans()) else [[a, b, d], [b, c, d]]
    assert (coverage(pieces) == 1).all()


@given(st.lists(positions, min_size=3, max_size=7), positions)
@settings(max_examples=150)
def test_signed_triangles_from_anywhere_xor_to_the_polygon(
    ring: list[tuple[float, float]], origin: tuple[float, float]
) -> None:
    """Even-odd, edge by edge: with one point each edge makes a triangle, together they make the polygon."""
    triangles = [[origin, a, b] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    assert (coverage(triangles) % 2 == coverage([ring])).all()


@given(st.lists(positions, min_size=3, max_size=7), st.data())
@settings(max_examples=100)
def test_neither_direction_nor_starting_point_matters(
    ring: list[tuple[float, float]], data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(ring) - 1))
    assert (coverage([ring]) == coverage([(ring[start:] + ring[:start])[::-1]])).all()
