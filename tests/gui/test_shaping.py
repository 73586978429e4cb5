"""The Shape menu in a real window: at once, with a dialog and its preview, and off the UI thread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QDoubleSpinBox, QLabel, QSlider

from labeler.document.model import Annotation, PolygonRef, Role
from labeler.editor import adjuster, shaping
from labeler.editor.shaping_dialog import ShapingDialog
from tests.builders import instance_of, polygon, ring_with_hole, square
from tests.gui.desk import Desk


def put(desk: Desk, *instances) -> Annotation:
    """These instances on the shown image, all selected."""
    session = desk.workbench.context.session
    annotation = Annotation(session.base.image, instances)
    session.commit("Test", annotation)
    desk.workbench.context.select(annotation.refs())
    return desk.annotation


def rough_circle(points: int = 200):
    turn = np.arange(points) * 2 * np.pi / points
    radius = 30 + np.where(np.arange(points) % 2, 0.4, -0.4)
    return polygon(np.c_[60 + radius * np.cos(turn), 45 + radius * np.sin(turn)])


def run(desk: Desk, id: str) -> None:
    desk.window.actions_by_id[id].trigger()


def enabled(desk: Desk, id: str) -> bool:
    return desk.window.actions_by_id[id].isEnabled()


def steps(desk: Desk) -> str | None:
    return desk.workbench.context.session.undo_name


def back_to_the_window(desk: Desk) -> None:
    """As a click on it does where a window system is there to see it."""
    desk.window.activateWindow()
    desk.canvas.setFocus()
    desk.wait(desk.window.isActiveWindow, "the window")


class Open:
    """The dialog that a command opened."""

    def __init__(self, desk: Desk, id: str) -> None:
        run(desk, id)
        self.desk = desk
        (self.dialog,) = desk.window.findChildren(ShapingDialog)
        self.spin = self.dialog.findChild(QDoubleSpinBox)
        self.slider = self.dialog.findChild(QSlider)

    def wait(self) -> Open:
        self.desk.wait(lambda: "→" in self.count and not self.dialog._adjuster.is_busy, "the preview")
        return self

    @property
    def count(self) -> str:
        return self.dialog.findChild(QLabel, "count").text()

    @property
    def note(self) -> str:
        return self.dialog.findChild(QLabel, "note").text()

    def ok(self) -> None:
        QTest.keyClick(self.dialog, Qt.Key.Key_Return)
        self.gone()

    def gone(self) -> None:
        self.desk.wait(lambda: not self.desk.window.findChildren(ShapingDialog), "the end of the dialog")


# --- at once -----------------------------------------------------------------------------------------------


def test_union_subtract_and_intersect_are_one_step_each(desk: Desk) -> None:
    for id, ids in (("shape.union", ["a"]), ("shape.subtract", ["a", "b"]), ("shape.intersect", ["a"])):
        before = put(desk, instance_of(square(10, 10), id="a"), instance_of(square(30, 10), id="b"))
        run(desk, id)
        assert [i.id for i in desk.annotation.instances] == ids
        assert {ref.owner for ref in desk.workbench.context.selection} == {"a"}
        desk.undo()
        assert desk.annotation == before


def test_different_classes_are_said(desk: Desk) -> None:
    put(desk, instance_of(square(10, 10), id="a", class_name="cup"), instance_of(square(30, 10), id="b"))
    run(desk, "shape.union")
    assert desk.annotation.instances[0].class_name == "cup"
    assert "cup" in desk.window.notice.text


def test_what_vanished_beneath_and_what_cannot_be_is_said(desk: Desk) -> None:
    put(desk, instance_of(square(15, 15, 10), id="a"), instance_of(square(10, 10), id="b"))
    run(desk, "shape.subtract")
    assert "undo" in desk.window.notice.text
    before = put(desk, instance_of(square(0, 0, 10), id="a"), instance_of(square(40, 10, 10), id="b"))
    run(desk, "shape.intersect")
    assert desk.annotation is before
    assert "left" in desk.window.notice.text


def test_commands_are_there_when_there_is_something_to_do(desk: Desk) -> None:
    ids = ("shape.union", "shape.fill", "shape.fragments", "shape.simplify", "shape.grow")
    assert not any(enabled(desk, id) for id in ids)
    put(desk, instance_of(*ring_with_hole(), id="a"), instance_of(square(), id="b"))
    assert all(enabled(desk, id) for id in ids)
    context = desk.workbench.context
    context.select_owner("a")
    assert [enabled(desk, id) for id in ids] == [False, True, True, True, True]
    context.set_locked(["a"], True)
    assert not any(enabled(desk, id) for id in ids)


def test_locked_and_hidden_instances_take_no_part(desk: Desk) -> None:
    things = [instance_of(square(10 * n, 10), id=id) for n, id in enumerate("abc")]
    before = put(desk, *things)
    desk.workbench.context.set_locked(["c"], True)
    run(desk, "shape.union")
    assert [i.id for i in desk.annotation.instances] == ["a", "c"]
    assert desk.annotation.instance("c") is before.instance("c")


def test_many_points_are_worked_on_off_the_ui_thread(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shaping, "MANY_POINTS", 3)
    before = put(desk, instance_of(square(10, 10), id="a"), instance_of(square(30, 10), id="b"))
    run(desk, "shape.union")
    assert desk.annotation is before
    assert "Esc" in desk.workbench.controller.hint
    desk.wait(lambda: len(desk.annotation.instances) == 1, "the union")
    assert steps(desk) == "Union"
    assert not desk.workbench.controller.state.is_gesture
    desk.undo()
    run(desk, "shape.union")
    desk.key(Qt.Key.Key_Escape)
    QTest.qWait(100)
    assert desk.annotation is before
    assert steps(desk) == "Test"
    # What fails there is said as it is here.
    put(desk, instance_of(square(0, 0, 10), id="a"), instance_of(square(40, 10, 10), id="b"))
    run(desk, "shape.intersect")
    desk.wait(lambda: "left" in desk.window.notice.text, "the reason")
    assert not desk.workbench.controller.state.is_gesture


# --- with a dialog -----------------------------------------------------------------------------------------


def test_simplify_shows_what_it_would_do_and_keeps_it_on_enter(desk: Desk) -> None:
    before = put(desk, instance_of(rough_circle(), id="a"))
    dialog = Open(desk, "shape.simplify").wait()
    assert desk.workbench.context.session.is_previewing
    dialog.spin.setValue(2)
    dialog.wait()
    count = len(desk.annotation.instances[0].polygons[0].points)
    assert count < 30
    assert dialog.count == f"Points: 200 → {count}"
    dialog.ok()
    assert steps(desk) == "Simplify"
    assert len(desk.annotation.instances[0].polygons[0].points) == count
    desk.undo()
    assert desk.annotation is before


@pytest.mark.parametrize("id", ["shape.simplify", "shape.smooth", "shape.grow", "shape.fragments"])
def test_cancel_leaves_no_trace(desk: Desk, id: str) -> None:
    before = put(desk, instance_of(rough_circle(), square(0, 0, 5), id="a"))
    selection = desk.workbench.context.selection
    dialog = Open(desk, id).wait()
    assert desk.annotation is not before
    QTest.keyClick(dialog.dialog, Qt.Key.Key_Escape)
    dialog.gone()
    assert desk.annotation is before
    assert (steps(desk), desk.workbench.context.selection) == ("Test", selection)
    assert not desk.workbench.controller.state.is_gesture


def test_the_canvas_can_end_the_dialog_too(desk: Desk) -> None:
    before = put(desk, instance_of(rough_circle(), id="a"))
    dialog = Open(desk, "shape.grow").wait()
    back_to_the_window(desk)
    desk.click((60, 45)).drag((20, 20), (50, 50))
    assert desk.workbench.controller.state.is_gesture
    desk.key(Qt.Key.Key_Escape)
    dialog.gone()
    assert desk.annotation is before
    dialog = Open(desk, "shape.grow").wait()
    back_to_the_window(desk)
    desk.key(Qt.Key.Key_Return)
    dialog.gone()
    assert steps(desk) == "Grow or shrink"


def test_another_image_ends_the_dialog_and_nothing_is_kept(desk: Desk) -> None:
    put(desk, instance_of(rough_circle(), id="a"))
    dialog = Open(desk, "shape.smooth").wait()
    desk.workbench.show_image("b.png")
    dialog.gone()
    desk.wait_for_picture()
    desk.workbench.show_image("a.png")
    desk.wait_for_picture()
    assert steps(desk) == "Test"


def test_closing_the_window_ends_the_dialog(desk: Desk) -> None:
    put(desk, instance_of(rough_circle(), id="a"))
    Open(desk, "shape.smooth")
    desk.close()
    assert steps(desk) == "Test"


def test_slider_and_number_go_together_and_finer_near_nothing(desk: Desk) -> None:
    put(desk, instance_of(rough_circle(), id="a"))
    dialog = Open(desk, "shape.grow").wait()
    dialog.slider.setValue(-100)
    assert dialog.spin.value() == -1
    dialog.slider.setValue(1000)
    assert dialog.spin.value() == 100
    dialog.spin.setValue(25)
    assert dialog.slider.value() == 500
    dialog.dialog.reject()
    dialog.gone()


def test_the_last_value_is_remembered_for_the_next_time(desk: Desk, open_desk: Callable[..., Desk]) -> None:
    put(desk, instance_of(rough_circle(), id="a"))
    dialog = Open(desk, "shape.grow").wait()
    dialog.spin.setValue(-3)
    dialog.ok()
    desk.close()
    again = open_desk(desk.workbench.settings.folder and None)
    assert again.workbench.settings.shaping == {"grow": -3.0, "grow.box": False}


def test_what_would_vanish_is_kept_and_said(desk: Desk) -> None:
    put(desk, instance_of(square(0, 0, 4), id="a"), instance_of(square(30, 10), id="b"))
    dialog = Open(desk, "shape.grow")
    dialog.spin.setValue(-5)
    desk.wait(lambda: "1 instance" in dialog.note, "the note")
    dialog.ok()
    assert [i.id for i in desk.annotation.instances] == ["a", "b"]


def test_fast_changes_of_the_value_end_with_the_last(desk: Desk) -> None:
    put(desk, *(instance_of(rough_circle(), id=f"i{n}") for n in range(20)))
    dialog = Open(desk, "shape.simplify")
    for value in (9, 0.1, 7, 0.2, 5, 3):
        dialog.spin.setValue(value)
    dialog.ok()
    points = len(desk.annotation.instances[0].polygons[0].points)
    assert points < 12
    assert steps(desk) == "Simplify"


def test_an_outdated_value_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adjuster, "_PATIENCE", 0.0)
    put(desk, *(instance_of(rough_circle(), id=f"i{n}") for n in range(50)))
    dialog = Open(desk, "shape.smooth")
    for value in np.linspace(1, 9, 30):
        dialog.spin.setValue(value)
        QTest.qWait(1)
    dialog.spin.setValue(2)
    dialog.ok()
    assert steps(desk) == "Smooth"


def test_labels_that_changed_meanwhile_are_not_written_over(desk: Desk) -> None:
    put(desk, instance_of(rough_circle(), id="a"))
    dialog = Open(desk, "shape.smooth").wait()
    desk.workbench.context.session.commit("Other", Annotation(desk.annotation.image))
    dialog.dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()
    dialog.gone()
    assert steps(desk) == "Other"
    assert desk.annotation.is_empty


# --- the knife ---------------------------------------------------------------------------------------------


def test_what_is_locked_while_the_dialog_is_open_stays_as_it_is(desk: Desk) -> None:
    before = put(desk, instance_of(rough_circle()))
    opened = Open(desk, "shape.simplify")
    desk.wait(lambda: desk.workbench.context.session.is_previewing, "a preview")
    desk.workbench.context.set_locked([before.instances[0].id], True)
    opened.dialog.accept()
    desk.wait(lambda: not desk.workbench.controller.state.is_gesture, "the end")
    assert desk.annotation is before


def test_the_knife_cuts_with_its_key_and_a_stroke(desk: Desk) -> None:
    put(desk, instance_of(*ring_with_hole(20, 20, 40), id="a"))
    desk.key(Qt.Key.Key_K)
    desk.drag((40, 10), (40, 50), (40, 75))
    one, other = desk.annotation.instances
    assert one.id == "a"
    assert steps(desk) == "Split"
    assert all(p.role is Role.INCLUDE for i in (one, other) for p in i.polygons)
    assert set(desk.workbench.context.selection) == {PolygonRef("a", 0), PolygonRef(other.id, 0)}
    desk.click((0, 0), (5, 5)).key(Qt.Key.Key_Escape)
