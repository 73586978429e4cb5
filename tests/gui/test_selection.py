"""Selecting, copying, walking and trashing in a real window with real events."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from labeler.document.model import Role
from labeler.editor.clipboard import MIME_TYPE
from tests.gui.desk import Desk, folder_of_images
from tests.gui.pen import Pen

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BOX = [(10, 10), (40, 10), (40, 40), (10, 40)]


def draw(desk: Desk, *corners: tuple[float, float], tool: str = "q") -> Desk:
    return desk.keys(tool).click(*corners).key(Qt.Key.Key_Return)


def points(desk: Desk) -> list[list[list[float]]]:
    annotation = desk.annotation
    return [annotation.polygon(ref).points.round().tolist() for ref in annotation.refs()]


# --- clipboard -----------------------------------------------------------------------------------------


def test_copied_polygons_go_to_another_image_at_the_same_place(desk: Desk, photos):
    draw(desk, *BOX)
    draw(desk, (20, 20), (30, 20), (30, 30), tool="w")
    desk.key(Qt.Key.Key_A, CTRL).key(Qt.Key.Key_C, CTRL).keys("d").wait_for_picture()
    desk.key(Qt.Key.Key_V, CTRL)
    first = desk.keys("a").wait_for_picture().annotation
    second = desk.keys("d").wait_for_picture().annotation
    assert [i.polygons for i in second.instances] == [i.polygons for i in first.instances]
    assert second.instances[0].id != first.instances[0].id
    desk.wait_until_saved().undo()
    assert not desk.annotation.instances


def test_pasted_on_its_own_image_a_copy_lies_aside_and_is_selected(desk: Desk):
    draw(desk, *BOX).key(Qt.Key.Key_C, CTRL).key(Qt.Key.Key_V, CTRL).key(Qt.Key.Key_V, CTRL)
    first, second, third = points(desk)
    assert first != second != third != first
    assert [i.id for i in desk.workbench.context.selected_instances] == [desk.annotation.instances[2].id]


def test_cut_takes_away_and_paste_brings_back(desk: Desk):
    draw(desk, *BOX)
    before = points(desk)
    desk.key(Qt.Key.Key_X, CTRL)
    assert points(desk) == []
    desk.key(Qt.Key.Key_V, CTRL)
    assert points(desk) == before


def test_a_copied_exclude_cuts_the_selected_instance(desk: Desk):
    draw(desk, *BOX)
    draw(desk, (20, 20), (30, 20), (30, 30), tool="w").key(Qt.Key.Key_C, CTRL)
    draw(desk.key(Qt.Key.Key_Escape), (60, 10), (100, 10), (100, 60)).key(Qt.Key.Key_V, CTRL)
    assert [p.role for p in desk.annotation.instances[1].polygons] == [Role.INCLUDE, Role.EXCLUDE]


def test_what_was_copied_is_readable_text(desk: Desk):
    draw(desk, *BOX).key(Qt.Key.Key_C, CTRL)
    assert '"labeler.annotation"' in QGuiApplication.clipboard().text()


def test_a_clipboard_without_polygons_says_so(desk: Desk):
    QGuiApplication.clipboard().setText("hello")
    desk.key(Qt.Key.Key_V, CTRL)
    assert "copy some with Ctrl+C first" in desk.window.notice.text
    bindings = desk.window.bindings
    bindings.use(bindings.keymap.with_keys("edit.copy", []))
    desk.key(Qt.Key.Key_V, CTRL)
    assert "copy some first" in desk.window.notice.text


def test_an_empty_clipboard_says_so_too(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("PySide6.QtGui.QClipboard.mimeData", lambda clipboard: None)  # as on some systems
    desk.key(Qt.Key.Key_V, CTRL)
    assert "holds no polygons" in desk.window.notice.text


def test_a_damaged_clipboard_is_refused_in_a_sentence(desk: Desk):
    data = QMimeData()
    data.setData(MIME_TYPE, b'{"format": "labeler.annotation", "version": 1')
    QGuiApplication.clipboard().setMimeData(data)
    desk.key(Qt.Key.Key_V, CTRL)
    assert "the clipboard" in desk.window.notice.text
    assert points(desk) == []


def test_what_lay_outside_a_smaller_image_is_moved_onto_it(open_desk, tmp_path: Path):
    folder = folder_of_images(tmp_path / "mixed", "large.png", width=400, height=300)
    folder_of_images(folder, "small.png", width=60, height=40)
    desk = open_desk(folder)
    draw(desk, (300, 200), (340, 200), (320, 230)).key(Qt.Key.Key_C, CTRL)
    desk.keys("d").wait_for_picture().key(Qt.Key.Key_V, CTRL)
    left, top, right, bottom = desk.annotation.instances[0].polygons[0].bounds
    assert (left + right) / 2 == pytest.approx(30, abs=0.01)
    assert (top + bottom) / 2 == pytest.approx(20, abs=0.01)


def test_the_previous_images_labels_are_pasted_at_the_same_place_in_one_step(desk: Desk):
    draw(desk, *BOX)
    draw(desk.key(Qt.Key.Key_Escape), (60, 10), (100, 10), (100, 60))
    first = points(desk)
    desk.keys("d").wait_for_picture().key(Qt.Key.Key_V, CTRL | SHIFT)
    assert points(desk) == first
    assert "2 polygons of a.png" in desk.window.notice.text
    desk.undo()
    assert points(desk) == []


def test_the_first_image_has_no_previous_one(desk: Desk):
    desk.key(Qt.Key.Key_V, CTRL | SHIFT)
    assert "no image before" in desk.window.notice.text


# --- walking, hiding, locking, nudging -----------------------------------------------------------------


def two_apart(desk: Desk) -> list[str]:
    draw(desk, *BOX)
    draw(desk.key(Qt.Key.Key_Escape), (80, 60), (110, 60), (110, 80))
    desk.key(Qt.Key.Key_Escape)
    return [i.id for i in desk.annotation.instances]


def test_tab_walks_the_instances_and_zooms_to_each(desk: Desk):
    lower, upper = two_apart(desk)
    seen = []
    for _ in range(3):
        desk.key(Qt.Key.Key_Tab)
        seen.append(desk.workbench.context.selected_instance.id)
        left, top, right, bottom = desk.canvas.view.visible
        bounds = desk.workbench.context.selection_bounds
        assert left < bounds[0] < bounds[2] < right
        assert top < bounds[1] < bounds[3] < bottom
    assert seen == [upper, lower, upper]
    desk.key(Qt.Key.Key_Backtab, SHIFT)
    assert desk.workbench.context.selected_instance.id == lower
    assert desk.canvas.hasFocus()


def test_hidden_instances_are_passed_over_and_come_back(desk: Desk):
    lower, upper = two_apart(desk)
    desk.key(Qt.Key.Key_Tab).key(Qt.Key.Key_H, CTRL)
    assert desk.workbench.context.hidden == {upper}
    assert desk.workbench.context.selection == ()
    desk.key(Qt.Key.Key_Tab).key(Qt.Key.Key_Tab)
    assert desk.workbench.context.selected_instance.id == lower
    desk.key(Qt.Key.Key_H, CTRL | SHIFT)
    assert desk.workbench.context.hidden == frozenset()


def test_a_locked_instance_stays_until_it_is_unlocked(desk: Desk):
    _lower, upper = two_apart(desk)
    desk.key(Qt.Key.Key_Tab).keys("l").key(Qt.Key.Key_Delete)
    assert desk.workbench.context.locked == {upper}
    assert len(desk.annotation.instances) == 2
    desk.key(Qt.Key.Key_L, SHIFT).key(Qt.Key.Key_Delete)
    assert len(desk.annotation.instances) == 1


def test_a_held_arrow_is_one_step(desk: Desk):
    draw(desk, *BOX)
    before = points(desk)
    for _ in range(4):
        QTest.keyPress(desk.canvas, Qt.Key.Key_Right)
    QTest.keyRelease(desk.canvas, Qt.Key.Key_Right)
    assert points(desk)[0][0] == [before[0][0][0] + 4, before[0][0][1]]
    desk.undo()
    assert points(desk) == before


def test_delete_takes_the_chosen_vertices_only(desk: Desk):
    draw(desk, *BOX).keys("v").drag((5, 5), (20, 50))
    desk.key(Qt.Key.Key_Delete)
    assert points(desk) == []  # two points are no polygon
    desk.undo().click((30, 25)).drag((5, 5), (20, 20)).key(Qt.Key.Key_Delete)
    assert len(points(desk)[0]) == 3


# --- menu, pen and fingers -----------------------------------------------------------------------------


def test_a_right_click_opens_a_menu_for_what_lies_there(desk: Desk):
    draw(desk, *BOX).key(Qt.Key.Key_Escape).right_click(25, 25)
    menus = [menu for menu in desk.canvas.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    assert len(desk.workbench.context.selection) == 1
    menus[0].close()


def test_a_right_click_on_nothing_offers_to_paste(desk: Desk):
    desk.keys("v").right_click(100, 80)
    (menu,) = (menu for menu in desk.canvas.findChildren(QMenu) if menu.isVisible())
    titles = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert "Paste" in titles
    assert "Delete" not in titles
    menu.close()


def test_a_right_click_while_drawing_takes_the_last_point_back(desk: Desk):
    desk.keys("q").click((10, 10), (40, 10), (40, 40)).right_click(40, 40)
    assert not [menu for menu in desk.canvas.findChildren(QMenu) if menu.isVisible()]
    assert len(desk.workbench.controller.overlay.draft) == 2


def test_two_fingers_zoom_without_leaving_a_point(desk: Desk):
    device = QTest.createTouchDevice()
    canvas = desk.canvas
    scale = canvas.view.scale
    middle = canvas.rect().center()

    def touch(apart: int) -> tuple[QPoint, QPoint]:
        return middle - QPoint(apart, 0), middle + QPoint(apart, 0)

    first, second = touch(40)
    QTest.touchEvent(canvas, device).press(0, first, canvas).press(1, second, canvas).commit()
    for apart in range(45, 125, 5):
        first, second = touch(apart)
        QTest.touchEvent(canvas, device).move(0, first, canvas).move(1, second, canvas).commit()
        QTest.qWait(2)
    QTest.touchEvent(canvas, device).release(0, first, canvas).release(1, second, canvas).commit()
    assert canvas.view.scale > 1.5 * scale
    assert not desk.workbench.controller.state.is_gesture
    assert desk.annotation.instances == ()


def test_the_eraser_end_of_a_pen_draws_the_other_role(desk: Desk):
    draw(desk, *BOX)
    Pen(desk.canvas, QPointingDevice.PointerType.Eraser).click(
        *(QPointF(desk.at(x, y)) for x, y in ((20, 20), (30, 20), (30, 30)))
    )
    desk.key(Qt.Key.Key_Return)
    polygons = desk.annotation.exclude or desk.annotation.instances[0].polygons[1:]
    assert [p.role for p in polygons] == [Role.EXCLUDE]


# --- trash ---------------------------------------------------------------------------------------------


def test_x_moves_the_shown_image_with_its_labels_to_the_trash_and_undo_brings_it_back(desk: Desk, photos):
    draw(desk, *BOX).wait_until_saved()
    drawn = desk.annotation
    desk.keys("x").wait_for_picture()
    assert desk.image_name == "b.png"
    assert sorted(p.name for p in photos.glob("*.png*")) == ["b.png", "c.png"]
    trashed = sorted(p.name for p in (photos / ".labeler" / "trash").iterdir())
    assert trashed == ["a.png", "a.png.labels.json"]
    assert "a.png" in desk.window.notice.text
    desk.undo().wait_for_picture()
    assert (desk.image_name, desk.annotation) == ("a.png", drawn)
    assert [e.name for e in desk.workbench.images] == ["a.png", "b.png", "c.png"]
    assert desk.workbench.is_labelled("a.png")


def test_the_notice_brings_a_trashed_image_back_even_later(desk: Desk, photos):
    desk.keys("x").wait_for_picture()
    draw(desk, *BOX).undo()
    assert desk.annotation.instances == ()
    assert desk.image_name == "b.png"
    button = next(b for b in desk.window.notice.findChildren(QPushButton) if b.text() == "Bring it back")
    button.click()
    desk.wait_for_picture()
    assert desk.image_name == "a.png"
    assert (photos / "a.png").exists()


def test_undo_takes_the_points_of_a_draft_back_before_a_trashed_image(desk: Desk):
    desk.key(Qt.Key.Key_X).wait_for_picture()
    desk.keys("q").click((20, 20), (60, 20)).undo()
    assert desk.image_name == "b.png"
    assert desk.window.actions_by_id["edit.undo"].text() == "Undo: last point"
    desk.undo().undo().wait_for_picture()
    assert desk.image_name == "a.png"


def test_an_image_that_comes_back_while_another_is_drawn_on_loses_nothing_of_that(desk: Desk, photos):
    desk.key(Qt.Key.Key_X).wait_for_picture()
    trashed = desk.workbench.trashing.undone_next
    desk.keys("q").click((20, 20), (60, 20), (40, 60))
    desk.workbench.trashing.restore(trashed)
    desk.wait_for_picture()
    desk.close()
    assert desk.image_name == "a.png"
    assert (photos / "b.png.labels.json").exists()


def test_the_last_image_can_be_trashed_too(desk: Desk, photos):
    for _ in range(3):
        desk.keys("x")
        QApplication.processEvents()
    assert desk.workbench.image is None
    assert len(list((photos / ".labeler" / "trash").iterdir())) == 3
    for _ in range(3):
        desk.undo().wait_for_picture()
    assert desk.image_name == "a.png"
    assert [e.name for e in desk.workbench.images] == ["a.png", "b.png", "c.png"]


def test_an_image_that_cannot_be_moved_stays(desk: Desk, photos, monkeypatch):
    def refuse(old, new):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("labeler.dataset.trash.shutil.move", refuse)
    desk.keys("x")
    assert "a.png" in desk.window.notice.text
    assert desk.image_name == "a.png"
    assert (photos / "a.png").exists()
