"""What the label layer shows: the true boolean result, and roles that differ at a glance."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.document.model import Annotation, Owner, Role
from labeler.document.table import PolygonTable
from labeler.editor.painting.camera import Camera
from labeler.editor.painting.dashes import dashes
from labeler.editor.painting.labels import LabelPainter, Pens
from labeler.editor.painting.style import bgra
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, polygon, rectangle, ring_with_hole, square
from tests.painting import scenes
from tests.painting.scenes import STYLE, rendered

TINT = round(255 * STYLE.tint)
HATCH = bgra(STYLE.exclude, STYLE.hatch)


def tinted(annotation: Annotation, scale: int, hidden: frozenset[Owner] = frozenset()) -> NDArray[np.bool_]:
    """Where the layer shows an instance, at so many device pixels for an image pixel."""
    image = annotation.image
    camera = Camera(float(scale), 0.0, 0.0, image.width * scale, image.height * scale)
    return rendered(annotation, camera, hidden)[..., 3] == TINT


def away_from_outlines(annotation: Annotation, scale: int) -> NDArray[np.bool_]:
    """Where no outline and no hatching is: the layer shows tint or nothing."""
    image = annotation.image
    free = np.ones((image.height * scale, image.width * scale), np.uint8)
    for ref in annotation.refs():
        ring = np.round(annotation.polygon(ref).points * scale).astype(np.int32)
        cv2.polylines(free, [ring], True, 0, 13)
        if annotation.polygon(ref).role is not Role.INCLUDE:
            cv2.fillPoly(free, [ring], 0)
    return free.astype(bool)


def assert_tint_is_the_mask(annotation: Annotation, scale: int = 4) -> None:
    mask = rasterize(annotation).union.to_mask()
    mask = np.repeat(np.repeat(mask, scale, axis=0), scale, axis=1)
    clear = away_from_outlines(annotation, scale)
    np.testing.assert_array_equal(tinted(annotation, scale)[clear], mask[clear])


def test_an_island_in_a_hole_is_tinted_and_the_hole_is_not():
    outline, hole = ring_with_hole(10, 10, 60)
    island = square(35, 35, 10)
    annotation = annotation_of([outline, hole, island])
    shown = tinted(annotation, 4)
    assert shown[160, 160]
    assert shown[80, 80]
    assert not shown[130, 160]  # in the hole, between hatching or not
    assert_tint_is_the_mask(annotation)


def test_an_include_before_an_exclude_is_cut_by_it():
    outline, hole = ring_with_hole(10, 10, 60)
    assert not tinted(annotation_of([outline, square(35, 35, 10), hole]), 4)[160, 160]


def test_a_hole_cuts_only_its_own_instance():
    outline, hole = ring_with_hole(10, 10, 60)
    annotation = annotation_of([outline, hole], rectangle(30, 30, 90, 50))
    assert tinted(annotation, 4)[170, 170]


def test_an_image_wide_exclude_cuts_everything():
    annotation = annotation_of(square(), rectangle(30, 30, 90, 70), exclude=[rectangle(40, 0, 50, 80)])
    assert not tinted(annotation, 4)[:, 44 * 4 : 46 * 4].any()
    assert_tint_is_the_mask(annotation)


def test_the_class_painted_later_is_on_top():
    annotation = annotation_of(
        instance_of(square(), id="i1", class_name="a"), instance_of(square(30, 30), id="i2", class_name="b")
    )
    pixels = rendered(annotation, Camera(4.0, 0.0, 0.0, 400, 320))
    assert tuple(pixels[180, 180]) == bgra("#4363d8", STYLE.tint)
    assert tuple(pixels[100, 100]) == bgra("#3cb44b", STYLE.tint)


@pytest.mark.parametrize("owner", ["i1", Role.EXCLUDE, Role.IGNORE])
def test_what_is_hidden_is_not_there(owner):
    annotation = annotation_of(
        ring_with_hole(), exclude=[rectangle(0, 0, 30, 30)], ignore=[rectangle(70, 0, 90, 30)]
    )
    without = {
        "i1": annotation_of(exclude=annotation.exclude, ignore=annotation.ignore),
        Role.EXCLUDE: annotation_of(ring_with_hole(), ignore=annotation.ignore),
        Role.IGNORE: annotation_of(ring_with_hole(), exclude=annotation.exclude),
    }[owner]
    camera = Camera(3.0, 5.0, 5.0, 300, 240)
    np.testing.assert_array_equal(rendered(annotation, camera, frozenset({owner})), rendered(without, camera))


@settings(max_examples=80, deadline=None)
@given(
    things=st.lists(scenes.instances("x", scenes.near_rings), min_size=1, max_size=3),
    exclude=st.lists(scenes.polygons(Role.EXCLUDE, scenes.near_rings), max_size=1),
)
def test_the_tint_is_the_true_boolean_result(things, exclude):
    numbered = [instance_of(*i.polygons, id=f"i{n}", class_name="a") for n, i in enumerate(things)]
    assert_tint_is_the_mask(
        annotation_of(*numbered, exclude=exclude, width=scenes.WIDTH, height=scenes.HEIGHT)
    )


# --- at a glance -------------------------------------------------------------------------------------------


def test_roles_differ_by_colour_and_by_pattern():
    shapes = {
        Role.INCLUDE: annotation_of(instance_of(square(10, 10, 60), class_name="a")),
        Role.EXCLUDE: annotation_of(exclude=[square(10, 10, 60)]),
        Role.IGNORE: annotation_of(ignore=[square(10, 10, 60)]),
    }
    camera = Camera(4.0, 0.0, 0.0, 400, 320)
    inside = {role: rendered(a, camera)[60:260, 60:260].reshape(-1, 4) for role, a in shapes.items()}
    colours = {role: {tuple(c) for c in np.unique(p, axis=0).tolist()} for role, p in inside.items()}
    assert len(colours[Role.INCLUDE]) == 1  # an even tint
    assert colours[Role.EXCLUDE] == {(0, 0, 0, 0), HATCH}  # lines, the picture shows between them
    assert len(colours[Role.IGNORE]) == 2  # tint with crossing lines
    assert not colours[Role.INCLUDE] & colours[Role.EXCLUDE]
    assert not colours[Role.EXCLUDE] & colours[Role.IGNORE]
    share = {role: (p != p[0]).any(axis=1).mean() for role, p in inside.items()}
    assert share[Role.INCLUDE] == 0


def test_an_include_has_a_whole_outline_and_the_others_a_broken_one():
    camera = Camera(4.0, 0.0, 0.0, 400, 320)
    broken = {}
    for role in Role:
        ring = rectangle(10, 10, 90, 70, role)
        things = [instance_of(ring, class_name="a")] if role is Role.INCLUDE else []
        annotation = annotation_of(
            *things,
            exclude=[ring] if role is Role.EXCLUDE else [],
            ignore=[ring] if role is Role.IGNORE else [],
        )
        along_top = rendered(annotation, camera)[40, 60:340, 3]
        broken[role] = (along_top < 255).mean()
    assert broken[Role.INCLUDE] == 0
    assert 0.2 < broken[Role.EXCLUDE] < 0.6
    assert broken[Role.IGNORE] > broken[Role.EXCLUDE]


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_lines_are_as_wide_to_the_eye_on_a_dense_screen(ratio):
    annotation = annotation_of(instance_of(rectangle(10, 10, 90, 70), class_name="a"))
    camera = Camera(4.0 * ratio, 0.0, 0.0, int(400 * ratio), int(320 * ratio), ratio)
    across = rendered(annotation, camera)[:, int(200 * ratio)]
    opaque = (across[: int(160 * ratio), 3] == 255).sum()
    assert opaque == pytest.approx(2 * ratio, abs=1)


def test_many_polygons_get_thin_lines_without_a_rim():
    assert Pens.for_many(PolygonTable.of(scenes.many(300))).outline == 2
    assert Pens.for_many(PolygonTable.of(scenes.many(301))).outline == 1


# --- far and large -----------------------------------------------------------------------------------------


def exact_inside(ring: NDArray[np.float64], camera: Camera) -> NDArray[np.bool_]:
    """The even-odd inside at every device pixel's centre, in float64."""
    x = (np.arange(camera.width) + 0.5 - camera.left) / camera.scale
    y = (np.arange(camera.height) + 0.5 - camera.top) / camera.scale
    inside = np.zeros((camera.height, camera.width), bool)
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0)):
        crosses = (y1 > y) != (y2 > y)
        at = x1 + (y - y1) * (x2 - x1) / np.where(y2 == y1, 1, y2 - y1)
        inside ^= crosses[:, None] & (x[None, :] < at[:, None])
    return inside


@pytest.mark.parametrize("scale", [0.05, 1.0, 40.0, 64.0])
@pytest.mark.parametrize(
    "ring",
    [
        [(-1e6, -1e6), (1e6, 1e6), (-1e6, 1e6)],
        [(5000, 4000), (1e6, 4003), (5003, 1e6), (4900, 5100)],
        [(-1e6, 4999.5), (1e6, 5000.5), (1e6, -1e6)],
        [(0, 0), (10_000, 0), (10_000, 10_000), (5000, 5000.25), (0, 10_000)],
    ],
)
def test_polygons_far_out_of_sight_are_painted_where_they_are_and_at_once(ring, scale):
    camera = Camera(scale, 80 - 5000 * scale, 60 - 5000 * scale, 160, 120)
    points = np.array(ring, dtype=float)
    annotation = annotation_of(instance_of(polygon(points), class_name="a"), width=10_000, height=10_000)
    start = time.perf_counter()
    shown = rendered(annotation, camera)[..., 3]
    assert time.perf_counter() - start < 1
    inside = exact_inside(points, camera)
    near_edge = cv2.dilate(inside.astype(np.uint8), np.ones((9, 9))) != cv2.erode(
        inside.astype(np.uint8), np.ones((9, 9))
    )
    np.testing.assert_array_equal((shown == TINT)[~near_edge], inside[~near_edge])


@pytest.mark.parametrize("role", [Role.EXCLUDE, Role.IGNORE])
@pytest.mark.parametrize("scale", [0.05, 1.0, 64.0])
def test_dashes_of_huge_polygons_cost_what_is_seen(role, scale):
    angles = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    ring = polygon(np.column_stack([np.cos(angles), np.sin(angles)]) * 900_000, role)
    annotation = annotation_of(
        exclude=[ring] if role is Role.EXCLUDE else [], ignore=[ring] if role is Role.IGNORE else []
    )
    camera = Camera(scale, 80 - 900_000 * scale, 60, 160, 120)
    start = time.perf_counter()
    pixels = rendered(annotation, camera)
    assert time.perf_counter() - start < 1
    assert (pixels[..., 3] == 255).any()


def test_dashes_lie_on_the_ring_with_their_gaps_between():
    ring = np.array([(0.0, 0.0), (100.0, 0.0), (100.0, 50.0), (0.0, 50.0)])
    segments = dashes(ring, 7.0, 5.0, (-10, -10, 110, 60))
    lengths = np.hypot(*(segments[:, 1] - segments[:, 0]).T)
    assert lengths.sum() == pytest.approx(300 * 7 / 12, abs=7)
    assert lengths.max() == pytest.approx(7)
    assert segments[0].ravel().tolist() == pytest.approx([0, 0, 7, 0])
    assert segments[1].ravel().tolist() == pytest.approx([12, 0, 19, 0])


@settings(max_examples=60, deadline=None)
@given(ring=scenes.rings, data=st.data())
def test_the_dashes_of_a_part_are_those_of_the_whole(ring, data):
    points = np.array(ring, dtype=float)
    x, y = data.draw(scenes.near)
    box = (x, y, x + 30, y + 20)
    part = dashes(points, 7.0, 5.0, box)
    middles = part.mean(axis=1)
    assert ((middles >= np.array(box[:2]) - 1e-6) & (middles <= np.array(box[2:]) + 1e-6)).all()
    if np.abs(points).max() < 1000:
        whole = dashes(points, 7.0, 5.0, (-2000, -2000, 2000, 2000))
        for start, stop in part:
            middle = (start + stop) / 2
            along = whole[:, 1] - whole[:, 0]
            share = ((middle - whole[:, 0]) * along).sum(axis=1) / np.maximum((along**2).sum(axis=1), 1e-12)
            nearest = whole[:, 0] + np.clip(share, 0, 1)[:, None] * along
            assert np.hypot(*(nearest - middle).T).min() < 1e-6


def test_a_layer_that_is_all_out_of_sight_is_empty():
    annotation = annotation_of(ring_with_hole())
    painter = LabelPainter(PolygonTable.of(annotation), STYLE)
    pixels = np.zeros((50, 50, 4), np.uint8)
    painter.paint(pixels, (0, 0, 50, 50), Camera(1.0, 5000.0, 0.0, 50, 50))
    assert not pixels.any()
