"""What a brush paints: every pixel whose centre is within the radius of the path, and no other."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.raster.strokes import stroke

WIDTH, HEIGHT = 23, 17


def distances(path: list[tuple[float, float]]) -> NDArray[np.float64]:
    """(height, width) how far each pixel's centre is from the path, one straight piece after the other."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    nearest = np.full((HEIGHT, WIDTH), np.inf)
    for start, end in zip(path, path[1:] or path):
        along = np.subtract(end, start)
        length = float(along @ along)
        share = ((x - start[0]) * along[0] + (y - start[1]) * along[1]) / length if length else x * 0
        share = np.clip(share, 0, 1)
        away = np.hypot(x - start[0] - share * along[0], y - start[1] - share * along[1])
        nearest = np.minimum(nearest, away)
    return nearest


def painted(path: list[tuple[float, float]], radius: float) -> NDArray[np.bool_]:
    return stroke(np.array(path), radius, WIDTH, HEIGHT).to_mask()


anywhere = st.tuples(st.floats(-15, 40), st.floats(-15, 35))
#: Where centres are exactly as far away as the radius more often than not.
on_halves = st.tuples(st.integers(-4, 50).map(lambda n: n / 2), st.integers(-4, 40).map(lambda n: n / 2))


@given(st.lists(anywhere, min_size=1, max_size=8), st.floats(0.3, 12))
@settings(max_examples=300)
def test_a_stroke_is_what_is_near_its_path(path, radius):
    away = distances(path)
    mask = painted(path, radius)
    assert mask[away < radius - 1e-9].all()
    assert not mask[away > radius + 1e-9].any()


@given(on_halves, st.integers(1, 20).map(lambda n: n / 2))
def test_a_centre_exactly_as_far_away_as_the_radius_is_painted(at, radius):
    assert (painted([at], radius) == (distances([at]) <= radius)).all()


@given(on_halves, on_halves, st.integers(1, 20).map(lambda n: n / 2), st.booleans())
def test_so_it_is_along_level_and_upright_lines(start, end, radius, level):
    end = (end[0], start[1]) if level else (start[0], end[1])
    assert (painted([start, end], radius) == (distances([start, end]) <= radius)).all()


def test_it_does_not_matter_how_a_path_is_cut():
    path = [(2.0, 3.0), (20.0, 11.0)]
    longer = [(2.0, 3.0), (2.0, 3.0), (11.0, 7.0), (20.0, 11.0), (11.0, 7.0)]
    assert (painted(path, 3.3) == painted(longer, 3.3)).all()


def test_nothing_is_painted_outside_the_image():
    assert not painted([(-50.0, 5.0), (-20.0, 5.0)], 10).any()
    assert painted([(-1e6, 8.0), (1e6, 8.0)], 100).all()


def test_a_long_stroke_is_painted_in_pieces(monkeypatch):
    path = [(2 + 18 * np.sin(n), 2 + 12 * np.cos(3 * n)) for n in range(40)]
    whole = painted(path, 2.5)
    monkeypatch.setattr("labeler.raster.strokes._BATCH", 16)
    assert (painted(path, 2.5) == whole).all()
