"""The canvas with real events: what it shows is what is there, and no press or release gets lost."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.document import edits
from labeler.document.model import Annotation, PolygonRef, Role
from labeler.document.session import Session
from labeler.editor.canvas import Canvas
from labeler.editor.painting import layer, layers
from labeler.editor.painting.picture import Picture
from labeler.geometry.viewport import Viewport
from labeler.raster.runs import rasterize
from labeler.tools.context import Context
from labeler.tools.controller import Controller
from tests.builders import annotation_of, rectangle, ring_with_hole, square
from tests.painting import scenes
from tests.painting.scenes import STYLE
from tests.tools.driver import tool_called

WIDTH, HEIGHT = 300, 220
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
NONE = Qt.MouseButton.NoButton


class Easel:
    """A canvas of 300 × 220 with an image of 120 × 90 at 2 : 1, its corner at (20, 20)."""

    def __init__(self, annotation: Annotation, tool: str = "select") -> None:
        image = annotation.image
        view = Viewport(WIDTH, HEIGHT, image.width, image.height)
        self.context = Context(Session(annotation), view, "a")
        self.controller = Controller(self.context, tool_called(tool))
        self.canvas = Canvas(self.controller)
        self.canvas.resize(WIDTH, HEIGHT)
        self.canvas.set_style(STYLE)
        self.canvas.show_image(Picture(np.full((image.height, image.width, 3), 90, np.uint8)))
        self.canvas.zoom_to(2.0)
        self.context.view = Viewport(WIDTH, HEIGHT, image.width, image.height, 2.0, 20.0, 20.0)
        self.canvas.show()
        QApplication.processEvents()

    def at(self, x: float, y: float) -> QPointF:
        return QPointF(*self.context.view.to_screen((x, y)))

    def send(self, kind: QEvent.Type, x: float, y: float, button=NONE, buttons=NONE, modifiers=None) -> None:
        at = self.at(x, y)
        held = modifiers or Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(
            self.canvas, QMouseEvent(kind, at, self.canvas.mapToGlobal(at), button, buttons, held)
        )

    def press(self, x: float, y: float, button=LEFT, buttons=None, modifiers=None) -> None:
        self.send(QEvent.Type.MouseButtonPress, x, y, button, buttons or button, modifiers)

    def move(self, x: float, y: float, buttons=LEFT, modifiers=None) -> None:
        self.send(QEvent.Type.MouseMove, x, y, NONE, buttons, modifiers)

    def release(self, x: float, y: float, button=LEFT, buttons=NONE, modifiers=None) -> None:
        self.send(QEvent.Type.MouseButtonRelease, x, y, button, buttons, modifiers)

    def drag(self, *way: tuple[float, float], modifiers=None) -> None:
        self.move(*way[0], buttons=NONE, modifiers=modifiers)
        self.press(*way[0], modifiers=modifiers)
        for position in way[1:]:
            self.move(*position, modifiers=modifiers)
        self.release(*way[-1], modifiers=modifiers)

    def seen(self) -> NDArray[np.uint8]:
        image = self.canvas.grab().toImage()
        pixels = np.array(image.constBits(), np.uint8)
        return pixels.reshape(image.height(), image.width(), 4)[..., :3]

    def sharp(self) -> NDArray[np.uint8]:
        """What it shows once it has had the time."""
        self.canvas.grab()
        end = time.monotonic() + 10
        while not self.canvas.is_sharp:
            assert time.monotonic() < end
            QApplication.processEvents()
            self.canvas.grab()
        return self.seen()

    def seen_anew(self) -> NDArray[np.uint8]:
        """What it would show if nothing had been painted before."""
        self.canvas.show_image(self.canvas.picture)
        return self.sharp()


@pytest.fixture
def easel(qapp):
    made = []

    def make(annotation: Annotation, tool: str = "select") -> Easel:
        made.append(Easel(annotation, tool))
        return made[-1]

    yield make
    for one in made:
        one.canvas.close()
        one.canvas.deleteLater()


@pytest.fixture
def slow(monkeypatch):
    """Everything takes longer than a frame."""
    monkeypatch.setattr(layer, "_SLOW_VIEW_MS", 0.0)
    monkeypatch.setattr(layer, "_SLOW_REPAIR_MS", 0.0)
    monkeypatch.setattr(layers, "_SLICE_S", 0.0)


def sized(*things, **lists) -> Annotation:
    return annotation_of(*things, width=120, height=90, class_name="a", **lists)


# --- what it shows -----------------------------------------------------------------------------------------

events = st.lists(
    st.tuples(
        st.sampled_from(["drag", "drag", "ctrl", "tool", "undo", "redo", "pan", "hover", "finish", "zoom"]),
        st.tuples(st.integers(0, 119), st.integers(0, 89)),
        st.tuples(st.integers(0, 119), st.integers(0, 89)),
        st.sampled_from(["select", "include", "exclude", "ignore"]),
    ),
    min_size=2,
    max_size=10,
)


def play(easel: Easel, kind: str, start: tuple[int, int], end: tuple[int, int], tool: str) -> None:
    middle = ((start[0] + end[0]) / 2, end[1])
    if kind == "drag":
        easel.drag(start, middle, end)
    elif kind == "ctrl":
        easel.drag(start, end, modifiers=Qt.KeyboardModifier.ControlModifier)
    elif kind == "tool":
        easel.controller.use(tool_called(tool))
    elif kind == "hover":
        easel.move(*start, buttons=NONE)
    elif kind == "pan":
        easel.press(*start, button=MIDDLE)
        easel.move(*end, buttons=MIDDLE)
        easel.release(*end, button=MIDDLE)
    elif kind == "zoom":
        easel.canvas.zoom_by(1.25)
    else:
        getattr(easel.controller, kind)()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(annotation=scenes.annotations(), events=events)
def test_after_any_events_the_canvas_shows_what_is_there(easel, annotation, events):
    shown = easel(annotation)
    for event in events:
        play(shown, *event)
        seen = shown.seen().astype(int)
    anew = shown.seen_anew().astype(int)
    differs = (np.abs(seen - anew).max(axis=2) > 40).mean()
    shown.canvas.close()
    assert differs <= 0.005


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(annotation=scenes.annotations(), events=events, data=st.data())
def test_what_takes_long_is_shown_as_it_is_in_the_end(easel, slow, annotation, events, data):
    shown = easel(annotation)
    for event in events:
        play(shown, *event)
        shown.seen()
        for _ in range(data.draw(st.integers(0, 3))):
            QApplication.processEvents()
    seen = shown.sharp().astype(int)
    anew = shown.seen_anew().astype(int)
    differs = (np.abs(seen - anew).max(axis=2) > 40).mean()
    shown.canvas.close()
    assert differs <= 0.005


def test_a_zoom_shows_at_once_what_was_there_larger_until_it_is_sharp(easel, slow):
    shown = easel(sized(rectangle(10, 10, 100, 70)))
    shown.sharp()
    shown.canvas.zoom_at(1.5, (20, 20))
    first = shown.seen()
    assert not shown.canvas.is_sharp
    assert first[20 + 31, 20 + 150].tolist() != first[20 + 20, 20 + 150].tolist()  # inside unlike outside
    sharp = shown.sharp()
    assert shown.canvas.is_sharp
    differs = np.abs(first.astype(int) - sharp.astype(int)).max(axis=2) > 40
    assert 0 < differs[20:190, 20:290].mean() < 0.1


def test_an_edit_before_it_is_sharp_is_seen_at_once_and_then_sharp(easel, slow):
    shown = easel(sized(rectangle(10, 10, 50, 70)))
    shown.sharp()
    shown.canvas.zoom_at(1.5, (20, 20))
    shown.seen()
    context = shown.context
    context.session.commit("Move", edits.translate(context.base, [PolygonRef("i1", 0)], 20, 0))
    np.testing.assert_array_equal(shown.sharp(), shown.seen_anew())


def test_a_new_image_never_shows_the_labels_of_the_last_one(easel, slow):
    shown = easel(sized(rectangle(10, 10, 100, 70)))
    shown.sharp()
    shown.context.show(Session(sized()), shown.context.view)
    shown.canvas.show_image(shown.canvas.picture)
    assert (shown.seen()[25:190, 25:250] == 90).all()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(annotation=scenes.annotations(), events=events)
def test_the_baked_mask_is_always_the_exporters(easel, annotation, events):
    shown = easel(annotation)
    shown.canvas.show_baked(True)
    assert shown.canvas.baked.mask.any() == rasterize(annotation).union.to_mask().any()
    for event in events:
        play(shown, *event)
        expected = rasterize(shown.context.annotation).union.to_mask()
        np.testing.assert_array_equal(shown.canvas.baked.mask, expected)
    shown.canvas.close()


def test_the_baked_mask_is_live_while_a_polygon_is_drawn(easel):
    shown = easel(sized(), "include")
    shown.canvas.show_baked(True)
    assert not shown.seen()[100, 100].any()
    for x, y in [(10, 10), (100, 10)]:
        shown.press(x, y)
        shown.release(x, y)
    shown.move(60, 80, buttons=NONE)
    assert shown.seen()[100, 130].tolist() == [255, 255, 255]


def test_hidden_polygons_are_not_shown_selected(easel):
    shown = easel(sized(square()))
    plain = shown.seen()
    shown.context.set_hidden({"i1"}, True)
    without = shown.seen()
    assert (plain != without).any()
    shown.context.select([PolygonRef("i1", 0)])
    np.testing.assert_array_equal(shown.seen(), without)


def test_a_polygon_that_makes_them_many_changes_all_lines(easel):
    shown = easel(scenes.many(300))
    shown.seen()
    after, _ = edits.add_polygon(shown.context.base, Role.IGNORE, rectangle(100, 60, 110, 80))
    shown.context.session.commit("Draw", after)
    wide = shown.seen()
    more = edits.add_polygon(after, "i1", rectangle(112, 60, 118, 80))[0]
    shown.context.session.commit("Draw", more)
    thin = shown.seen()
    assert (wide[20:100, 20:100] != thin[20:100, 20:100]).any()
    np.testing.assert_array_equal(thin, shown.seen_anew())


def test_the_part_being_drawn_is_not_shown_as_the_selected_hole(easel):
    shown = easel(sized(ring_with_hole(10, 10, 60)), "include")
    shown.context.select([PolygonRef("i1", 1)])
    shown.controller.use(tool_called("include"), new_part=True)
    for x, y in [(80, 20), (110, 20), (100, 60)]:
        shown.press(x, y)
        shown.release(x, y)
    shown.move(85, 60, buttons=NONE)
    assert shown.context.shown_selection == (PolygonRef("i1", 2),)
    np.testing.assert_array_equal(shown.seen(), shown.seen_anew())


# --- buttons -----------------------------------------------------------------------------------------------


def test_a_middle_pan_in_a_stroke_does_not_swallow_its_release(easel):
    shown = easel(sized(), "include")
    shown.press(10, 10)
    shown.move(60, 10)
    shown.press(60, 10, button=MIDDLE, buttons=LEFT | MIDDLE)
    shown.release(60, 10, button=LEFT, buttons=MIDDLE)
    shown.release(60, 10, button=MIDDLE)
    before = shown.controller.overlay.draft
    shown.move(30, 80, buttons=NONE)
    shown.move(20, 60, buttons=NONE)
    assert shown.controller.overlay.draft == before


def test_a_release_in_another_window_ends_the_stroke(easel):
    shown = easel(sized(), "include")
    shown.press(10, 10)
    shown.move(60, 10)
    shown.move(100, 10)
    shown.move(30, 80, buttons=NONE)  # the button is up, and nobody said so
    shown.move(20, 60, buttons=NONE)
    assert shown.controller.overlay.draft == ((10, 10), (100, 10))


def test_a_release_in_another_window_ends_the_pan(easel):
    shown = easel(sized())
    shown.press(60, 40, button=MIDDLE)
    shown.move(65, 40, buttons=MIDDLE)
    view = shown.context.view
    shown.move(90, 80, buttons=NONE)
    assert shown.context.view == view


def test_a_right_click_takes_the_last_point_back_also_when_it_is_quick(easel):
    shown = easel(sized(), "include")
    for x, y in [(10, 10), (100, 10), (60, 80)]:
        shown.press(x, y)
        shown.release(x, y)
    shown.press(60, 80, button=RIGHT)
    shown.release(60, 80, button=RIGHT)
    shown.send(QEvent.Type.MouseButtonDblClick, 60, 80, RIGHT, RIGHT)
    assert shown.controller.overlay.draft == ((10, 10),)


def test_space_and_drag_pan_without_drawing(easel):
    shown = easel(sized(), "include")
    view = shown.context.view
    QTest.keyPress(shown.canvas, Qt.Key.Key_Space)
    shown.press(60, 40)
    shown.move(70, 45)
    shown.release(70, 45)
    QTest.keyRelease(shown.canvas, Qt.Key.Key_Space)
    assert (shown.context.view.left, shown.context.view.top) == (view.left + 20, view.top + 10)
    assert not shown.controller.state.is_gesture
    shown.press(60, 40)
    assert shown.controller.state.is_gesture


@pytest.mark.parametrize("key", [Qt.Key.Key_Alt, Qt.Key.Key_Control])
def test_a_modifier_counts_as_soon_as_it_is_held_or_let_go(easel, key):
    shown = easel(sized(rectangle(10, 10, 110, 80)), "include")
    shown.move(60, 11, buttons=NONE)
    if key == Qt.Key.Key_Control:
        QTest.keyPress(shown.canvas, key)
        assert shown.controller.overlay.adds == (60, 10)
        QTest.keyRelease(shown.canvas, key)
        assert shown.controller.overlay.adds is None
        return
    for x, y in [(30, 30), (90, 30), (60, 60)]:
        shown.press(x, y)
        shown.release(x, y)
    QTest.keyPress(shown.canvas, key)
    assert shown.controller.overlay.role is Role.EXCLUDE
    QTest.keyRelease(shown.canvas, key)
    assert shown.controller.overlay.role is Role.INCLUDE


def test_keys_where_the_pointer_is_not_do_nothing(easel):
    shown = easel(sized(rectangle(10, 10, 110, 80)), "include")
    shown.move(60, 11, buttons=NONE)
    QApplication.sendEvent(shown.canvas, QEvent(QEvent.Type.Leave))
    QTest.keyPress(shown.canvas, Qt.Key.Key_Control)
    assert shown.controller.overlay.adds is None
    QTest.keyRelease(shown.canvas, Qt.Key.Key_Control)


def test_without_a_picture_nothing_is_drawn(easel):
    shown = easel(sized(), "include")
    shown.canvas.show_image(None, "Loading…")
    shown.drag((10, 10), (60, 10), (60, 60))
    assert not shown.controller.state.is_gesture
    assert shown.context.annotation.is_empty


def test_the_pixel_under_the_pointer_stays_there_when_the_wheel_zooms(easel):
    shown = easel(sized())
    anchor = shown.context.view.to_image((150, 90))
    shown.canvas.zoom_at(1.7, (150, 90))
    assert shown.context.view.to_image((150, 90)) == pytest.approx(anchor)


def test_a_pan_goes_by_whole_pixels_so_that_layers_can_be_moved(easel):
    shown = easel(sized(square()))
    shown.press(60, 40, button=MIDDLE)
    start = shown.at(60, 40)
    for step in range(10):
        x, y = shown.context.view.to_image((start.x() + step * 0.74, start.y()))
        shown.move(x, y, buttons=MIDDLE)
        assert shown.context.view.left % 1 == 0
    assert shown.context.view.left == pytest.approx(20 + 9 * 0.74, abs=1)
