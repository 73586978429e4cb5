from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.geometry.viewport import MAX_SCALE, Viewport

sizes = st.integers(1, 8000)
places = st.floats(-5000, 5000)
viewports = st.builds(
    Viewport,
    st.floats(1, 4000),
    st.floats(1, 4000),
    sizes,
    sizes,
    st.floats(0.05, MAX_SCALE),
    places,
    places,
)
CANVAS = Viewport(800, 600, 400, 300)


@given(viewports, st.tuples(places, places))
def test_there_and_back_is_the_same_place(viewport, position):
    assert viewport.to_image(viewport.to_screen(position)) == pytest.approx(position, abs=1e-4)


@given(viewports, st.floats(0.1, 10), st.tuples(places, places))
def test_the_point_under_the_pointer_stays_there_while_zooming(viewport, factor, anchor):
    zoomed = viewport.zoomed(factor, anchor)
    assert zoomed.to_screen(viewport.to_image(anchor)) == pytest.approx(anchor, abs=1e-4)


@given(viewports, st.floats(0.001, 1000), st.tuples(places, places))
def test_zooming_ends_where_pixels_fill_the_eye_or_the_picture_gets_lost(viewport, factor, anchor):
    scale = viewport.zoomed(factor, anchor).scale
    assert min(viewport.fit_scale() * 0.1, 0.25) <= scale <= MAX_SCALE


@pytest.mark.parametrize("dense", [1, 1.5, 2, 3, 4])
def test_100_percent_is_in_reach_on_dense_screens_however_small_the_picture(dense):
    assert Viewport(800, 600, 30, 20).scaled(1 / dense, (400, 300)).scale == 1 / dense


def test_another_image_is_shown_at_the_same_part():
    seen = Viewport(800, 600, 400, 300, 4.0, -300.0, -200.0)
    assert seen.onto(400, 300) == seen
    twice = seen.onto(800, 600)
    assert twice.scale == 2.0
    assert twice.visible == pytest.approx([2 * side for side in seen.visible])


def test_fitted_the_whole_picture_is_seen_in_the_middle():
    fitted = Viewport(800, 700, 400, 300, scale=9, left=-50).fitted()
    assert fitted.scale == 2
    assert fitted.to_screen((0, 0)) == (0, 50)
    assert fitted.to_screen((400, 300)) == (800, 650)


def test_a_margin_stays_free_around_what_is_shown():
    shown = CANVAS.showing((100, 100, 200, 150), margin=100)
    assert shown.to_screen((100, 100)) == (100, 150)
    assert shown.to_screen((200, 150)) == (700, 450)


def test_what_is_seen_and_how_large_a_screen_pixel_is_follow_from_the_scale():
    zoomed = Viewport(800, 600, 400, 300, scale=4, left=-40, top=20)
    assert zoomed.visible == (10, -5, 210, 145)
    assert zoomed.pixel == 0.25


@given(viewports, places, places)
def test_panned_as_far_as_you_like_some_of_the_picture_stays(viewport, dx, dy):
    panned = viewport.panned(dx * 10, dy * 10)
    if viewport.width >= 80 and viewport.height >= 80:
        right, bottom = panned.to_screen((viewport.image_width, viewport.image_height))
        assert panned.left <= viewport.width - 39.9
        assert panned.top <= viewport.height - 39.9
        assert right >= 39.9
        assert bottom >= 39.9


@given(viewports, st.floats(1, 4000), st.floats(1, 4000))
def test_a_window_that_grows_keeps_the_middle_in_the_middle(viewport, width, height):
    middle = viewport.to_image((viewport.width / 2, viewport.height / 2))
    resized = viewport.resized(width, height)
    assert resized.to_screen(middle) == pytest.approx((width / 2, height / 2), abs=1e-4)
    assert resized.scale == viewport.scale
