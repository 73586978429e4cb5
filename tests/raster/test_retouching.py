"""Pixels painted into polygons: the mask is right to the pixel, and what is not painted over stays."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.document.model import Polygon, Role
from labeler.raster.retouching import retouched
from labeler.raster.runs import Runs, rasterize
from labeler.raster.strokes import stroke
from tests.builders import annotation_of, polygon, rectangle, ring_with_hole, square

WIDTH, HEIGHT = 100, 80
INCLUDE, EXCLUDE = Role.INCLUDE, Role.EXCLUDE


def mask_of(polygons: tuple[Polygon, ...]) -> NDArray[np.bool_]:
    return rasterize(annotation_of(polygons, width=WIDTH, height=HEIGHT)).instances[0].to_mask()


def disc(x: float, y: float, radius: float) -> Runs:
    return stroke(np.array([(x, y)]), radius, WIDTH, HEIGHT)


def line(*path: tuple[float, float], radius: float = 3.0) -> Runs:
    return stroke(np.array(path), radius, WIDTH, HEIGHT)


def around(x: float, y: float, away: float, radius: float = 3.0) -> Runs:
    turn = np.linspace(0, 2 * np.pi, 40)
    return stroke(np.column_stack([x + away * np.cos(turn), y + away * np.sin(turn)]), radius, WIDTH, HEIGHT)


def roles(polygons: tuple[Polygon, ...]) -> list[Role]:
    return [p.role for p in polygons]


def added(polygons: tuple[Polygon, ...], pixels: Runs) -> tuple[Polygon, ...]:
    after = retouched(polygons, pixels, adds=True)
    assert (mask_of(after) == mask_of(polygons) | pixels.to_mask()).all()
    return after


def cut(polygons: tuple[Polygon, ...], pixels: Runs) -> tuple[Polygon, ...]:
    after = retouched(polygons, pixels, adds=False)
    assert (mask_of(after) == mask_of(polygons) & ~pixels.to_mask()).all()
    return after


# --- any polygons, any stroke ------------------------------------------------------------------------------

coordinates = st.integers(-20, 240).map(lambda n: n / 2) | st.integers(-10_000, 110_000).map(
    lambda n: n / 1000
)
rings = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=7)
some_polygons = st.lists(
    st.builds(polygon, rings, st.sampled_from([INCLUDE, INCLUDE, EXCLUDE])), max_size=4
).map(tuple)
strokes = st.builds(
    lambda path, radius: stroke(np.array(path), radius, WIDTH, HEIGHT),
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=6),
    st.floats(0.4, 20),
)


@given(some_polygons, strokes, st.booleans())
@settings(max_examples=250)
def test_the_mask_is_that_before_with_the_pixels_or_without_them(polygons, pixels, adds):
    (added if adds else cut)(polygons, pixels)


@given(some_polygons, strokes, st.booleans())
@settings(max_examples=50)
def test_with_a_tolerance_it_is_as_good_as_that(polygons, pixels, adds):
    after = mask_of(retouched(polygons, pixels, adds=adds, tolerance=1.0))
    painted = pixels.to_mask()
    grown = np.pad(painted, 2)
    near = [grown[2 + dy : 2 + dy + HEIGHT, 2 + dx : 2 + dx + WIDTH] for dy, dx in NEAR]
    border = np.any(near, axis=0) & ~np.all(near, axis=0)
    before = mask_of(polygons)
    wanted = before | painted if adds else before & ~painted
    assert (after == wanted)[~border].all()


NEAR = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)]


@given(some_polygons, strokes)
@settings(max_examples=100)
def test_painting_twice_is_painting_once(polygons, pixels):
    once = retouched(polygons, pixels, adds=True)
    assert retouched(once, pixels, adds=True) is once


# --- holes -------------------------------------------------------------------------------------------------


def test_painting_around_something_leaves_a_hole():
    assert roles(added((), around(50, 40, 20))) == [INCLUDE, EXCLUDE]


def test_closing_a_c_makes_a_hole():
    c_shape = polygon([(20, 20), (60, 20), (60, 30), (30, 30), (30, 50), (60, 50), (60, 60), (20, 60)])
    assert roles(added((c_shape,), line((55, 25), (55, 55)))) == [INCLUDE, EXCLUDE]


def test_painting_a_hole_shut_removes_it():
    (after,) = added(ring_with_hole(20, 20, 40), disc(40, 40, 15))
    assert after == square()


def test_painting_into_a_hole_makes_it_smaller():
    outer, hole = ring_with_hole(20, 20, 40)
    after = added((outer, hole), line((25, 40), (36, 40)))
    assert roles(after) == [INCLUDE, EXCLUDE]
    assert after[0] is outer
    assert {(50.0, 30.0), (50.0, 50.0)} <= {tuple(p) for p in after[1].points.tolist()}


def test_an_island_in_a_hole_comes_after_the_hole():
    assert roles(added(ring_with_hole(10, 10, 60), disc(40, 40, 4))) == [INCLUDE, EXCLUDE, INCLUDE]


def test_erasing_in_the_middle_is_an_exclude():
    after = cut((square(),), disc(40, 40, 8))
    assert roles(after) == [INCLUDE, EXCLUDE]
    assert after[0] == square()


def test_erasing_across_leaves_two_parts():
    assert roles(cut((square(),), line((40, 10), (40, 70)))) == [INCLUDE, INCLUDE]


def test_a_ring_around_an_untouched_part_leaves_it():
    part = square(45, 35, 10)
    after = added((part,), around(50, 40, 25))
    assert roles(after) == [INCLUDE, EXCLUDE, INCLUDE]
    assert after[2] is part


def test_an_exclude_that_comes_before_is_painted_over():
    polygons = (square(10, 10, 40), square(20, 20, 20, EXCLUDE), square(25, 25, 10))
    added(polygons, disc(30, 30, 30))
    cut(polygons, disc(30, 30, 4))


# --- what stays --------------------------------------------------------------------------------------------


def test_points_that_are_not_painted_over_stay_where_they_were():
    ring = polygon([(20.123, 20.456), (60.789, 22.001), (58.5, 61.25), (22.222, 59.999)])
    (after,) = added((ring,), disc(60, 40, 8))
    kept = {tuple(p) for p in after.points.tolist()}
    assert {tuple(p) for p in ring.points.tolist()} <= kept


def test_polygons_that_are_not_touched_are_the_same_objects():
    far, hole, near = square(70, 5, 15), square(75, 10, 4, EXCLUDE), square(10, 40, 20)
    after = added((far, near, hole), disc(30, 50, 6))
    assert after[0] is far
    assert after[-1] is hole
    assert roles(after) == [INCLUDE, INCLUDE, EXCLUDE]
    after = cut((far, near, hole), disc(20, 50, 4))
    assert after[0] is far
    assert after[-1] is hole


def test_keys_of_other_programs_stay_with_their_polygon():
    marked = polygon([(20, 20), (60, 20), (60, 60), (20, 60)], quality=3)
    (after,) = added((marked,), disc(60, 40, 8))
    assert after.extra == {"quality": 3}
    corner_cut_off = cut((marked,), line((20, 40), (40, 20)))
    larger = max(corner_cut_off, key=lambda p: np.ptp(p.points[:, 0]))
    assert larger.extra == {"quality": 3}


def test_nothing_painted_is_nothing_changed():
    polygons = (square(),)
    assert added(polygons, disc(40, 40, 10)) is polygons
    assert cut(polygons, disc(80, 10, 5)) is polygons
    assert cut(polygons, disc(500, 500, 5)) is polygons


def test_slivers_between_the_pixels_go():
    inset = rectangle(20.3, 20.3, 60.3, 60.3)
    pixels = np.zeros((HEIGHT, WIDTH), dtype=bool)
    pixels[0:80, 20:58] = True
    (after,) = cut((inset,), Runs.from_mask(pixels))
    assert after.bounds == (58, 20.3, 60.3, 60.3)
    pixels = np.zeros((HEIGHT, WIDTH), dtype=bool)
    pixels[25:80, 20:60] = True
    after = cut((inset,), Runs.from_mask(pixels))
    assert roles(after) == [INCLUDE]


def test_what_is_erased_to_the_last_pixel_is_gone():
    assert cut((rectangle(20.3, 20.3, 60.3, 60.3),), disc(40, 40, 40)) == ()


def test_a_part_outside_the_image_is_kept_while_something_is_left():
    reaching_out = rectangle(-50, 20, 40, 60)
    (after,) = cut((reaching_out,), line((35, 10), (35, 70), radius=6))
    assert after.bounds[0] == -50


def test_edges_through_pixel_centres_keep_their_pixels():
    diagonal = polygon([(10.5, 10.5), (70.5, 40.5), (10.5, 70.5)])
    for x in np.linspace(15, 60, 10):
        added((diagonal,), disc(x, 25.3, 5.7))
        cut((diagonal,), disc(x, 25.3, 5.7))
